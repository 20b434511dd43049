package mockas_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/mockas"
)

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	client := func(c mockas.Client) mockas.Config { return mockas.Config{Clients: []mockas.Client{c}} }
	api := func(a mockas.API) mockas.Config { return mockas.Config{APIs: []mockas.API{a}} }
	unusable := json.RawMessage(`{"keys":[{"kty":"EC"}]}`)
	for name, row := range map[string]struct {
		config mockas.Config
		says   string
	}{
		"client without id":   {client(mockas.Client{}), "id"},
		"secret missing":      {client(mockas.Client{ID: "c", Auth: mockas.AuthBasic}), "Secret"},
		"keys missing":        {client(mockas.Client{ID: "c", Auth: mockas.AuthPrivateKeyJWT}), "JWKS"},
		"unknown auth":        {client(mockas.Client{ID: "c", Auth: "x"}), "not known"},
		"unusable client key": {client(mockas.Client{ID: "c", JWKS: unusable}), "key 1"},
		"API without a name":  {api(mockas.API{}), "audience"},
		"unknown policy":      {api(mockas.API{Audience: "a", Policy: "x"}), "not known"},
		"unknown format":      {api(mockas.API{Audience: "a", TokenFormat: "x"}), "not known"},
		"unknown default":     {mockas.Config{TokenFormat: "x"}, "token format"},
		"unknown grant type":  {mockas.Config{Grants: []string{"password"}}, "grant type"},
		"unknown nonce mode":  {mockas.Config{Nonces: "x"}, "nonce mode"},
		"unknown endpoint":    {mockas.Config{Omit: []string{"/tokens"}}, "Omit"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := mockas.New("https://as.example", row.config)
			if err == nil || !strings.Contains(err.Error(), row.says) {
				t.Errorf("error is %v", err)
			}
		})
	}
}

func TestAnOriginHasNoPath(t *testing.T) {
	_, err := mockas.New("https://as.example/x", mockas.Config{})
	if err == nil || !strings.Contains(err.Error(), "origin") {
		t.Errorf("error is %v", err)
	}
}

func TestEveryGrantTypeHasAHandler(t *testing.T) {
	p := start(t)
	for _, grant := range mockas.AllGrants {
		f := form("grant_type", grant, "client_id", "post", "client_secret", "p0st")
		if r := p.token(f); r.Status >= 500 || r.text("error") == "unsupported_grant_type" {
			t.Errorf("%s: answered %d %s", grant, r.Status, r.Reply)
		}
	}
}

package mockas_test

import (
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/mockas"
)

func TestAConfigurationThatCannotWorkIsAnError(t *testing.T) {
	for named, change := range map[string]func(*mockas.Config){
		"grant type":   func(c *mockas.Config) { c.Grants = []string{"password"} },
		"nonce mode":   func(c *mockas.Config) { c.Nonces = "sometimes" },
		"token format": func(c *mockas.Config) { c.TokenFormat = "paseto" },
		"Omit":         func(c *mockas.Config) { c.Omit = []string{"/tokens"} },
	} {
		var c mockas.Config
		change(&c)
		if _, err := mockas.New("http://127.0.0.1", c); err == nil || !strings.Contains(err.Error(), named) {
			t.Errorf("%s: %v", named, err)
		}
	}
}

func TestEveryGrantTypeHasAHandler(t *testing.T) {
	p := start(t)
	for _, grant := range mockas.AllGrants {
		f := form("grant_type", grant, "client_id", "post", "client_secret", "p0st")
		if r := p.post(mockas.PathToken, f); r.Status >= 500 || r.text("error") == "unsupported_grant_type" {
			t.Errorf("%s: answered %d %s", grant, r.Status, r.Reply)
		}
	}
}

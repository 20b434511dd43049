package mockas_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

func TestMintForgesWhatIsAskedFor(t *testing.T) {
	server, err := mockas.New("https://as.example", mockas.Config{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := server.Mint(mockas.Mint{
		Audience: []string{orders}, Bound: keyA.Thumbprint, Lifetime: -time.Minute, Key: keyB,
		Header: func(h *dpop.Object) { h.Set("typ", "JWT") },
		Claims: func(c *dpop.Object) { c.Set("iss", "https://evil.example") },
	})
	if err != nil {
		t.Fatal(err)
	}
	object, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	payload, err := object.Verify(keyB.Public())
	if err != nil {
		t.Fatal(err)
	}
	var claims struct {
		Issuer   string `json:"iss"`
		Audience string `json:"aud"`
		Expires  int64  `json:"exp"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	if claims.Issuer != "https://evil.example" || claims.Audience != orders || claims.Expires >= time.Now().Unix() {
		t.Errorf("claims are %s", payload)
	}
	if typ := object.Signatures[0].Protected.ExtraHeaders[jose.HeaderType]; typ != "JWT" {
		t.Errorf("typ is %v", typ)
	}
	if active, _ := server.Introspect(text).Get("active"); string(active) != "false" {
		t.Error("introspection vouches for a forged token")
	}
}

func TestWhatIsIssuedIsListed(t *testing.T) {
	p := start(t)
	code := p.pushed(authorization("app", "dpop_jkt", keyA.Thumbprint))
	p.token(codeGrant("app", code), p.proof(keyA, mockas.PathToken))
	var kinds []string
	for _, i := range p.Issued() {
		kinds = append(kinds, i.Kind)
		if i.Bound != keyA.Thumbprint || i.ClientID != "app" {
			t.Errorf("%s for %s bound to %q", i.Kind, i.ClientID, i.Bound)
		}
	}
	if got := strings.Join(kinds, " "); got != "request_uri code access_token refresh_token" {
		t.Errorf("issued were %s", got)
	}
	p.RevokeAll()
	for _, i := range p.Issued() {
		if active, _ := p.Introspect(i.Text).Get("active"); string(active) != "false" {
			t.Errorf("the %s is still good", i.Kind)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	config := mockas.Config{
		Clients: []mockas.Client{{ID: "c", Secret: "s", Auth: mockas.AuthPost}},
		APIs:    []mockas.API{{Audience: orders}},
	}
	for b.Loop() {
		if _, err := mockas.New("https://as.example", config); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTokenEndpoint measures client credentials with a fresh proof,
// without the network.
func BenchmarkTokenEndpoint(b *testing.B) {
	server, err := mockas.New("https://as.example", mockas.Config{
		Clients: []mockas.Client{{ID: "c", Secret: "s", Auth: mockas.AuthPost}},
	})
	if err != nil {
		b.Fatal(err)
	}
	body := clientGrant("client_id", "c", "client_secret", "s").Encode()
	for b.Loop() {
		b.StopTimer()
		proof, err := dpop.NewProof(keyA, dpop.Occasion{Method: "POST", URI: "https://as.example/token"}, time.Now())
		if err != nil {
			b.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, "/token", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header["Dpop"] = []string{proof}
		w := httptest.NewRecorder()
		b.StartTimer()
		server.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatalf("answered %d %s", w.Code, w.Body)
		}
	}
}

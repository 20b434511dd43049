package mockrs_test

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

func TestAGoodProofDoesNotRescueABadToken(t *testing.T) {
	set := func(name string, value any) func(_, claims *dpop.Object) {
		return func(_, claims *dpop.Object) { claims.Set(name, value) }
	}
	head := func(name string, value any) func(header, _ *dpop.Object) {
		return func(header, _ *dpop.Object) { header.Set(name, value) }
	}
	tests := []struct {
		name   string
		change func(header, claims *dpop.Object)
		taken  bool
	}{
		{"as issued", nil, true},
		{"of the full media type", head("typ", "application/at+jwt"), true},
		{"of the type in upper case", head("typ", "AT+JWT"), true},
		{"of the type JWT", head("typ", "JWT"), false},
		{"without a type", func(h, _ *dpop.Object) { h.Delete("typ") }, false},
		{"with a critical extension", head("crit", []string{"exp"}), false},
		{"with the alg none", head("alg", "none"), false},
		{"with the alg HS256", head("alg", "HS256"), false},
		{"with another alg than its signature", head("alg", "RS256"), false},
		{"expired", set("exp", 1_800_000_000), false},
		{"that never expires", func(_, c *dpop.Object) { c.Delete("exp") }, false},
		{"with exp as text", set("exp", "1800000600"), false},
		{"not valid yet", set("nbf", 1_800_000_001), false},
		{"valid from now", set("nbf", 1_800_000_000), true},
		{"of another issuer", set("iss", issuer+"/"), false},
		{"without an issuer", func(_, c *dpop.Object) { c.Delete("iss") }, false},
		{"that claims to come from introspection", func(_, c *dpop.Object) {
			c.Delete("iss")
			c.Set("active", true)
		}, false},
		{"for another audience", set("aud", "https://another.example"), false},
		{"for several audiences", set("aud", []string{"https://another.example", origin}), true},
		{"for no audience", set("aud", []string{}), false},
		{"for an audience that is no text", set("aud", 1), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := start(t)
			token := p.token(clientKey.Thumbprint, test.change)
			w := p.send(p.orders(token, clientKey))
			if (w.Code == 200) != test.taken || !test.taken && errorOf(w) != dpop.InvalidToken {
				t.Errorf("a token %s: %d %s", test.name, w.Code, w.Body)
			}
		})
	}
}

func TestATokenOfAnotherSignerIsRefused(t *testing.T) {
	p := start(t)
	_, payload, _, err := dpop.SplitCompact(p.token(clientKey.Thumbprint, nil), dpop.DecodeSegment)
	if err != nil {
		t.Fatal(err)
	}
	token, err := dpop.SignCompact(otherKey, []byte(`{"typ":"at+jwt","alg":"ES256"}`), payload)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Policy.Token(t.Context(), p.API, token); err == nil {
		t.Error("accepted")
	}
}

func TestAConfirmationIsPresentAlsoWhereItIsOfNoUse(t *testing.T) {
	jkt := clientKey.Thumbprint
	tests := []struct {
		cnf  string // empty: no cnf
		want mockrs.Confirmation
	}{
		{"", mockrs.Confirmation{}},
		{`{"jkt":"` + jkt + `"}`, mockrs.Confirmation{Present: true, Thumbprint: jkt}},
		{`{"jkt":"` + jkt + `","x5t#S256":"c"}`, mockrs.Confirmation{Present: true, Thumbprint: jkt, Certificate: "c"}},
		{`{"x5t#S256":"c"}`, mockrs.Confirmation{Present: true, Certificate: "c"}},
		{`{}`, mockrs.Confirmation{Present: true}},
		{`null`, mockrs.Confirmation{Present: true}},
		{`"` + jkt + `"`, mockrs.Confirmation{Present: true}},
		{`{"jkt":""}`, mockrs.Confirmation{Present: true}},
		{`{"jkt":1}`, mockrs.Confirmation{Present: true}},
		{`{"JKT":"` + jkt + `"}`, mockrs.Confirmation{Present: true}},
		{`{"jkt":"` + jkt + `="}`, mockrs.Confirmation{Present: true}},
		{`{"jkt":"` + jkt[:42] + `"}`, mockrs.Confirmation{Present: true}},
		{`{"jkt":"` + jkt + `","jkt":"` + jkt + `"}`, mockrs.Confirmation{Present: true}},
	}
	for _, test := range tests {
		var claims dpop.Object
		if test.cnf != "" {
			claims.Add("cnf", json.RawMessage(test.cnf))
		}
		if got := mockrs.ReadConfirmation(claims); got != test.want {
			t.Errorf("cnf %s: %+v, want %+v", test.cnf, got, test.want)
		}
	}
}

func TestATokenBoundToACertificateTooNeedsThatCertificate(t *testing.T) {
	ours, theirs := &x509.Certificate{Raw: []byte("ours")}, &x509.Certificate{Raw: []byte("theirs")}
	sum := sha256.Sum256(ours.Raw)
	for _, test := range []struct {
		name      string
		presented []*x509.Certificate
		taken     bool
	}{
		{"the right one", []*x509.Certificate{ours}, true},
		{"another", []*x509.Certificate{theirs}, false},
		{"none", nil, false},
	} {
		p := start(t)
		token := p.token("", func(_, c *dpop.Object) {
			c.Set("cnf", map[string]string{"jkt": clientKey.Thumbprint, "x5t#S256": dpop.EncodeSegment(sum[:])})
		})
		r := p.orders(token, clientKey)
		r.TLS = &tls.ConnectionState{PeerCertificates: test.presented}
		if w := p.send(r); (w.Code == 200) != test.taken {
			t.Errorf("with %s: %d", test.name, w.Code)
		}
	}
}

func TestAnOpaqueTokenIsWhatIntrospectionSays(t *testing.T) {
	answer := func(text string) func(context.Context, string) (dpop.Object, error) {
		return func(context.Context, string) (dpop.Object, error) { return dpop.ParseObject([]byte(text)) }
	}
	silent := func(context.Context, string) (dpop.Object, error) { return nil, errors.New("no answer") }
	good := `"active":true,"exp":1800000600,"aud":"` + origin + `"`
	cnf := `,"cnf":{"jkt":"` + clientKey.Thumbprint + `"}`
	tests := []struct {
		name       string
		introspect func(context.Context, string) (dpop.Object, error)
		status     int
	}{
		{"bound", answer(`{` + good + cnf + `}`), 200},
		{"bound, of this issuer", answer(`{` + good + cnf + `,"iss":"` + issuer + `"}`), 200},
		{"bound, of another issuer", answer(`{` + good + cnf + `,"iss":"https://x.example"}`), 401},
		{"bound to another key", answer(`{` + good + `,"cnf":{"jkt":"` + otherKey.Thumbprint + `"}}`), 401},
		{"unbound", answer(`{` + good + `}`), 401},
		{"inactive", answer(`{"active":false}`), 401},
		{"active as text", answer(`{"active":"true","exp":1800000600,"aud":"` + origin + `"` + cnf + `}`), 401},
		{"expired", answer(`{"active":true,"exp":1,"aud":"` + origin + `"` + cnf + `}`), 401},
		{"for another audience", answer(`{"active":true,"exp":1800000600,"aud":"x"` + cnf + `}`), 401},
		{"that nobody can ask about", silent, 401},
		{"where no introspection is", nil, 401},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := start(t, func(c *mockrs.Config) { c.Introspect = test.introspect })
			const token = "a-b_c~d+e/f=="
			w := p.send(p.orders(token, clientKey))
			if w.Code != test.status {
				t.Errorf("a token %s: %d %s", test.name, w.Code, w.Body)
			}
		})
	}
}

package mockrs_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/clock"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockrs"
)

const (
	origin = "https://api.example"
	issuer = "https://issuer.example"
)

var (
	issuerKey = mustKey("ES256")
	clientKey = mustKey("ES256")
	otherKey  = mustKey("ES256")
)

func mustKey(algorithm string) *dpop.Key {
	key, err := dpop.GenerateKey(algorithm)
	if err != nil {
		panic(err)
	}
	return key
}

// issuerKeys is what the API trusts.
func issuerKeys(context.Context) ([]dpop.PublicKey, error) {
	return []dpop.PublicKey{{JWK: issuerKey.JWK(), Key: issuerKey.Public(), Thumbprint: issuerKey.Thumbprint}}, nil
}

// party is an API with the tokens and proofs that its clients may send.
type party struct {
	*testing.T
	*mockrs.API
	clock *clock.Clock
}

func start(t *testing.T, changes ...func(*mockrs.Config)) *party {
	p := &party{T: t, clock: clock.At(time.Unix(1_800_000_000, 0))}
	config := mockrs.Config{Issuer: issuer, Keys: issuerKeys, Clock: p.clock.Now, Policy: mockrs.HonestPolicy()}
	config.Verifier = dpop.NewVerifier(p.clock.Now)
	for _, change := range changes {
		change(&config)
	}
	p.API = mockrs.New(origin, config)
	return p
}

func allowed(c *mockrs.Config) { c.Mode = mockrs.Allowed }

// token issues an access token; change makes it odd.
func (p *party) token(bound string, change func(header, claims *dpop.Object)) string {
	p.Helper()
	now := p.clock.Now().Unix()
	var header, claims dpop.Object
	header.Add("typ", "at+jwt")
	header.Add("alg", issuerKey.Algorithm)
	claims.Add("iss", issuer)
	claims.Add("aud", p.Audience)
	claims.Add("sub", "person-1")
	claims.Add("scope", "read write")
	claims.Add("exp", now+600)
	if bound != "" {
		claims.Add("cnf", map[string]string{"jkt": bound})
	}
	if change != nil {
		change(&header, &claims)
	}
	text, err := dpop.SignCompact(issuerKey, header.JSON(), claims.JSON())
	if err != nil {
		p.Fatal(err)
	}
	return text
}

func (p *party) proof(key *dpop.Key, method, uri, token string) string {
	p.Helper()
	text, err := dpop.NewProof(key, dpop.Occasion{Method: method, URI: uri, AccessToken: token}, p.clock.Now())
	if err != nil {
		p.Fatal(err)
	}
	return text
}

// request makes a request with the given field lines, each "Name: value".
func request(method, target string, lines ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		r.Header[name] = append(r.Header[name], value)
	}
	return r
}

// bound makes a request with a token and a proof.
func bound(method, target, token, proof string) *http.Request {
	return request(method, target, "Authorization: DPoP "+token, "DPoP: "+proof)
}

// orders makes a GET request to /orders with a token and a proof by a key.
func (p *party) orders(token string, key *dpop.Key) *http.Request {
	return bound("GET", "/orders", token, p.proof(key, "GET", p.Origin+"/orders", token))
}

// honest makes a request that is served.
func (p *party) honest(method, target string) *http.Request {
	token := p.token(clientKey.Thumbprint, nil)
	return bound(method, target, token, p.proof(clientKey, method, p.Origin+target, token))
}

func (p *party) send(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w
}

// lines returns the lines of a field, whatever the letter case of its name.
func lines(w *httptest.ResponseRecorder, name string) []string {
	return wire.FieldsOf(w.Header()).Values(name)
}

// errorOf returns the error of the answer's body.
func errorOf(w *httptest.ResponseRecorder) string {
	var body struct{ Error string }
	json.Unmarshal(w.Body.Bytes(), &body)
	return body.Error
}

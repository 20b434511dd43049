package mockas_test

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/clock"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

const (
	orders  = "https://orders.example"  // allowed, JWT
	bills   = "https://bills.example"   // allowed, opaque
	guarded = "https://guarded.example" // required
	plain   = "https://plain.example"   // none
	mobile  = "https://mobile.example"  // required for public clients
)

const (
	redirect = "http://127.0.0.1/cb"
	verifier = "a-code-verifier-that-is-as-long-as-rfc7636-demands"
)

var (
	keyA = mustKey("ES256")
	keyB = mustKey("ES256")
)

func mustKey(algorithm string) *dpop.Key {
	key, err := dpop.GenerateKey(algorithm)
	if err != nil {
		panic(err)
	}
	return key
}

func jwksOf(key *dpop.Key) json.RawMessage {
	return json.RawMessage(`{"keys":[` + string(key.JWK().JSON()) + `]}`)
}

// party is a server on loopback with the clients and APIs of the tests.
type party struct {
	*testing.T
	*mockas.Server
	wire   *wire.Server
	clock  *clock.Clock
	client *wire.Client
	shown  *tls.Certificate // by the client; nil: none
}

func start(t *testing.T, changes ...func(*mockas.Config)) *party {
	t.Helper()
	return startOn(t, wire.Options{}, wire.Connection{}, changes...)
}

func startOn(t *testing.T, listening wire.Options, reached wire.Connection, changes ...func(*mockas.Config)) *party {
	t.Helper()
	reached.Timeout = 5 * time.Second
	p := &party{T: t, clock: clock.At(time.Unix(1_800_000_000, 0)), client: wire.NewClient(reached)}
	config := mockas.Config{
		Clock: p.clock.Now,
		Clients: []mockas.Client{
			{ID: "app", RedirectURIs: []string{redirect}, AlwaysRefresh: true, Audiences: []string{bills}},
			{ID: "web", Secret: "s3cret", Auth: mockas.AuthBasic, RedirectURIs: []string{redirect}, AlwaysRefresh: true},
			{ID: "post", Secret: "p0st", Auth: mockas.AuthPost},
			{ID: "signed", Auth: mockas.AuthPrivateKeyJWT, JWKS: jwksOf(keyB), RedirectURIs: []string{redirect}},
			{
				ID: "bound", Secret: "b0und", Auth: mockas.AuthPost, DPoPBound: true,
				RedirectURIs: []string{redirect}, AlwaysRefresh: true,
			},
		},
		APIs: []mockas.API{
			{Audience: orders, Policy: mockas.ConstraintAllowed, Scopes: []string{"read:orders"}},
			{Audience: bills, TokenFormat: mockas.FormatOpaque},
			{Audience: guarded, Policy: mockas.ConstraintRequired},
			{Audience: plain, Policy: mockas.ConstraintNone},
			{Audience: mobile, Policy: mockas.ConstraintRequiredForPublic},
		},
	}
	for _, change := range changes {
		change(&config)
	}
	var err error
	listening.Name, listening.Clock = "authorization server", p.clock.Now
	p.wire, err = wire.Listen(listening, func(origin string) http.Handler {
		server, err := mockas.New(origin, config)
		if err != nil {
			t.Fatal(err)
		}
		p.Server = server
		return server
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.client.Close(); p.wire.Close() })
	return p
}

// reply is an answer, its JSON body read strictly.
type reply struct {
	*wire.Exchange
	body dpop.Object
}

// text returns a member as a string, or nothing.
func (r reply) text(name string) string {
	text, _ := r.body.Text(name)
	return text
}

func (p *party) send(method, target string, body []byte, fields ...wire.Field) reply {
	p.Helper()
	if strings.HasPrefix(target, "/") {
		target = p.wire.URL + target
	}
	e, err := p.client.Do(context.Background(), wire.Request{
		Method: method, URL: target, Fields: fields, Body: body, Certificate: p.shown,
	})
	if err != nil {
		p.Fatalf("%s %s: %v", method, target, err)
	}
	r := reply{Exchange: e}
	if len(e.Reply) > 0 && strings.HasPrefix(strings.Join(e.Answer.Values("Content-Type"), ""), "application/json") {
		if r.body, err = dpop.ParseObject(e.Reply); err != nil {
			p.Fatalf("%s %s: %v in %s", method, target, err, e.Reply)
		}
	}
	return r
}

// form is the parameters of a request as name, value, name, value.
func form(pairs ...string) url.Values {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return values
}

func (p *party) post(path string, f url.Values, fields ...wire.Field) reply {
	p.Helper()
	fields = append([]wire.Field{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}}, fields...)
	return p.send(http.MethodPost, path, []byte(f.Encode()), fields...)
}

// proof is an honest proof for a POST to an endpoint.
func (p *party) proof(key *dpop.Key, path string, change ...func(*dpop.Draft)) wire.Field {
	p.Helper()
	return p.proofFor(key, dpop.Occasion{Method: http.MethodPost, URI: p.URL(path)}, change...)
}

func (p *party) proofFor(key *dpop.Key, o dpop.Occasion, change ...func(*dpop.Draft)) wire.Field {
	p.Helper()
	draft := dpop.NewDraft(key, o, p.clock.Now())
	for _, c := range change {
		c(&draft)
	}
	text, err := draft.Sign(key)
	if err != nil {
		p.Fatal(err)
	}
	return wire.Field{Name: "DPoP", Value: text}
}

func withNonce(nonce string) func(*dpop.Draft) {
	return func(d *dpop.Draft) { d.Claims.Set("nonce", nonce) }
}

func basic(id, secret string) wire.Field {
	text := url.QueryEscape(id) + ":" + url.QueryEscape(secret)
	return wire.Field{Name: "Authorization", Value: "Basic " + base64.StdEncoding.EncodeToString([]byte(text))}
}

// authorization is an honest authorization request of a client.
func authorization(client string, more ...string) url.Values {
	sum := sha256.Sum256([]byte(verifier))
	return form(append([]string{
		"client_id", client, "response_type", "code", "redirect_uri", redirect, "state", "st",
		"code_challenge", dpop.EncodeSegment(sum[:]), "code_challenge_method", "S256",
	}, more...)...)
}

// visit goes to the authorization endpoint and returns the parameters of the redirect.
func (p *party) visit(f url.Values) url.Values {
	p.Helper()
	r := p.send(http.MethodGet, mockas.PathAuthorize+"?"+f.Encode(), nil)
	location, _ := r.Answer.One("Location")
	_, query, found := strings.Cut(location, "?")
	if r.Status != http.StatusFound || !found {
		p.Fatalf("no redirect: %d %s", r.Status, r.Reply)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		p.Fatal(err)
	}
	return values
}

func (p *party) code(client string, more ...string) string {
	p.Helper()
	code := p.visit(authorization(client, more...)).Get("code")
	if code == "" {
		p.Fatal("no code was issued")
	}
	return code
}

func codeGrant(client, code string) url.Values {
	return form("grant_type", mockas.GrantCode, "client_id", client, "code", code,
		"redirect_uri", redirect, "code_verifier", verifier)
}

func refreshGrant(client, token string) url.Values {
	return form("grant_type", mockas.GrantRefresh, "client_id", client, "refresh_token", token)
}

func clientGrant(more ...string) url.Values {
	return form(append([]string{"grant_type", mockas.GrantClientCredentials}, more...)...)
}

// postGrant is the grant of the client "post" for itself.
func postGrant(more ...string) url.Values {
	return clientGrant(append([]string{"client_id", "post", "client_secret", "p0st"}, more...)...)
}

// token asks the token endpoint.
func (p *party) token(f url.Values, fields ...wire.Field) reply {
	p.Helper()
	return p.post(mockas.PathToken, f, fields...)
}

func (p *party) expect(r reply, status int, code string) {
	p.Helper()
	if r.Status != status || r.text("error") != code {
		p.Fatalf("answered %d %s, want %d %q", r.Status, r.Reply, status, code)
	}
}

// issued returns the claims of a JWT access token, verified by go-jose.
func (p *party) issued(r reply) map[string]any {
	p.Helper()
	p.expect(r, http.StatusOK, "")
	object, err := jose.ParseSignedCompact(r.text("access_token"), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		p.Fatal(err)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(p.send(http.MethodGet, mockas.PathJWKS, nil).Reply, &set); err != nil {
		p.Fatal(err)
	}
	header := object.Signatures[0].Protected
	if typ := header.ExtraHeaders[jose.HeaderType]; typ != "at+jwt" {
		p.Fatalf("typ is %v", typ)
	}
	payload, err := object.Verify(set.Key(header.KeyID)[0])
	if err != nil {
		p.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		p.Fatal(err)
	}
	return claims
}

// boundTo returns cnf.jkt, or nothing.
func boundTo(claims map[string]any) string {
	cnf, _ := claims["cnf"].(map[string]any)
	jkt, _ := cnf["jkt"].(string)
	return jkt
}

// expectBound demands a token response whose type and claims agree on the key.
func (p *party) expectBound(r reply, jkt string) {
	p.Helper()
	claims := p.issued(r)
	want := "Bearer"
	if jkt != "" {
		want = "DPoP"
	}
	if boundTo(claims) != jkt || r.text("token_type") != want {
		p.Fatalf("bound to %q as %s, want %q as %s", boundTo(claims), r.text("token_type"), jkt, want)
	}
}

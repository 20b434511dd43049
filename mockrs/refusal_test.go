package mockrs_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

// challengesOf parses the challenges of an answer as a strict client does.
func challengesOf(t *testing.T, w *httptest.ResponseRecorder) []dpop.Challenge {
	t.Helper()
	challenges, err := dpop.ParseChallenges(lines(w, "WWW-Authenticate"))
	if err != nil {
		t.Fatalf("%q: %v", lines(w, "WWW-Authenticate"), err)
	}
	return challenges
}

func TestTheErrorStandsAtTheSchemeThatWasUsed(t *testing.T) {
	const none = ""
	type errors = map[string]string
	nothing := func(*party) string { return "" }
	asDPoP := func(p *party) string { return "DPoP " + p.token(clientKey.Thumbprint, nil) }
	asBearer := func(p *party) string { return "Bearer " + p.token(clientKey.Thumbprint, nil) }
	unbound := func(p *party) string { return "Bearer " + p.token("", nil) }
	bad := func(*party) string { return "Bearer x" }
	tests := []struct {
		name   string
		mode   mockrs.Mode
		header func(p *party) string
		errors errors // by scheme of the challenges
	}{
		{"no credentials", mockrs.Required, nothing, errors{"DPoP": none}},
		{"no credentials", mockrs.Allowed, nothing, errors{"DPoP": none, "Bearer": none}},
		{"DPoP without proof", mockrs.Allowed, asDPoP, errors{"DPoP": dpop.InvalidProof, "Bearer": none}},
		{"a bound token as Bearer", mockrs.Allowed, asBearer, errors{"DPoP": none, "Bearer": dpop.InvalidToken}},
		{"a bad Bearer token", mockrs.Allowed, bad, errors{"DPoP": none, "Bearer": dpop.InvalidToken}},
		{"a Bearer token where none is taken", mockrs.Required, unbound, errors{"DPoP": dpop.InvalidToken}},
	}
	for _, test := range tests {
		t.Run(string(test.mode)+" "+test.name, func(t *testing.T) {
			p := start(t, func(c *mockrs.Config) { c.Mode = test.mode })
			r := request("GET", "/orders")
			if value := test.header(p); value != "" {
				r.Header["Authorization"] = []string{value}
			}
			challenges := challengesOf(t, p.send(r))
			if len(challenges) != len(test.errors) {
				t.Fatalf("%d challenges: %v", len(challenges), challenges)
			}
			for _, c := range challenges {
				if code, _ := c.Get("error"); code != test.errors[c.Scheme] {
					t.Errorf("%s: error %q, want %q", c.Scheme, code, test.errors[c.Scheme])
				}
				algs, _ := c.Get("algs")
				if (c.Scheme == dpop.Scheme) != (algs == strings.Join(p.Verifier.Algorithms, " ")) {
					t.Errorf("%s: algs %q", c.Scheme, algs)
				}
			}
		})
	}
}

func TestADescriptionHoldsNoCharacterThatBreaksAChallenge(t *testing.T) {
	p := start(t)
	token := p.token(clientKey.Thumbprint, nil)
	o := dpop.Occasion{Method: "GET", URI: origin + "/orders", AccessToken: token}
	draft := dpop.NewDraft(clientKey, o, p.clock.Now())
	draft.Claims.Set("htm", "GE\"T\\, x=\"ä\r\nSet-Cookie: a=b")
	proof, err := draft.Sign(clientKey)
	if err != nil {
		t.Fatal(err)
	}
	w := p.send(bound("GET", "/orders", token, proof))
	challenges := challengesOf(t, w)
	description, _ := challenges[0].Get("error_description")
	beyond := func(c byte) bool { return c > '~' || c < ' ' || c == '"' || c == '\\' }
	if w.Code != 401 || description == "" || slices.ContainsFunc([]byte(description), beyond) {
		t.Errorf("%d, description %q", w.Code, description)
	}
}

func TestATokenIsTakenFromOneAuthorizationFieldAlone(t *testing.T) {
	field := func(value func(token string) string) func(*http.Request, string) {
		return func(r *http.Request, token string) { r.Header["Authorization"] = []string{value(token)} }
	}
	tests := []struct {
		name   string
		change func(r *http.Request, token string)
		status int
	}{
		{"two spaces", field(func(token string) string { return "DPoP  " + token }), 200},
		{"a tab", field(func(token string) string { return "DPoP\t" + token }), 401},
		{"no scheme", field(func(token string) string { return token }), 401},
		{"no token", field(func(string) string { return "DPoP" }), 400},
		{"a word behind it", field(func(token string) string { return "DPoP " + token + " x" }), 400},
		{"a comma list", field(func(token string) string { return "DPoP " + token + ", DPoP " + token }), 400},
		{"two fields", func(r *http.Request, token string) {
			r.Header["Authorization"] = []string{"DPoP " + token, "DPoP " + token}
		}, 400},
		{"also in the query", func(r *http.Request, token string) { r.URL.RawQuery = "access_token=" + token }, 400},
		{"also in an escaped query", func(r *http.Request, token string) {
			r.URL.RawQuery = "x=1&access%5Ftoken=" + token
		}, 400},
		{"only in the query", func(r *http.Request, token string) {
			delete(r.Header, "Authorization")
			r.URL.RawQuery = "access_token=" + token
		}, 400},
		{"an empty one in the query", func(r *http.Request, _ string) { r.URL.RawQuery = "access_token=" }, 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := start(t)
			r := p.honest("GET", "/orders")
			_, token, _ := strings.Cut(r.Header["Authorization"][0], " ")
			test.change(r, token)
			if w := p.send(r); w.Code != test.status {
				t.Errorf("%s: %d %s, want %d", test.name, w.Code, w.Body, test.status)
			}
		})
	}
}

func TestMetadataSaysWhatTheAPIDoes(t *testing.T) {
	for _, mode := range []mockrs.Mode{mockrs.Required, mockrs.Allowed} {
		p := start(t, func(c *mockrs.Config) { c.Mode, c.Scope = mode, "read" })
		w := p.send(request("GET", mockrs.MetadataPath))
		var m struct {
			Resource   string   `json:"resource"`
			Servers    []string `json:"authorization_servers"`
			Algorithms []string `json:"dpop_signing_alg_values_supported"`
			Required   bool     `json:"dpop_bound_access_tokens_required"`
			Scopes     []string `json:"scopes_supported"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		if m.Resource != origin || !slices.Equal(m.Servers, []string{issuer}) ||
			!slices.Equal(m.Algorithms, p.Verifier.Algorithms) ||
			m.Required != (mode == mockrs.Required) || !slices.Equal(m.Scopes, []string{"read"}) {
			t.Errorf("%s: %s", mode, w.Body)
		}
	}
}

func TestMetadataLiesBetweenAuthorityAndPath(t *testing.T) {
	tests := map[string]string{
		"https://api.example":       "https://api.example/.well-known/oauth-protected-resource",
		"https://api.example/":      "https://api.example/.well-known/oauth-protected-resource",
		"https://api.example/v1":    "https://api.example/.well-known/oauth-protected-resource/v1",
		"https://api.example:8/a/b": "https://api.example:8/.well-known/oauth-protected-resource/a/b",
	}
	for resource, want := range tests {
		if got := mockrs.MetadataURL(resource); got != want {
			t.Errorf("%s: %s, want %s", resource, got, want)
		}
	}
	p := start(t, func(c *mockrs.Config) { c.Base = "https://api.example/v1" })
	for path, found := range map[string]bool{
		mockrs.MetadataPath: true, mockrs.MetadataPath + "/v1": true, mockrs.MetadataPath + "/v2": false,
		"/v1": false, "": false,
	} {
		if w := p.send(request("GET", "/"+strings.TrimPrefix(path, "/"))); (w.Code == 200) != found {
			t.Errorf("%q: %d", path, w.Code)
		}
	}
}

func TestBrowsersMayAskAndRead(t *testing.T) {
	p := start(t, allowed)
	preflight := p.send(request("OPTIONS", "/orders",
		"Origin: https://app.example", "Access-Control-Request-Method: GET"))
	allowed := preflight.Header().Get("Access-Control-Allow-Headers")
	if preflight.Code != http.StatusNoContent || !strings.Contains(allowed, "DPoP") {
		t.Errorf("preflight %d %v", preflight.Code, preflight.Header())
	}
	refused := p.send(request("GET", "/orders", "Origin: https://app.example"))
	if refused.Code != 401 || refused.Header().Get("Access-Control-Expose-Headers") != "WWW-Authenticate, DPoP-Nonce" {
		t.Errorf("refusal %d %v", refused.Code, refused.Header())
	}
	if w := p.send(request("GET", "/orders")); w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Error("a request without Origin is answered as if from a browser")
	}
}

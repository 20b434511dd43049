package mutants

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// endpointFaults are bugs of metadata, introspection, registration, client
// authentication and of HTTP around DPoP.
var endpointFaults = []fault{
	{"AS-011", "the two metadata documents differ", []string{"RFC9449-5.1-01"}, func(p *mockas.Policy) {
		p.Metadata = func(path string, document *dpop.Object) {
			if strings.HasSuffix(path, "openid-configuration") {
				document.Set("dpop_signing_alg_values_supported", []string{"ES256"})
			}
		}
	}},
	{"AS-015", "dpop_bound_access_tokens is true by default", []string{"RFC9449-5.2-02"}, func(p *mockas.Policy) { p.BoundByDefault = true }},
	{"AS-018", "introspection leaves cnf out", []string{"RFC9449-6.2-01"}, introspecting(func(answer *dpop.Object, _ *mockas.Token) { answer.Delete("cnf") })},
	{"AS-019", "introspection calls a bound token Bearer", []string{"RFC9449-6.2-02"}, introspecting(func(answer *dpop.Object, _ *mockas.Token) { answer.Set("token_type", "Bearer") })},
	{"AS-020", "introspection demands a proof", []string{"RFC9449-6.2-03"}, func(p *mockas.Policy) {
		p.Around = around(mockas.PathIntrospect, func(next http.HandlerFunc) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				if len(r.Header["Dpop"]) == 0 {
					mockas.WriteError(w, &mockas.Error{Status: http.StatusBadRequest, Code: dpop.InvalidProof, Description: "a proof is needed"})
					return
				}
				next(w, r)
			}
		})
	}},
	{"AS-021", "introspection attaches cnf to unbound tokens", []string{"RFC9449-6.2-06"}, introspecting(func(answer *dpop.Object, t *mockas.Token) {
		if t.Bound == "" {
			answer.Set("cnf", dpop.Object{{Name: "jkt", Value: []byte(`"` + dpop.TokenHash(t.Text) + `"`)}})
		}
	})},
	{"AS-042", "a proof is taken for client authentication", []string{"RFC9449-3-02", "RFC9126-2.1-01"}, func(p *mockas.Policy) {
		honest := p.Authenticate
		p.Authenticate = func(s *mockas.Server, c *mockas.Call) (*mockas.Client, *mockas.Error) {
			client, problem := honest(s, c)
			if known := s.Client(c.Get("client_id")); problem != nil && known != nil && len(c.Fields.Values("DPoP")) > 0 {
				return known, nil
			}
			return client, problem
		}
	}},
	{"AS-044", "browsers may neither read the nonce nor send a proof", []string{"RFC9449-8-13"}, func(p *mockas.Policy) {
		honest := p.CORS
		p.CORS = func(h http.Header, preflight bool) {
			honest(h, preflight)
			h.Del("Access-Control-Expose-Headers")
			if preflight {
				h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
			}
		}
	}},
	{"AS-045", "token responses may be cached", []string{"RFC9449-5-06"}, func(p *mockas.Policy) { p.NoStore = func(http.Header) {} }},
	{"AS-046", "the token endpoint answers GET", []string{"RFC6749-3.2-01"}, func(p *mockas.Policy) {
		p.TokenMethods = slices.Concat(p.TokenMethods, []string{http.MethodGet})
		p.Around = around(mockas.PathToken, func(next http.HandlerFunc) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					r = r.Clone(r.Context())
					r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
					r.Body = io.NopCloser(strings.NewReader(r.URL.RawQuery))
				}
				next(w, r)
			}
		})
	}},
}

// fapiFaults are bugs under the profile fapi2 alone.
var fapiFaults = []fault{
	{"AS-049", "a proof from 75 s ahead is taken", []string{"FAPI2-5.3.2.1-13b"}, func(p *mockas.Policy) {
		for _, gate := range []*mockas.Gate{&p.Token, &p.PAR} {
			gate.Adjust = func(v *dpop.Verifier) { v.Future = 90 * time.Second }
		}
	}},
}

// introspecting changes what introspection says of the binding of an access token.
func introspecting(change func(*dpop.Object, *mockas.Token)) func(*mockas.Policy) {
	return func(p *mockas.Policy) {
		honest := p.IntrospectionBinding
		p.IntrospectionBinding = func(answer *dpop.Object, t *mockas.Token) {
			honest(answer, t)
			change(answer, t)
		}
	}
}

// around wraps the handler of one endpoint.
func around(endpoint string, wrap func(http.HandlerFunc) http.HandlerFunc) func(string, http.HandlerFunc) http.HandlerFunc {
	return func(path string, next http.HandlerFunc) http.HandlerFunc {
		if path == endpoint {
			return wrap(next)
		}
		return next
	}
}

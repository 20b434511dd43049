package mutants

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// endpointBugs are bugs of metadata, introspection, registration, client
// authentication and of HTTP around DPoP.
var endpointBugs = []row{
	{id: "AS-011", does: "the two metadata documents differ", breaks: ids{"RFC9449-5.1-01"},
		change: inServer(func(p *mockas.Policy) {
			p.Metadata = func(path string, document *dpop.Object) {
				if strings.HasSuffix(path, "openid-configuration") {
					document.Set("dpop_signing_alg_values_supported", []string{"ES256"})
				}
			}
		})},
	{id: "AS-015", does: "dpop_bound_access_tokens is true by default", breaks: ids{"RFC9449-5.2-02"},
		change: inServer(func(p *mockas.Policy) { p.BoundByDefault = true })},
	{id: "AS-018", does: "introspection leaves cnf out", breaks: ids{"RFC9449-6.2-01"},
		change: introspecting(func(answer *dpop.Object, _ *mockas.Token) { answer.Delete("cnf") })},
	{id: "AS-019", does: "introspection calls a bound token Bearer", breaks: ids{"RFC9449-6.2-02"},
		change: introspecting(func(answer *dpop.Object, _ *mockas.Token) { answer.Set("token_type", "Bearer") })},
	{id: "AS-020", does: "introspection demands a proof", breaks: ids{"RFC9449-6.2-03"},
		change: around(mockas.PathIntrospect, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
			if len(r.Header["Dpop"]) == 0 {
				mockas.WriteError(w, badProof("a proof is needed"))
				return
			}
			honest(w, r)
		})},
	{id: "AS-021", does: "introspection attaches cnf to unbound tokens", breaks: ids{"RFC9449-6.2-06"},
		change: introspecting(func(answer *dpop.Object, t *mockas.Token) {
			if t.Bound == "" {
				answer.Set("cnf", dpop.Object{{Name: "jkt", Value: []byte(`"` + dpop.TokenHash(t.Text) + `"`)}})
			}
		})},
	{id: "AS-105", does: "exchanges a bound token for an unbound one where no proof comes", breaks: ids{"RFC8693-2-01"},
		change: inServer(func(p *mockas.Policy) {
			honest := p.CheckSubject
			p.CheckSubject = func(t *mockas.Token, jkt string) *mockas.Error {
				if jkt == "" {
					return nil
				}
				return honest(t, jkt)
			}
		})},
	{id: "AS-042", variant: "assertion", does: "a client assertion is verified with its own jwk, whatever the client uses",
		breaks: ids{"RFC8725-3.12-01"}, change: inServer(func(p *mockas.Policy) {
			honest := p.Authenticate
			p.Authenticate = func(s *mockas.Server, c *mockas.Call) (*mockas.Client, *mockas.Error) {
				if client := selfAsserted(s, c); client != nil {
					return client, nil
				}
				return honest(s, c)
			}
		})},
	{id: "AS-042", variant: "proof", does: "a proof is taken for client authentication",
		breaks: ids{"RFC9449-3-02", "RFC9126-2.1-01"},
		change: authenticating(func(c *mockas.Call) bool { return len(c.Fields.Values("DPoP")) > 0 })},
	{id: "AS-054", variant: "token-alone",
		does:   "gives clients for bound tokens a Bearer token from the authorization endpoint",
		breaks: ids{"RFC9449-5.2-05"}, change: implicit("token")},
	{id: "AS-054", variant: "beside-id-token", does: "gives clients for bound tokens a Bearer token beside an ID token",
		breaks: ids{"RFC9449-5.2-05"}, change: implicit("id_token token")},
	{id: "AS-054", variant: "hybrid", does: "gives clients for bound tokens a Bearer token beside a code",
		breaks: ids{"RFC9449-5.2-05"}, change: implicit("code token")},
	{id: "AS-064", variant: "jwk", does: "a client assertion is verified with the jwk in its own header",
		breaks: ids{"RFC9449-3-02"}, change: authenticating(func(c *mockas.Call) bool {
			return asserted(c, ownKey)
		})},
	{id: "AS-064", variant: "proof", does: "a client assertion is verified with the key of the proof beside it",
		breaks: ids{"RFC9449-3-02"}, change: authenticating(func(c *mockas.Call) bool {
			return asserted(c, func(dpop.Object) (dpop.Object, error) {
				lines := c.Fields.Values("DPoP")
				if len(lines) == 0 {
					return nil, errors.New("no proof")
				}
				header, _, _, err := dpop.SplitCompact(lines[0], dpop.DecodeSegment)
				if err != nil {
					return nil, err
				}
				proof, err := dpop.ParseObject(header)
				if err != nil {
					return nil, err
				}
				jwk, _ := proof.Get("jwk")
				return dpop.ParseObject(jwk)
			})
		})},
	{id: "AS-044", variant: "every-endpoint", does: "browsers may neither read the nonce nor send a proof",
		breaks: ids{"RFC9449-8-13"}, change: inServer(func(p *mockas.Policy) {
			honest := p.CORS
			p.CORS = func(h http.Header, preflight bool) {
				honest(h, preflight)
				h.Del("Access-Control-Expose-Headers")
				if preflight {
					h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
				}
			}
		})},
	{id: "AS-045", does: "token responses may be cached", breaks: ids{"RFC9449-5-06"},
		change: inServer(func(p *mockas.Policy) { p.NoStore = func(http.Header) {} })},
	{id: "AS-046", does: "the token endpoint answers GET", breaks: ids{"RFC6749-3.2-01"},
		change: inServer(func(p *mockas.Policy) {
			p.TokenMethods = slices.Concat(p.TokenMethods, []string{http.MethodGet})
			around(mockas.PathToken, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
				if r.Method == http.MethodGet {
					r = r.Clone(r.Context())
					r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
					r.Body = io.NopCloser(strings.NewReader(r.URL.RawQuery))
				}
				honest(w, r)
			})(p)
		})},
	{id: "AS-049", does: "a proof from 75 s ahead is taken", breaks: ids{"FAPI2-5.3.2.1-13b"}, profile: "fapi2",
		change: inServer(func(p *mockas.Policy) {
			for _, gate := range []*mockas.Gate{&p.Token, &p.PAR} {
				gate.Adjust = func(v *dpop.Verifier) { v.Future = 90 * time.Second }
			}
		})},
}

// asserted reports whether the client assertion of a call is signed by a key that is
// found in what came with it.
func asserted(c *mockas.Call, find func(header dpop.Object) (dpop.Object, error)) bool {
	text := c.Get("client_assertion")
	data, _, signature, err := dpop.SplitCompact(text, dpop.DecodeSegment)
	if err != nil {
		return false
	}
	header, err := dpop.ParseObject(data)
	if err != nil {
		return false
	}
	jwk, err := find(header)
	if err != nil {
		return false
	}
	key, err := dpop.ParsePublicKey(jwk)
	if err != nil {
		return false
	}
	name, _ := header.Text("alg")
	algorithm, known := dpop.FindAlgorithm(name)
	signed := dpop.Proof{Text: text, Signature: signature, Algorithm: algorithm}
	return known && algorithm.Fits(key.Key) == nil && dpop.VerifySignature(&signed, key.Key) == nil
}

// selfAsserted returns the client that an assertion names which brings its own key,
// where no client_id does; nil if there is none.
func selfAsserted(s *mockas.Server, c *mockas.Call) *mockas.Client {
	if c.Get("client_id") != "" || !asserted(c, ownKey) {
		return nil
	}
	_, payload, _, _ := dpop.SplitCompact(c.Get("client_assertion"), dpop.DecodeSegment)
	claims, err := dpop.ParseObject(payload)
	if err != nil {
		return nil
	}
	name, _ := claims.Text("sub")
	return s.Client(name)
}

// ownKey is the key that stands in the header of a JWT.
func ownKey(header dpop.Object) (dpop.Object, error) {
	jwk, _ := header.Get("jwk")
	return dpop.ParseObject(jwk)
}

// implicit gives an access token through the browser for one response type.
func implicit(responseType string) inServer {
	return around(mockas.PathAuthorize, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
		query := r.URL.Query()
		if query.Get("response_type") != responseType {
			honest(w, r)
			return
		}
		answer := url.Values{"access_token": {dpop.NewID()}, "token_type": {"Bearer"}, "state": {query.Get("state")}}
		w.Header().Set("Location", query.Get("redirect_uri")+"#"+answer.Encode())
		w.WriteHeader(http.StatusFound)
	})
}

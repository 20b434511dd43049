package mutants

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// publishing announces other algorithms of proofs than are taken.
func publishing(names ...string) inServer {
	return func(p *mockas.Policy) {
		p.Metadata = func(_ string, document *dpop.Object) { document.Set("dpop_signing_alg_values_supported", names) }
	}
}

// identified changes the claims of ID tokens of the scope webid.
func identified(change func(*dpop.Object)) inServer {
	return func(p *mockas.Policy) {
		honest := p.ConfirmID
		p.ConfirmID = func(claims *dpop.Object, id mockas.WebIdentity) {
			honest(claims, id)
			change(claims)
		}
	}
}

// atTokenAndPAR changes the verifiers of the token and PAR endpoints.
func atTokenAndPAR(change inVerifier) inServer {
	return func(p *mockas.Policy) {
		for _, gate := range []*mockas.Gate{&p.Token, &p.PAR} {
			gate.Adjust = change
		}
	}
}

// repeating answers a request as the first time when a parameter of it comes again.
func repeating(path, parameter string) inServer {
	return func(p *mockas.Policy) {
		var answers sync.Map
		around(path, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			form, _ := url.ParseQuery(string(body) + "&" + r.URL.RawQuery)
			value := form.Get(parameter)
			answer := &kept{header: http.Header{}, status: http.StatusOK}
			if before, found := answers.Load(value); found && value != "" {
				answer = before.(*kept)
			} else if honest(answer, r); value != "" && answer.status < 400 {
				answers.Store(value, answer)
			}
			for name, lines := range answer.header {
				w.Header()[name] = slices.Clone(lines)
			}
			w.WriteHeader(answer.status)
			w.Write(answer.body.Bytes())
		})(p)
	}
}

// kept is an answer that is written down before it leaves.
type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *kept) Header() http.Header              { return k.header }
func (k *kept) WriteHeader(status int)           { k.status = status }
func (k *kept) Write(octets []byte) (int, error) { return k.body.Write(octets) }

// serverProfileBugs are bugs of an authorization server under one profile alone.
var serverProfileBugs = []row{
	{id: "AS-200", does: "asks for no nonce", breaks: ids{"OKTA-01"}, profile: "okta",
		change: configured(func(c *mockas.Config) { c.Nonces = mockas.NonceOff })},
	{id: "AS-201", variant: "an-hour", does: "forgets a nonce after an hour", breaks: ids{"OKTA-02"}, profile: "okta",
		change: configured(func(c *mockas.Config) { c.NonceLifetime = time.Hour })},
	{id: "AS-201", variant: "two-days", does: "forgets a nonce after two days", breaks: ids{"OKTA-02"}, profile: "okta",
		change: configured(func(c *mockas.Config) { c.NonceLifetime = 48 * time.Hour })},
	{id: "AS-202", variant: "fewer", does: "announces ES256 and RS256 alone", breaks: ids{"OKTA-03"}, profile: "okta",
		change: publishing("ES256", "RS256")},
	{id: "AS-202", variant: "more", does: "takes and announces PS256 too", breaks: ids{"OKTA-03"}, profile: "okta",
		change: configured(func(c *mockas.Config) { c.Algorithms = append(slices.Clone(c.Algorithms), "PS256") })},
	{id: "AS-217", does: "takes and announces RS256 too", breaks: ids{"FAPI2-5.4.1-01"}, profile: "fapi2",
		change: configured(func(c *mockas.Config) { c.Algorithms = append(slices.Clone(c.Algorithms), "RS256") })},
	{id: "AS-203", does: "calls a missing proof an invalid request", breaks: ids{"CAMARA-05"}, profile: "camara",
		change: configured(func(c *mockas.Config) { c.ProofMissing = "" })},
	{id: "AS-204", variant: "nothing", does: "takes a pushed request that names no key", breaks: ids{"SINGPASS-01"},
		profile: "singpass", change: configured(func(c *mockas.Config) { c.PushedBinding = mockas.BindingOptional })},
	{id: "AS-204", variant: "dpop-jkt", does: "takes dpop_jkt in place of the proof of a pushed request",
		breaks: ids{"SINGPASS-01"}, profile: "singpass",
		change: configured(func(c *mockas.Config) { c.PushedBinding = mockas.BindingEither })},
	{id: "AS-205", does: "takes a pushed request that names no key", breaks: ids{"ATPROTO-09"}, profile: "atproto",
		change: configured(func(c *mockas.Config) { c.PushedBinding = mockas.BindingOptional })},
	{id: "AS-206", variant: "forgets", does: "takes a proof twice", breaks: ids{"HELSEID-01"}, profile: "helseid",
		change: atTokenAndPAR(removing("replay"))},
	{id: "AS-206", variant: "by-text", does: "knows a used proof by its text", breaks: ids{"HELSEID-01"},
		profile: "helseid", change: atTokenAndPAR(func(v *dpop.Verifier) {
			honest := v.Replays
			v.Replays = use(func(p *dpop.Proof, until time.Time) (bool, error) {
				whole := *p
				whole.ID = p.Text
				return honest.Use(&whole, until)
			})
		})},
	{id: "AS-207", variant: "successes", does: "hands out nonces with challenges alone", breaks: ids{"ATPROTO-11"},
		profile: "atproto", change: inServer(func(p *mockas.Policy) {
			honest := p.NonceFields
			p.NonceFields = func(nonce string, challenge bool) []string {
				if !challenge {
					return nil
				}
				return honest(nonce, challenge)
			}
		})},
	{id: "AS-207", variant: "invalid-client", does: "hands out no nonce when it refuses the client",
		breaks: ids{"ATPROTO-11"}, profile: "atproto",
		change: edited(mockas.PathToken, func(status int, h http.Header) {
			if status == http.StatusUnauthorized {
				h.Del("Dpop-Nonce")
			}
		})},
	{id: "AS-208", does: "asks for no nonce at the PAR endpoint", breaks: ids{"ATPROTO-02"}, profile: "atproto",
		change: inServer(func(p *mockas.Policy) {
			p.PAR.Judge = func(v *dpop.Verifier, r dpop.Request, _ mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
				copied := *v
				copied.Nonces = nil
				return copied.Verify(r)
			}
		})},
	{id: "AS-209", does: "does not publish its algorithms", breaks: ids{"MCP1932-04"}, profile: "mcp",
		change: inServer(func(p *mockas.Policy) {
			p.Metadata = func(_ string, document *dpop.Object) { document.Delete("dpop_signing_alg_values_supported") }
		})},
	{id: "AS-210", does: "announces PS256 and no ES256", breaks: ids{"HAIP-4-02"}, profile: "haip",
		change: publishing("PS256")},
	{id: "AS-211", does: "announces PS256 and no ES256", breaks: ids{"SINGPASS-04"}, profile: "singpass",
		change: publishing("PS256")},
	{id: "AS-212", variant: "webid", does: "leaves webid out of the ID token", breaks: ids{"SOLID-02"}, profile: "solid",
		change: identified(func(claims *dpop.Object) { claims.Delete("webid") })},
	{id: "AS-212", variant: "azp", does: "leaves azp out of the ID token", breaks: ids{"SOLID-02"}, profile: "solid",
		change: identified(func(claims *dpop.Object) { claims.Delete("azp") })},
	{id: "AS-212", variant: "aud", does: "makes the ID token for the client alone", breaks: ids{"SOLID-02"},
		profile: "solid", change: identified(func(claims *dpop.Object) {
			azp, _ := claims.Text("azp")
			claims.Set("aud", azp)
		})},
	{id: "AS-212", variant: "cnf", does: "binds the ID token to no key", breaks: ids{"SOLID-02"}, profile: "solid",
		change: identified(func(claims *dpop.Object) { claims.Delete("cnf") })},
	{id: "AS-212", variant: "scope", does: "announces no scope webid", breaks: ids{"SOLID-02"}, profile: "solid",
		change: inServer(func(p *mockas.Policy) {
			p.Metadata = func(_ string, document *dpop.Object) { document.Set("scopes_supported", []string{"openid"}) }
		})},
	{id: "AS-213", variant: "endpoint", does: "takes a client assertion for the token endpoint",
		breaks: ids{"FAPI2-5.3.2.1-08"}, profile: "fapi2",
		change: configured(func(c *mockas.Config) { c.IssuerAudience = false })},
	{id: "AS-213", variant: "list", does: "takes a client assertion for the issuer among others",
		breaks: ids{"FAPI2-5.3.2.1-08"}, profile: "fapi2", change: inServer(func(p *mockas.Policy) {
			p.AssertedTo = func(s *mockas.Server, _ *mockas.Call, a mockas.Audience) bool {
				return slices.Contains(a.Names, s.Issuer())
			}
		})},
	{id: "AS-213", variant: "anybody", does: "takes a client assertion for another server",
		breaks: ids{"FAPI2-5.3.2.1-08"}, profile: "fapi2", change: inServer(func(p *mockas.Policy) {
			p.AssertedTo = func(*mockas.Server, *mockas.Call, mockas.Audience) bool { return true }
		})},
	{id: "AS-214", does: "gives a code whatever the response type", breaks: ids{"FAPI2-5.3.2.2-01"}, profile: "fapi2",
		change: around(mockas.PathPAR, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
			body, _ := io.ReadAll(r.Body)
			form, err := url.ParseQuery(string(body))
			if err == nil && form.Has("response_type") {
				form.Set("response_type", "code")
				body = []byte(form.Encode())
			}
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			honest(w, r)
		})},
	{id: "AS-215", does: "answers the second use of a code with the tokens of the first",
		breaks: ids{"FAPI2-5.3.2.2-09"}, profile: "fapi2", change: repeating(mockas.PathToken, "code")},
	{id: "AS-216", does: "leads a request_uri to its code again", breaks: ids{"RFC9126-4-01"}, profile: "fapi2",
		change: repeating(mockas.PathAuthorize, "request_uri")},
}

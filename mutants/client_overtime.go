package mutants

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
)

// clientOverTimeBugs are about restarts, logouts, bodies, userinfo, and metadata of
// an API.
var clientOverTimeBugs = []row{
	{id: "CL-135", variant: "bearer", does: "sends its bound token to the userinfo endpoint as Bearer",
		breaks: ids{"RFC9449-7-01"}, change: presented(func(r *http.Request, c *client.Credentials) {
			if forUserinfo(r) {
				c.Scheme, c.Proof = "Bearer", ""
			}
		})},
	{id: "CL-135", variant: "unproven", does: "no proof at the userinfo endpoint", breaks: ids{"RFC9449-7-01"},
		change: presented(func(r *http.Request, c *client.Credentials) {
			if forUserinfo(r) {
				c.Proof = ""
			}
		})},
	{id: "CL-135", variant: "unanswered", does: "ignores use_dpop_nonce of the userinfo endpoint",
		breaks: ids{"RFC9449-9-03"}, change: demands(func(a *client.Answer, honest bool) bool {
			return honest && !strings.HasSuffix(a.Base, "/userinfo")
		})},
	{id: "CL-135", variant: "hashless", does: "no ath at the userinfo endpoint", breaks: ids{"RFC9449-7-02"},
		change: redraft(func(r client.ProofRequest, d *dpop.Draft) {
			if strings.HasSuffix(r.Base, "/userinfo") {
				d.Claims.Delete("ath")
			}
		})},
	{id: "CL-138", variant: "restart", does: "makes its key pair anew at each start, also in the middle of a login",
		breaks: ids{"RFC9449-10-07"}, change: inClient(func(p *client.Policy) {
			own := another() // a client is made anew at each start
			p.Key = func(client.KeyRequest) *dpop.Key { return own() }
		})},
	{id: "CL-138", variant: "login-before", does: "names in dpop_jkt the key of the login that began before",
		breaks: ids{"RFC9449-10-07"}, change: inClient(func(p *client.Policy) {
			var before word
			honest := p.Thumbprint
			p.Thumbprint = func(key *dpop.Key) (string, error) {
				own, err := honest(key)
				if err != nil {
					return "", err
				}
				named := before.Keep(own)
				before.Set(own)
				return named, nil
			}
		})},
	{id: "CL-139", does: "goes on with the tokens of a session that has ended", breaks: ids{"RFC7009-1-01"},
		change: inClient(func(p *client.Policy) { p.Logout = func(func() string) string { return "" } })},
	{id: "CL-140", does: "repeats a request with what is left of a body that can be read once",
		breaks: ids{"RFC9449-9-03"}, change: inClient(func(p *client.Policy) {
			honest := p.Body
			p.Body = func(r *http.Request) (func() (io.ReadCloser, error), int64, error) {
				if r.Body == nil || r.GetBody != nil {
					return honest(r)
				}
				left := r.Body
				return func() (io.ReadCloser, error) { return io.NopCloser(left), nil }, -1, nil
			}
		})},
	{id: "CL-082", variant: "any", does: "takes the metadata of any resource for those of its API",
		breaks: ids{"RFC9728-3.3-01"},
		change: inClient(func(p *client.Policy) { p.Resource = func(_, _ string) error { return nil } })},
	{id: "CL-082", variant: "host", does: "compares the host of the resource alone", breaks: ids{"RFC9728-3.3-01"},
		change: inClient(func(p *client.Policy) {
			honest := p.Resource
			p.Resource = func(asked, got string) error {
				one, err := url.Parse(asked)
				two, failed := url.Parse(got)
				if err == nil && failed == nil && one.Host == two.Host {
					return nil
				}
				return honest(asked, got)
			}
		})},
	{id: "CL-082", variant: "missing", does: "takes metadata of an API that name no resource",
		breaks: ids{"RFC9728-3.3-01"}, change: inClient(func(p *client.Policy) {
			honest := p.Resource
			p.Resource = func(asked, got string) error {
				if got == "" {
					return nil
				}
				return honest(asked, got)
			}
		})},
}

// presented changes token and proof on their way into a request.
func presented(change func(*http.Request, *client.Credentials)) inClient {
	return func(p *client.Policy) {
		honest := p.Present
		p.Present = func(r *http.Request, c client.Credentials) {
			change(r, &c)
			honest(r, c)
		}
	}
}

// forUserinfo reports whether a request goes to the userinfo endpoint.
func forUserinfo(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/userinfo") }

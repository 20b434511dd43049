package mutants

import (
	"cmp"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

// passageBugs are ways round the check.
var passageBugs = []apiBug{
	{"RS-037", "the side effect runs before the check", rfc9449("7.1-03"), apiPolicy(func(p *mockrs.Policy) {
		honest := p.Guard
		p.Guard = func(a *mockrs.API, w http.ResponseWriter, r *http.Request) {
			a.Effect(r)
			honest(a, w, r)
		}
	})},
	{"RS-038", "the check is skipped for HEAD", rfc9449("7.1-03"), passed(func(r *http.Request) bool { return r.Method == http.MethodHead })},
	{"RS-038", "the check is skipped for OPTIONS", rfc9449("7.1-03"), passed(func(r *http.Request) bool { return r.Method == http.MethodOptions })},
	{"RS-038", "the check is skipped for PUT", rfc9449("7.1-03"), passed(func(r *http.Request) bool { return r.Method == http.MethodPut })},
	{"RS-038", "the check is skipped for PATCH", rfc9449("7.1-03"), passed(func(r *http.Request) bool { return r.Method == http.MethodPatch })},
	{"RS-038", "the check is skipped for DELETE", rfc9449("7.1-03"), passed(func(r *http.Request) bool { return r.Method == http.MethodDelete })},
	{"RS-038", "the check is skipped for an upgrade to WebSocket", rfc9449("7.1-03"),
		passed(func(r *http.Request) bool { return strings.EqualFold(r.Header.Get("Upgrade"), "websocket") })},
	{"RS-038", "the check is skipped for what looks like a static file", rfc9449("7.1-03"),
		passed(func(r *http.Request) bool {
			return slices.Contains([]string{".css", ".js", ".png", ".ico"}, path.Ext(r.URL.Path))
		})},
	{"RS-039", "the check is skipped where a field says that a gateway did it", rfc9449("7.1-03", "4.3-64"),
		passed(func(r *http.Request) bool { return r.Header.Get("X-Auth-Verified") == "true" })},
	{"RS-039", "the check is skipped for requests that claim to come from inside", rfc9449("7.1-03", "4.3-64"),
		passed(func(r *http.Request) bool { return r.Header.Get("X-Forwarded-For") == "127.0.0.1" })},
	{"RS-039", "the check is skipped where a field says that a certificate was verified", rfc9449("7.1-03", "4.3-64"),
		passed(func(r *http.Request) bool { return r.Header.Get("X-SSL-Client-Verify") == "SUCCESS" })},
	{"RS-039", "the check is skipped where an API key comes", rfc9449("7.1-03", "4.3-64"),
		passed(func(r *http.Request) bool { return r.Header.Get("X-API-Key") != "" })},
	{"RS-040", "behind forward-auth the method is what a field says", rfc9449("4.3-64"),
		apiPolicy(func(p *mockrs.Policy) {
			p.Method = func(r *http.Request) string { return cmp.Or(r.Header.Get("X-Original-Method"), r.Method) }
		})},
	{"RS-040", "behind forward-auth the subrequest's own method and URL are compared", []string{"RFC9110-7.1-01"},
		apiPolicy(func(p *mockrs.Policy) {
			p.Method = func(*http.Request) string { return http.MethodGet }
			p.Target = func(origin string, _ *http.Request) string { return origin + "/auth" }
		})},
	{"RS-040", "behind a proxy the internal URL is compared", []string{"RFC9110-7.1-01"},
		apiPolicy(func(p *mockrs.Policy) {
			p.Target = func(_ string, r *http.Request) string { return dpop.TargetURI("http://"+r.Host, r.RequestURI) }
		})},
	{"RS-043", "a nonce is asked for once a token and then no more", rfc9449("11.3-01"), nonceOnce},
	{"RS-043", "a nonce is asked for with GET alone", rfc9449("11.3-01"),
		apiCheck("nonce", func(v *dpop.Verification, honest func() error) error {
			if v.Method != http.MethodGet {
				return nil
			}
			return honest()
		})},
}

// passed serves some requests without a look at their credentials.
func passed(which func(*http.Request) bool) func(*mockrs.Config) {
	return apiPolicy(func(p *mockrs.Policy) {
		honest := p.Guard
		p.Guard = func(a *mockrs.API, w http.ResponseWriter, r *http.Request) {
			if which(r) {
				a.Serve(w, r)
				return
			}
			honest(a, w, r)
		}
	})
}

// nonceOnce remembers tokens that came with a good nonce and asks no more of
// them. The requests of a case come one by one, so the map needs no lock.
func nonceOnce(c *mockrs.Config) {
	proven := map[string]bool{}
	apiCheck("nonce", func(v *dpop.Verification, honest func() error) error {
		if proven[v.AccessToken] {
			return nil
		}
		err := honest()
		proven[v.AccessToken] = err == nil
		return err
	})(c)
}

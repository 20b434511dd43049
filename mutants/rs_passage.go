package mutants

import (
	"cmp"
	"net"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

// passageBugs are ways round the check.
var passageBugs = []row{
	{id: "RS-037", does: "the side effect runs before the check", breaks: ids{"RFC9449-7.1-03"},
		change: inAPI(func(c *mockrs.Config) {
			honest := c.Policy.Guard
			c.Policy.Guard = func(a *mockrs.API, w http.ResponseWriter, r *http.Request) {
				a.Effect(r)
				honest(a, w, r)
			}
		})},
	{id: "RS-038", variant: "head", does: "the check is skipped for HEAD", breaks: ids{"RFC9449-7.1-03"},
		change: passing(func(r *http.Request) bool { return r.Method == http.MethodHead })},
	{id: "RS-038", variant: "options", does: "the check is skipped for OPTIONS", breaks: ids{"RFC9449-7.1-03"},
		change: passing(func(r *http.Request) bool { return r.Method == http.MethodOptions })},
	{id: "RS-038", variant: "put", does: "the check is skipped for PUT", breaks: ids{"RFC9449-7.1-03"},
		change: passing(func(r *http.Request) bool { return r.Method == http.MethodPut })},
	{id: "RS-038", variant: "patch", does: "the check is skipped for PATCH", breaks: ids{"RFC9449-7.1-03"},
		change: passing(func(r *http.Request) bool { return r.Method == http.MethodPatch })},
	{id: "RS-038", variant: "delete", does: "the check is skipped for DELETE", breaks: ids{"RFC9449-7.1-03"},
		change: passing(func(r *http.Request) bool { return r.Method == http.MethodDelete })},
	{id: "RS-038", variant: "websocket", does: "the check is skipped for an upgrade to WebSocket",
		breaks: ids{"RFC9449-7.1-03"},
		change: passing(func(r *http.Request) bool { return strings.EqualFold(r.Header.Get("Upgrade"), "websocket") })},
	{id: "RS-038", variant: "static-file", does: "the check is skipped for what looks like a static file",
		breaks: ids{"RFC9449-7.1-03"}, change: passing(func(r *http.Request) bool {
			return slices.Contains([]string{".css", ".js", ".png", ".ico"}, path.Ext(r.URL.Path))
		})},
	{id: "RS-064", does: "the check is skipped for POST at userinfo", breaks: ids{"RFC9449-7.1-03"}, at: atUserinfo,
		change: entering(func() (func(*http.Request) int, func(*http.Request, http.Header)) {
			return func(r *http.Request) int {
				if r.Method == http.MethodPost {
					return http.StatusOK
				}
				return 0
			}, func(*http.Request, http.Header) {}
		})},
	{id: "RS-039", variant: "x-auth-verified", does: "the check is skipped where a field says that a gateway did it",
		breaks: ids{"RFC9449-7.1-03", "RFC9449-4.3-64"},
		change: passing(func(r *http.Request) bool { return r.Header.Get("X-Auth-Verified") == "true" })},
	{id: "RS-039", variant: "x-forwarded-for", does: "the check is skipped for requests that claim to come from inside",
		breaks: ids{"RFC9449-7.1-03", "RFC9449-4.3-64"},
		change: passing(func(r *http.Request) bool { return r.Header.Get("X-Forwarded-For") == "127.0.0.1" })},
	{id: "RS-039", variant: "x-ssl-client-verify",
		does:   "the check is skipped where a field says that a certificate was verified",
		breaks: ids{"RFC9449-7.1-03", "RFC9449-4.3-64"},
		change: passing(func(r *http.Request) bool { return r.Header.Get("X-SSL-Client-Verify") == "SUCCESS" })},
	{id: "RS-039", variant: "x-api-key", does: "the check is skipped where an API key comes",
		breaks: ids{"RFC9449-7.1-03", "RFC9449-4.3-64"},
		change: passing(func(r *http.Request) bool { return r.Header.Get("X-API-Key") != "" })},
	{id: "RS-040", variant: "x-original-method", does: "behind forward-auth the method is what a field says",
		breaks: ids{"RFC9449-4.3-64"}, change: inAPI(func(c *mockrs.Config) {
			c.Policy.Method = func(r *http.Request) string {
				return cmp.Or(r.Header.Get("X-Original-Method"), r.Method)
			}
		})},
	{id: "RS-040", variant: "subrequest", does: "behind forward-auth the subrequest's own method and URL are compared",
		breaks: ids{"RFC9110-7.1-01"}, change: inAPI(func(c *mockrs.Config) {
			c.Policy.Method = func(*http.Request) string { return http.MethodGet }
			c.Policy.Target = func(origin string, _ *http.Request) string { return origin + "/auth" }
		})},
	{id: "RS-040", variant: "internal-url", does: "behind a proxy the internal URL is compared",
		breaks: ids{"RFC9110-7.1-01"}, at: atAPI, change: gate{target: func(_ string, r *http.Request) string {
			return dpop.TargetURI("http://"+r.Host, r.RequestURI)
		}}},
	{id: "RS-043", variant: "once-a-token", does: "a nonce is asked for once a token and then no more",
		breaks: ids{"RFC9449-11.3-01"}, at: atAPI, change: inVerifier(nonceOnce)},
	{id: "RS-043", variant: "get-alone", does: "a nonce is asked for with GET alone",
		breaks: ids{"RFC9449-11.3-01"}, at: atAPI,
		change: skipping("nonce", func(p *dpop.Verification) bool { return p.Method != http.MethodGet })},
	{id: "RS-062", does: "trusts whoever reaches it past its gateway", breaks: ids{"RFC9449-7.1-03", "RFC9449-7.2-01"},
		change: passing(func(r *http.Request) bool {
			own, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
			return own != nil && r.Host != own.String() && r.Header.Get("X-Forwarded-For") == ""
		})},
}

// passing serves some requests without a look at their credentials.
func passing(which func(*http.Request) bool) inAPI {
	return func(c *mockrs.Config) {
		honest := c.Policy.Guard
		c.Policy.Guard = func(a *mockrs.API, w http.ResponseWriter, r *http.Request) {
			if which(r) {
				a.Serve(w, r)
				return
			}
			honest(a, w, r)
		}
	}
}

// nonceOnce remembers tokens that came with a good nonce and asks no more of them.
func nonceOnce(v *dpop.Verifier) {
	var proven sync.Map
	honest := v.Check("nonce")
	v.Replace("nonce", func(p *dpop.Verification) error {
		if _, before := proven.Load(p.AccessToken); before {
			return nil
		}
		err := honest(p)
		if err == nil {
			proven.Store(p.AccessToken, true)
		}
		return err
	})
}

package mutants

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// userinfoBugs are bugs of resource servers at the one that belongs to the
// authorization server.
var userinfoBugs = []row{
	{id: "RS-003", does: "downgrade check only for the exact spelling Bearer",
		breaks: ids{"RFC9449-7.2-04"}, at: atUserinfo, change: inServer(func(p *mockas.Policy) {
			honest := p.AcceptToken
			p.AcceptToken = func(scheme string, t *mockas.Token) *mockas.Error {
				if strings.EqualFold(scheme, "Bearer") && scheme != "Bearer" {
					return nil
				}
				return honest(scheme, t)
			}
		})},
	{id: "RS-007", does: "the end of the thumbprint is compared", breaks: ids{"RFC9449-4.3-80"}, at: atUserinfo,
		change: replacing("binding", func(p *dpop.Verification) error {
			if len(p.Bound) < 43 || p.Bound[20:] != p.Proof.Thumbprint[20:] {
				return errors.New("the access token is bound to another key")
			}
			return nil
		})},
	{id: "RS-014", does: "cnf.jkt is taken from the proof", breaks: ids{"RFC9449-4.3-79"}, at: atUserinfo,
		change: skipping("binding", func(p *dpop.Verification) bool {
			jkt, err := p.Proof.Claims.Text("jkt")
			return err == nil && jkt == p.Bound
		})},
	{id: "RS-028", does: "the error stands at every scheme", breaks: ids{"RFC9449-7.2-07"}, at: atUserinfo,
		change: inServer(func(p *mockas.Policy) {
			honest := p.WriteError
			p.WriteError = func(w http.ResponseWriter, e *mockas.Error) {
				both := *e
				both.Challenges = nil
				for _, c := range e.Challenges {
					if _, has := c.Get("error"); !has && e.Code != "" {
						c = c.With("error", e.Code)
					}
					both.Challenges = append(both.Challenges, c)
				}
				honest(w, &both)
			}
		})},
	{id: "RS-101", does: "asks for another login with a Bearer challenge alone", breaks: ids{"RFC9470-3-01"},
		at: atUserinfo, change: inServer(func(p *mockas.Policy) {
			honest := p.WriteError
			p.WriteError = func(w http.ResponseWriter, e *mockas.Error) {
				other := *e
				if e.Code == "insufficient_user_authentication" && e.Status == http.StatusUnauthorized {
					other.Challenges = []dpop.Challenge{dpop.Challenge{Scheme: "Bearer"}.With("error", e.Code)}
				}
				honest(w, &other)
			}
		})},
	{id: "RS-102", does: "use_dpop_nonce for every defect of a proof", breaks: ids{"RFC9449-7.1-10"}, at: atUserinfo,
		change: inServer(func(p *mockas.Policy) {
			honest := p.WriteError
			p.WriteError = func(w http.ResponseWriter, e *mockas.Error) {
				renamed := *e
				renamed.Challenges = eachParameter(e.Challenges, askingForNonces)
				honest(w, &renamed)
			}
		})},
	{id: "RS-100", does: "takes an unbound token from the query", breaks: ids{"RFC6750-2.3-01"}, at: atUserinfo,
		change: around(mockas.PathUserinfo, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
			if r.URL.Query().Has("access_token") { // as if it had come in a form
				posted := r.Clone(r.Context())
				posted.Method, posted.URL.RawQuery = http.MethodPost, ""
				posted.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				posted.Body = io.NopCloser(strings.NewReader(r.URL.RawQuery))
				r = posted
			}
			honest(w, r)
		})},
	{id: "RS-044", does: "scripts of other origins can read neither challenge nor nonce",
		breaks: ids{"RFC9449-7.1-16", "RFC9449-8-13"}, at: atUserinfo,
		change: hidden(mockas.PathUserinfo, 0, "Access-Control-Expose-Headers")},
}

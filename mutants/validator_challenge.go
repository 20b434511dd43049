package mutants

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mockas"
)

// challengeBugs are bugs in what a challenge for a nonce does to what came with it.
var challengeBugs = []row{
	{id: "PV-200", variant: "token", does: "an access token that was challenged for a nonce is good no more",
		breaks: ids{"RFC9449-8-08"}, at: withToken, change: inVerifier(spendingTokens)},
	{id: "PV-201", does: "behind a proxy the internal URL is compared", breaks: ids{"RFC9110-7.1-01"},
		at: slices.Concat(withoutToken, atUserinfo), change: gate{target: func(_ string, r *http.Request) string {
			return dpop.TargetURI("http://"+r.Host, r.RequestURI)
		}}},
	{id: "PV-202", does: "asks for another nonce in place of a wrong one, and gives none",
		breaks: ids{"RFC9449-8-04"}, change: anew(unanswered)},
	{id: "PV-200", variant: "pushed", does: "a pushed request that was challenged for a nonce counts as a repetition",
		breaks: ids{"RFC9449-8-08"}, at: []string{features.PAREndpoint}, change: pushedOnce()},
}

// spendingTokens refuses whatever comes again with a token that was challenged.
func spendingTokens(v *dpop.Verifier) {
	var challenged sync.Map
	honest := v.Check("nonce")
	v.Replace("nonce", func(p *dpop.Verification) error {
		err := honest(p)
		if err != nil {
			challenged.Store(p.AccessToken, true)
		}
		return err
	})
	also("binding", func(p *dpop.Verification) error {
		if _, before := challenged.Load(p.AccessToken); before {
			return errors.New("the access token was used before")
		}
		return nil
	})(v)
}

// unanswered keeps the new nonce from whoever came with a wrong one. The requests of a
// case come one by one.
func unanswered() gate {
	wrong := false
	return gate{
		verifier: func(v *dpop.Verifier) {
			honest := v.Check("nonce")
			v.Replace("nonce", func(p *dpop.Verification) error {
				err := honest(p)
				wrong = err != nil && p.Proof.Claims.Has("nonce")
				return err
			})
		},
		answer: func(_ int, h http.Header) {
			if wrong {
				h.Del("DPoP-Nonce")
				delete(h, "DPoP-Nonce") // as an API of ours spells it
			}
			wrong = false
		},
	}
}

// pushedOnce refuses the second pushed request with one code_challenge, whatever
// became of the first.
func pushedOnce() inServer {
	return func(p *mockas.Policy) {
		var seen sync.Map
		around(mockas.PathPAR, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
			body, _ := io.ReadAll(r.Body) // a body cut short is the next reader's to refuse
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			form, _ := url.ParseQuery(string(body))
			challenge := form.Get("code_challenge")
			if _, before := seen.Swap(challenge, true); before && challenge != "" {
				mockas.WriteError(w, &mockas.Error{Status: http.StatusBadRequest, Code: "invalid_request"})
				return
			}
			honest(w, r)
		})(p)
	}
}

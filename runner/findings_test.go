package runner

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

const (
	findingOfAPI = "server-evidence/no-request-breaks-the-server-down@api"
)

// onTheWay lists the findings among results.
func onTheWay(cases map[string]reports.Case) []string {
	var found []string
	for id, c := range cases {
		if isFinding(id) {
			found = append(found, fmt.Sprintf("%s: %s: %s (%s)", id, c.Verdict, c.Actual, c.Reason))
		}
	}
	return found
}

// A client whose proofs are now and then malformed made cases about other things
// inconclusive, and failed none.
func TestAMalformedProofIsAFindingWhateverTheCaseIsAbout(t *testing.T) {
	const retry = "client-nonce/a-challenge-of-the-api-is-answered-with-the-same-token-and-body"
	for name, row := range map[string]struct {
		change  func(*dpop.Draft)
		finding string
		says    string
	}{
		"a coordinate with a zero octet before it": {
			func(d *dpop.Draft) {
				value, _ := d.Header.Get("jwk")
				jwk, _ := dpop.ParseObject(value)
				text, _ := jwk.Text("x")
				octets, _ := dpop.DecodeSegment(text)
				jwk.Set("x", dpop.EncodeSegment(append([]byte{0}, octets...)))
				d.Header.Set("jwk", jwk)
			}, "client-evidence/writes-its-key-in-full-length-and-no-longer", "x has 33 octets",
		},
		"no jti": {func(d *dpop.Draft) { d.Claims.Delete("jti") }, "client-evidence/has-a-jti", "jti is"},
		"jti twice": {
			func(d *dpop.Draft) { d.Claims.Add("jti", dpop.NewID()) },
			"client-evidence/is-a-compact-jws-in-strict-base64url", "jti",
		},
	} {
		t.Run(name, func(t *testing.T) {
			bug := target.Parts{Client: func(o *client.Options) {
				honest := o.Policy.Draft
				o.Policy.Draft = func(r client.ProofRequest) dpop.Draft {
					d := honest(r)
					row.change(&d)
					return d
				}
			}}
			cases := of(t, driven(bug, func(d target.Driver) target.Driver { return d }), retry)
			expect(t, cases, retry, reports.Inconclusive, "")
			expect(t, cases, row.finding, reports.Failed, row.says)
			if c := cases[row.finding]; !strings.Contains(c.Reason, retry) || len(c.Exchanges) != 1 || len(c.Requirements) != 1 {
				t.Errorf("the finding does not say where it comes from: %+v", c)
			}
			if found := onTheWay(cases); len(found) != 1 {
				t.Errorf("one fault gave %q", found)
			}
		})
	}
}

// moody is an honest API that breaks down at some requests.
func moody(t *testing.T, at func(*http.Request) bool, how func(http.ResponseWriter)) *target.Target {
	t.Helper()
	return honestAPIBehind(t, func(api http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if at(r) {
				how(w)
				return
			}
			api.ServeHTTP(w, r)
		})
	}, "ES256")
}

// aboutTime is a case that measures a window, also if a proof within it breaks the
// server; the others send what is sound or refused.
var aboutTime = []string{
	"proof-time/the-time-window-is-seconds-to-minutes@api", "proof-method/*", "proof-header/*",
}

func TestAServerErrorIsAFindingWhateverTheCaseIsAbout(t *testing.T) {
	const measured = "proof-time/the-time-window-is-seconds-to-minutes@api"
	fourSeconds := func(r *http.Request) bool {
		iat, _ := claims(r.Header.Get("DPoP")).Number("iat")
		age := time.Now().Unix() - int64(iat)
		return iat > 0 && (age == 4 || age == 5)
	}
	for name, how := range map[string]func(http.ResponseWriter){
		"status 500":           func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) },
		"the connection broke": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			cases := of(t, moody(t, fourSeconds, how), aboutTime...)
			c := cases[measured]
			right := func(m reports.Measurement) bool { return m.Name == "oldest proof accepted at api" && m.Value < -50 }
			if c.Verdict == reports.Passed && !slices.ContainsFunc(c.Measurements, right) {
				t.Errorf("the window was measured wrong: %+v", c.Measurements)
			}
			expect(t, cases, findingOfAPI, reports.Warned, name) // what the requirement of the window is worth
		})
	}
}

// A proxy that breaks one request in nine breaks any.
func TestAFailureByChanceIsNoFinding(t *testing.T) {
	for name, how := range map[string]func(http.ResponseWriter){
		"answers 503":          func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) },
		"drops the connection": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			var count atomic.Int64
			ninth := func(*http.Request) bool { return count.Add(1)%9 == 0 }
			if found := onTheWay(of(t, moody(t, ninth, how), aboutTime...)); found != nil {
				t.Errorf("chance was blamed on requests: %q", found)
			}
		})
	}
}

// What a naive server writes into a field of its answer, line breaks and all.
func TestATextOfOursThatWorksInAnAnswerFails(t *testing.T) {
	const id = "proof-claims/text-that-attacks-other-systems-does-no-harm/jti-with-line-breaks@api"
	for name, answer := range map[string]func(w http.ResponseWriter, jti string){
		"a field line Set-Cookie": func(w http.ResponseWriter, jti string) {
			for _, line := range strings.Split(jti, "\r\n")[1:] {
				if name, value, found := strings.Cut(line, ": "); found {
					w.Header().Add(name, value)
				}
			}
		},
		"": func(w http.ResponseWriter, jti string) { w.Header().Set("X-Refused", fmt.Sprintf("%q", jti)) },
	} {
		t.Run(name, func(t *testing.T) {
			api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				jti, _ := claims(r.Header.Get("DPoP")).Text("jti")
				answer(w, jti)
			})
			cases := against(t, api, id)
			if name == "" {
				expect(t, cases, id, reports.Passed, "")
				if found := onTheWay(cases); found != nil {
					t.Errorf("escaped text was blamed: %q", found)
				}
				return
			}
			expect(t, cases, id, reports.Failed, name)
		})
	}
}

// later is a server that answers a bad proof well, and keeps what it has to say of it
// for the answer to whoever comes next.
type later struct{ left string }

// ServeHTTP implements http.Handler.
func (l *later) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	left := l.left
	l.left = ""
	for _, line := range strings.Split(left, "\r\n")[1:] {
		if name, value, found := strings.Cut(line, ": "); found {
			w.Header().Add(name, value)
		}
	}
	jti, _ := claims(r.Header.Get("DPoP")).Text("jti")
	if strings.Contains(jti, "\r\n") {
		l.left = jti
		refuse(w, `DPoP error="invalid_dpop_proof"`)
	}
}

// What a proof leaves behind works in the answer to another request, which no case
// judges: there the server serves whom it has to serve.
func TestATextOfOursThatWorksInALaterAnswerIsAFinding(t *testing.T) {
	const id = "proof-claims/text-that-attacks-other-systems-does-no-harm/jti-with-line-breaks@api"
	const finding = "server-evidence/no-text-of-a-proof-works-in-an-answer@api"
	cases := against(t, &later{}, id)
	expect(t, cases, id, reports.Passed, "")
	expect(t, cases, finding, reports.Failed, "a field line Set-Cookie")
	if found := onTheWay(cases); len(found) != 1 {
		t.Errorf("one fault gave %q", found)
	}
}

// curious is a client that asks for userinfo in each login, without being told.
type curious struct{ target.Driver }

func (c curious) Login(ctx context.Context, o target.LoginOrder) (target.Told, error) {
	told, err := c.Driver.Login(ctx, o)
	if err == nil {
		_, err = c.Driver.Userinfo(ctx, target.SessionOrder{})
	}
	return told, err
}

// A bound token that a login sends to the userinfo endpoint as Bearer was recorded as
// a request to another endpoint, and judged by nothing.
func TestABoundTokenSentToUserinfoAsBearerIsAFindingWhateverTheCaseIsAbout(t *testing.T) {
	const login = "client-code/dpop-jkt-is-the-thumbprint-of-the-key-of-the-proofs"
	const finding = "client-evidence/carries-a-bound-token-and-a-proof"
	for name, scheme := range map[string]string{"as Bearer": "Bearer", "with its proof": ""} {
		t.Run(name, func(t *testing.T) {
			parts := target.Parts{Client: func(o *client.Options) {
				honest := o.Policy.Present
				o.Policy.Present = func(r *http.Request, c client.Credentials) {
					if scheme != "" && strings.HasSuffix(r.URL.Path, "/userinfo") {
						c.Scheme, c.Proof = scheme, ""
					}
					honest(r, c)
				}
			}}
			cases := of(t, driven(parts, func(d target.Driver) target.Driver { return curious{d} }), login)
			if scheme == "" {
				expect(t, cases, login, reports.Passed, "")
				if found := onTheWay(cases); found != nil {
					t.Errorf("an honest client gave %q", found)
				}
				return
			}
			expect(t, cases, finding, reports.Failed, "Bearer")
		})
	}
}

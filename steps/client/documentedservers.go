package client

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func documentedServerSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Given(`^the API knows its nonces (\d+) (milliseconds|seconds) after it gives them$`, (*Actor).knowsNoncesLate,
		"Lets the API demand a nonce, and take each only some time after it has given it, as where instances tell "+
			"each other of their nonces.",
		"Given the API knows its nonces 400 milliseconds after it gives them")
	g.Given(`^the policy of refresh tokens lists "([^"]*)" for the other API$`, (*Actor).policyLists,
		"Lets a refresh for the other API grant these custom scopes alone, and scopes of OpenID Connect by "+
			"themselves.",
		`Given the policy of refresh tokens lists "read:admin" for the other API`)
	g.Given(`^the policy of refresh tokens asks for consent for the other API$`, (*Actor).policyAsksConsent,
		"Lets a refresh for the other API fail for want of the user's consent.",
		"Given the policy of refresh tokens asks for consent for the other API")
	g.Given(`^the API answers the client's call with the status (\d+) and a body$`, (*Actor).answersWithBody,
		"Lets the API answer with that status and a body that is its own.",
		"Given the API answers the client's call with the status 404 and a body")
	g.Then(`^the client hands on the body of the API's answer$`, (*Actor).handsOnBody,
		"The body that the client hands on must be that which the API sent.",
		"Then the client hands on the body of the API's answer")
	g.Then(`^the client's error has a code of neither key format nor thumbprint$`, (*Actor).errorOfAnotherCode,
		"The client must report an error whose code is another than the two that the documentation names.",
		"Then the client's error has a code of neither key format nor thumbprint")
}

// knowsNoncesLate challenges with one nonce until that is known. A client in this
// process waits by the clock of the scenario, any other by its own.
func (a *Actor) knowsNoncesLate(count int, unit string) error {
	wait := time.Duration(count) * time.Millisecond
	if unit == "seconds" {
		wait = time.Duration(count) * time.Second
	}
	if err := a.run(); err != nil {
		return err
	}
	clock := time.Now
	if a.hello.Can(target.InProcess) {
		clock = a.Clock.Now
	}
	nonce := dpop.NewID()
	var mu sync.Mutex
	var given time.Time
	return a.plays(toAPI, always, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		mu.Lock()
		now := clock()
		known := !given.IsZero() && !now.Before(given.Add(wait)) && nonceOf(r) == nonce
		if given.IsZero() {
			given = now
		}
		mu.Unlock()
		if known {
			next.ServeHTTP(w, r)
			return
		}
		nonceChallenge(toAPI, nonce)(w, r, next)
	})
}

// nonceOf is the nonce in the one proof of a request.
func nonceOf(r *http.Request) string {
	lines := r.Header.Values("DPoP")
	if len(lines) != 1 {
		return ""
	}
	_, payload, _, err := dpop.SplitCompact(lines[0], dpop.DecodeSegment)
	if err != nil {
		return ""
	}
	claims, err := dpop.ParseObject(payload)
	if err != nil {
		return ""
	}
	nonce, _ := claims.Text("nonce")
	return nonce
}

// refreshing lets the token endpoint react to refreshes for the other API.
func (a *Actor) refreshing(play func(form url.Values) reaction) error {
	return a.plays(toToken, always, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		body, err := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		form, malformed := url.ParseQuery(string(body))
		if err != nil || malformed != nil || form.Get("grant_type") != mockas.GrantRefresh ||
			!isFor(form, world.AudienceOf(otherAPI)) {
			next.ServeHTTP(w, r)
			return
		}
		play(form)(w, r, next)
	})
}

// oidcScopes are granted whatever a policy lists.
var oidcScopes = []string{"openid", "profile", "email", "offline_access"}

func (a *Actor) policyLists(scopes string) error {
	listed := append(strings.Fields(scopes), oidcScopes...)
	return a.refreshing(func(form url.Values) reaction {
		granted := slices.DeleteFunc(strings.Fields(form.Get("scope")), func(scope string) bool {
			return !slices.Contains(listed, scope)
		})
		return wire.Altered(func(status *int, header http.Header, body *[]byte) {
			object, err := dpop.ParseObject(*body)
			if *status != http.StatusOK || err != nil {
				return
			}
			object.Set("scope", strings.Join(granted, " "))
			*body = object.JSON()
			header.Del("Content-Length")
		})
	})
}

func (a *Actor) policyAsksConsent() error {
	fields := wire.Fields{
		{Name: "Cache-Control", Value: "no-store"}, {Name: "Content-Type", Value: "application/json"},
	}
	const body = `{"error":"consent_required","error_description":"the user has not consented to this API"}`
	return a.refreshing(func(url.Values) reaction { return wire.Reply(http.StatusBadRequest, fields, body) })
}

// ownBody is longer than what a client may peek at to find an error code, and has
// characters of several octets.
func ownBody() string {
	return `{"error":"insufficient_scope","detail":"` + strings.Repeat("grüße, ✓; ", 12<<10) + `"}`
}

func (a *Actor) answersWithBody(status int) error {
	fields := wire.Fields{{Name: "Content-Type", Value: "application/json"}}
	if status == http.StatusUnauthorized {
		fields = append(fields, wire.Field{Name: "WWW-Authenticate", Value: `DPoP error="insufficient_scope"` +
			`, algs="ES256"`})
	}
	return a.plays(toAPI, always, wire.Reply(status, fields, ownBody()))
}

func (a *Actor) handsOnBody() error {
	if err := a.began(); err != nil {
		return err
	}
	if a.fetched == nil || a.fetched.Thrown != nil {
		return world.NotApplicablef("the client does not hand this answer on: it ends with %s", a.ending())
	}
	sent := a.sentNow(toAPI)
	if len(sent) == 0 {
		return a.expect(false, "a call of the API", a.ending())
	}
	want := string(sent[len(sent)-1].Reply)
	return a.Expect(a.fetched.Body == want, "the body as it was sent, "+sized(want), sized(a.fetched.Body))
}

func sized(body string) string {
	return fmt.Sprintf("%d octets that begin %q", len(body), headOf(body))
}

func headOf(body string) string {
	if len(body) > 60 {
		return strings.ToValidUTF8(body[:60], "")
	}
	return body
}

// errorOfAnotherCode is the default branch of the sample in the documentation.
func (a *Actor) errorOfAnotherCode() error {
	return a.errorSuch("an error with a code of its own", func(e *target.ClientError) bool {
		return e.Code != "" && e.Code != "DPOP_KEY_EXPORT_FAILED" && e.Code != "DPOP_JKT_CALCULATION_FAILED"
	})
}

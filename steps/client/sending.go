package client

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func sendingSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.When(`^the client calls the API (\d+) times in parallel$`, (*Actor).callsInParallel,
		"Lets the client call the API so many times, at once where it runs in this process.",
		"When the client calls the API 40 times in parallel")
	g.When(`^the client sends proofs until a signature begins with zeros$`, (*Actor).signsUntilZero,
		"Lets the client call the API until r or s of a proof's ECDSA signature begins with a zero octet, one in 128.",
		"When the client sends proofs until a signature begins with zeros")
	g.When(`^an hour passes for the client$`, (*Actor).hourPassesForClient,
		"Moves the clock of the client and of the servers by an hour.",
		"When an hour passes for the client")
	g.Then(`^every token request carries a proof$`, (*Actor).tokenRequestsProven,
		"Each request of the client to the token endpoint must have had a DPoP field.",
		"Then every token request carries a proof")
	g.Then(`^every API request carries a bound token and a proof$`, (*Actor).apiRequestsProven,
		"Each request of the client to an API must have had a DPoP field, and a token with the scheme DPoP.",
		"Then every API request carries a bound token and a proof")
	g.Then(`^every API request carries one Authorization field with the scheme DPoP$`, (*Actor).apiRequestsSchemed,
		"Each request of the client to an API must have had exactly one Authorization field: DPoP, blanks, one token68.",
		"Then every API request carries one Authorization field with the scheme DPoP")
	g.Then(`^no token is in a query or a body$`, (*Actor).tokensInFieldAlone,
		"No request of the client to an API may hold an access token in its query, its body or another field than Authorization.",
		"Then no token is in a query or a body")
	g.Then(`^no token is sent as Bearer$`, (*Actor).noBearer,
		"No request of the client to an API may carry a token with the scheme Bearer.",
		"Then no token is sent as Bearer")
	g.Then(`^the API receives what the caller gave$`, (*Actor).apiReceivesGiven,
		"Method, fields and body must have arrived as the caller gave them.",
		"Then the API receives what the caller gave")
}

func (w *Actor) callsInParallel(count int) error {
	if err := w.everyCallSucceeds(); err != nil {
		return err
	}
	if err := w.holding(); err != nil || w.early != nil {
		return err
	}
	err := w.order(toAPI, func(ctx context.Context, a *Actor) error {
		if !a.hello.Can(target.InProcess) {
			return a.fetchMany(ctx, count)
		}
		const workers = 4
		failures := make([]error, workers)
		var group sync.WaitGroup
		for i := range workers {
			group.Go(func() { failures[i] = a.fetchMany(ctx, count/workers) })
		}
		group.Wait()
		for _, err := range failures {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if a := w; a.problem != nil {
		a.early = a.problem // of so many proofs, most were never made
	}
	return err
}

// fetchMany calls the API so often, and nothing else.
func (a *Actor) fetchMany(ctx context.Context, count int) error {
	for range count {
		if _, err := a.driver.Fetch(ctx, fetchOf("GET", "/orders")); err != nil {
			return err
		}
	}
	return nil
}

// everyCallSucceeds lets the API answer 200 without judging, for cases that
// look at many proofs.
func (w *Actor) everyCallSucceeds() error {
	script, match, err := w.provoked(toAPI)
	if err == nil {
		script.Then(wire.Answer{Match: match, Times: -1, Play: wire.Reply(http.StatusOK, nil, "{}")})
	}
	return err
}

// manyProofs bounds the search: that none of so many signatures begins with
// zeros has a chance of one in a hundred thousand.
const manyProofs = 1500

func (w *Actor) signsUntilZero() error {
	if err := w.everyCallSucceeds(); err != nil {
		return err
	}
	if err := w.holding(); err != nil || w.early != nil {
		return err
	}
	const batch = 50
	for range manyProofs / batch {
		a := w
		a.isAsked(toAPI)
		w.markSent(a)
		if err := a.outcome(a.fetchMany(w.Context, batch)); err != nil || a.problem != nil {
			a.early = a.problem
			return err
		}
		for _, p := range proofsIn(w.sentNow(toAPI)) {
			_, _, signature, err := dpop.SplitCompact(p.text, dpop.DecodeSegment)
			if !strings.HasPrefix(p.algorithm(), "ES") || err != nil {
				return world.NotApplicablef("the client signs with %s", p.algorithm())
			}
			if half := len(signature) / 2; len(signature)%2 != 0 || signature[0] == 0 || signature[half] == 0 || half != 32 {
				return nil
			}
		}
	}
	return world.Inconclusivef("none of %d signatures began with zeros", manyProofs)
}

func (w *Actor) hourPassesForClient() error {
	if _, err := w.can(target.InProcess); err != nil {
		return err
	}
	w.Clock.Advance(time.Hour)
	return nil
}

// requests returns the client's requests of a kind; without any, the
// case can state nothing.
func (w *Actor) requests(kind string) ([]sent, error) {
	list := w.sentTo(kind)
	if len(list) == 0 {
		if err := w.began(); err != nil {
			return nil, err
		}
		return nil, world.Inconclusivef("the client sent nothing to the %s; it ended with %s", kind, w.ending())
	}
	return list, nil
}

// everyRequest states something of every request of a kind.
func (w *Actor) everyRequest(kind, expected string, judge func(sent) string) error {
	list, err := w.requests(kind)
	if err != nil {
		return err
	}
	for _, s := range list {
		if problem := judge(s); problem != "" {
			return w.Expect(false, expected, fmt.Sprintf("%s %s: %s", s.Method, s.Path(), problem))
		}
	}
	return w.Expect(true, expected, fmt.Sprintf("so it is in all %d", len(list)))
}

func withoutProof(s sent) string {
	return unless(len(s.Fields.Values("DPoP")) > 0, "no DPoP field")
}

func (w *Actor) tokenRequestsProven() error {
	return w.everyRequest(toToken, "a proof in every token request", withoutProof)
}

func (w *Actor) apiRequestsProven() error {
	return w.everyRequest(toAPI, "a token with the scheme DPoP and a proof in every API request", func(s sent) string {
		c, _ := s.credentials()
		if problem := withoutProof(s); problem != "" || !c.Is(dpop.Scheme) {
			return strings.TrimPrefix(problem+fmt.Sprintf(", the scheme %q", c.Scheme), ", ")
		}
		return ""
	})
}

func (w *Actor) apiRequestsSchemed() error {
	return w.everyRequest(toAPI, "one Authorization field: DPoP, blanks, one token68", func(s sent) string {
		lines := s.Fields.Values("Authorization")
		if len(lines) != 1 {
			return fmt.Sprintf("%d Authorization field lines", len(lines))
		}
		scheme, rest, _ := strings.Cut(lines[0], " ")
		return unless(strings.EqualFold(scheme, dpop.Scheme) && dpop.IsToken68(strings.TrimLeft(rest, " ")), "the scheme %q", scheme)
	})
}

func (w *Actor) tokensInFieldAlone() error {
	var tokens []string
	for _, s := range w.sentTo(toToken) {
		if body, err := dpop.ParseObject(s.Reply); err == nil {
			if token, err := body.Text("access_token"); err == nil {
				tokens = append(tokens, token)
			}
		}
	}
	if tokens == nil && w.Session.Triggered() {
		for _, s := range w.sentTo(toAPI) {
			if c, ok := s.credentials(); ok {
				tokens = append(tokens, c.Token) // one that the application had
			}
		}
		if tokens == nil {
			return world.Inconclusivef("no request carries a token where it would be known as one")
		}
	}
	return w.everyRequest(toAPI, "no access token in query, body or another field", func(s sent) string {
		for _, token := range tokens {
			switch {
			case strings.Contains(s.Target, token):
				return "the token is in the request-target"
			case bytes.Contains(s.Body, []byte(token)):
				return "the token is in the body"
			case slices.ContainsFunc(s.Fields, func(f wire.Field) bool {
				return !strings.EqualFold(f.Name, "Authorization") && strings.Contains(f.Value, token)
			}):
				return "the token is in another field"
			}
		}
		return ""
	})
}

// noBearer looks at the APIs. A client that never called one has not sent its
// token anywhere.
func (w *Actor) noBearer() error {
	for _, s := range w.sentTo(toAPI) {
		if s.bearer() {
			return w.Expect(false, "no token with the scheme Bearer", fmt.Sprintf("%s %s with Bearer", s.Method, s.Path()))
		}
	}
	if err := w.began(); err != nil {
		return err
	}
	return w.expect(true, "no token with the scheme Bearer", w.ending())
}

func (w *Actor) apiReceivesGiven() error {
	if w.Session.Triggered() {
		return world.NotApplicablef("a client driven by a trigger URL cannot be told to send these fields and this content")
	}
	list := w.sentNow(toAPI)
	if len(list) == 0 {
		return world.Inconclusivef("the API got no request: %s", w.ending())
	}
	s := list[0]
	given := fetchOf(s.Method, s.Target)
	body := ""
	if given.Body != nil {
		body = *given.Body
	}
	for name, value := range given.Headers {
		if got := s.Fields.Values(name); len(got) != 1 || got[0] != value {
			return w.Expect(false, fmt.Sprintf("the field %s: %s", name, value), fmt.Sprintf("%q", got))
		}
	}
	return w.Expect(string(s.Body) == body, fmt.Sprintf("a body of %d octets", len(body)), fmt.Sprintf("%d octets, %q", len(s.Body), clipped(string(s.Body))))
}

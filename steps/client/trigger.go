package client

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// An application behind a trigger URL outlives the cases: it keeps tokens,
// nonces and what it knows of the authorization server from one to the next,
// gets its tokens by itself, and chooses what its requests carry. What follows
// is for that.

// triggerTook notes that the API got no request: the application does not
// know how to make this call, or did not come so far. What it sent to the
// authorization server can be judged all the same.
func (w *Actor) triggerTook() error {
	a := w
	if !w.Session.Triggered() || a.fetched == nil || len(w.sentNow(toAPI)) > 0 {
		return nil
	}
	status := a.fetched.Status
	switch {
	case status == http.StatusMethodNotAllowed || status == http.StatusNotImplemented:
		return world.NotApplicablef("the application does not make this call: the trigger URL answers %d and the API gets no request", status)
	case len(w.sentTo(toAPI)) == 0:
		a.early = a.problem
		if a.early == nil {
			a.early = &target.ClientError{Name: "Error", Message: fmt.Sprintf("the API got no request, though the trigger URL answers %d", status)}
		}
	}
	return nil
}

// fetchesPossible is clientFetches in a session, where a call that an
// application does not know how to make may be left out.
func (w *Actor) fetchesPossible(method, path string) error {
	err := w.fetches(method, path)
	var not *world.NotApplicable
	if w.Session.Triggered() && errors.As(err, &not) && len(w.sentTo(toAPI)) > 0 {
		return nil
	}
	return err
}

// mayKnow reports whether the nonce in a proof may be one of an earlier
// case: the server at that origin has given none in this one.
func (w *Actor) mayKnow(given bool) bool { return w.Session.Triggered() && !given }

// answersTo leaves out the requests with another token than the first. Whoever
// fetches a new token by itself does not answer a challenge with it.
func (w *Actor) answersTo(calls []sent) []sent {
	if !w.Session.Triggered() {
		return calls
	}
	var same []sent
	for _, s := range calls {
		token, _ := s.credentials()
		if first, _ := calls[0].credentials(); token == first {
			same = append(same, s)
		}
	}
	return same
}

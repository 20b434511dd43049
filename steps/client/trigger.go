package client

import (
	"fmt"
	"net/http"

	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// An application behind a trigger URL outlives the cases: it keeps tokens,
// nonces and what it knows of the authorization server from one to the next,
// gets its tokens by itself, and chooses what its requests carry. What follows
// is for that.

// triggerTook notes that the API got no request: the application does not know
// how to make this call, or did not come so far. What it sent to the
// authorization server can be judged all the same.
func (a *Actor) triggerTook() error {
	if !a.Session.Triggered() || a.fetched == nil || len(a.sentNow(toAPI)) > 0 {
		return nil
	}
	status := a.fetched.Status
	switch {
	case status == http.StatusMethodNotAllowed || status == http.StatusNotImplemented:
		return world.NotApplicablef("the application does not make this call: the trigger URL answers %d "+
			"and the API gets no request", status)
	case len(a.sentTo(toAPI)) == 0:
		a.early = a.problem
		if a.early == nil {
			a.early = &target.ClientError{
				Name:    "Error",
				Message: fmt.Sprintf("the API got no request, though the trigger URL answers %d", status),
			}
		}
	}
	return nil
}

// mayKnow reports whether the nonce in a proof may be one of an earlier case: the
// server at that origin has given none in this one.
func (a *Actor) mayKnow(given bool) bool { return a.Session.Triggered() && !given }

// answersTo leaves out the requests with another token than the first. Whoever
// fetches a new token by itself does not answer a challenge with it.
func (a *Actor) answersTo(calls []sent) []sent {
	if !a.Session.Triggered() {
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

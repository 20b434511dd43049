package client

import (
	"errors"
	"net/http"
)

// Transport is a Fetcher as http.RoundTripper: every request of an http.Client
// gets its token and its proof. Redirects are left to the http.Client, which
// comes back here for each hop; one to another origin is refused.
type Transport struct {
	Fetcher *Fetcher     // of the API
	Token   TokenOptions // of every request
}

// RoundTrip implements http.RoundTripper. The request is not changed.
func (t *Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	if t.Fetcher == nil {
		return nil, errors.New("client.Transport needs a Fetcher")
	}
	if before := request.Response; before != nil && before.Request != nil {
		if err := t.Fetcher.client.policy.Redirect(before.Request.URL, request.URL); err != nil {
			closeBody(request)
			return nil, err
		}
	}
	k, err := t.Fetcher.prepare(request, t.Token)
	if err != nil {
		closeBody(request)
		return nil, err
	}
	a, err := t.Fetcher.perform(k)
	if err != nil {
		return nil, err
	}
	return a.response, nil
}

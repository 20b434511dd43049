package client

import (
	"io"
	"net/http"
)

// apiCall is a call of an API: the request as it stands after the redirects so
// far, with its body for as often as it is needed.
type apiCall struct {
	call
	request *http.Request
	wanted  TokenOptions // of the token
	token   Token
	renewed bool // the token has taken the place of one that was refused
	body    func() (io.ReadCloser, error)
	length  int64

	serving *http.Request // that the application is serving, or nil
	inherit func(out, serving *http.Request)
}

// prepare judges the target, gets the token for it and keeps the body.
func (f *Fetcher) prepare(request *http.Request, o TokenOptions) (*apiCall, error) {
	k := &apiCall{request: request, wanted: o, serving: f.options.Request, inherit: f.client.policy.Inherit}
	var err error
	if k.body, k.length, err = f.client.policy.Body(request); err != nil {
		return nil, err
	}
	if err := f.permit(request); err != nil {
		return nil, err
	}
	if k.offered, err = f.obeyResource(request.Context()); err != nil {
		return nil, err
	}
	if err := f.provide(k); err != nil {
		return nil, err
	}
	k.to = Destination{Purpose: ForAPI, Base: f.options.BaseURL}
	k.build = k.renew
	k.send = func(r *http.Request) (*http.Response, error) {
		return f.client.policy.Sender(k.attempt, f.http, f.client.http).Do(r)
	}
	return k, nil
}

// provide gets the token that the next attempt goes with.
func (f *Fetcher) provide(k *apiCall) error {
	token, err := f.token(k.request.Context(), k.wanted)
	if err != nil {
		return err
	}
	k.token, k.key, k.access = token, token.key, token.AccessToken
	k.attempt, k.previous = Attempt{Number: 1, Scheme: token.Scheme}, nil
	return nil
}

// permit judges the target before a token is even asked for.
func (f *Fetcher) permit(request *http.Request) error {
	p := f.client.policy
	if err := p.Endpoint("URL of the API", request.URL.String(), ""); err != nil {
		return err
	}
	return p.Destination(request.URL, f.options.BaseURL, f.options.Origins)
}

// renew returns the request of the next attempt: the same, with a new body to
// read.
func (k *apiCall) renew() (*http.Request, error) {
	body, err := k.body()
	if err != nil {
		return nil, err
	}
	r := k.request.Clone(k.request.Context())
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.Body, r.GetBody, r.ContentLength = body, k.body, k.length
	if k.serving != nil {
		k.inherit(r, k.serving)
	}
	if resentByTransport(r) {
		r.Body, r.GetBody = unrewindable{body}, nil
	}
	return r, nil
}

// perform attempts the call where it stands now, until it has its answer.
func (f *Fetcher) perform(k *apiCall) (*Answer, error) {
	k.safe = safeMethod(k.request.Method)
	a, err := f.client.perform(k.request.Context(), &k.call)
	if err != nil {
		return nil, err
	}
	if !k.renewed && f.client.policy.Renews(a) {
		a.discard()
		k.renewed, k.wanted.Refresh = true, true
		if err := f.provide(k); err != nil {
			return nil, err
		}
		return f.perform(k)
	}
	if e := audienceFailure(a, k.access, k.token.Audience, k.request.URL); e != nil {
		a.discard()
		return nil, e
	}
	return a, nil
}

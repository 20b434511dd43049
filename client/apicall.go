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
	token   Token
	body    func() (io.ReadCloser, error)
	length  int64

	serving *http.Request // that the application is serving, or nil
	inherit func(out, serving *http.Request)
}

// prepare judges the target, gets the token for it and keeps the body.
func (f *Fetcher) prepare(request *http.Request, o TokenOptions) (*apiCall, error) {
	k := &apiCall{request: request, serving: f.options.Request, inherit: f.client.policy.Inherit}
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
	if k.token, err = f.token(request.Context(), o); err != nil {
		return nil, err
	}
	k.to = Destination{Purpose: ForAPI, Base: f.options.BaseURL}
	k.key = k.token.key
	k.access = k.token.AccessToken
	k.attempt = Attempt{Number: 1, Scheme: k.token.Scheme}
	k.build = k.renew
	k.send = func(r *http.Request) (*http.Response, error) {
		return f.client.policy.Sender(k.attempt, f.http, f.client.http).Do(r)
	}
	return k, nil
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
	if e := audienceFailure(a, k.access, k.token.Audience, k.request.URL); e != nil {
		a.discard()
		return nil, e
	}
	return a, nil
}

package client

import (
	"fmt"
	"net/http"
)

// follow performs a call and follows redirects itself: a proof names one method
// and one URI, so each hop needs a new one (RFC 9449 §4.3).
func (f *Fetcher) follow(k *apiCall) (*http.Response, error) {
	for range maxRedirects + 1 {
		a, err := f.perform(k)
		if err != nil {
			return nil, err
		}
		followed, err := f.redirected(k, a)
		if err == nil && !followed {
			return a.response, nil
		}
		a.discard()
		if err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("stopped after %d redirects", maxRedirects)
}

// redirected turns the call to where the answer sends it, with the method and
// the body that net/http would choose. It reports false for other answers.
func (f *Fetcher) redirected(k *apiCall, a *Answer) (bool, error) {
	method, keepsBody := k.request.Method, false
	switch a.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther:
		if method != http.MethodGet && method != http.MethodHead {
			method = http.MethodGet
		}
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		keepsBody = true
	default:
		return false, nil
	}
	location := a.Header.Get("Location")
	if location == "" {
		return false, nil
	}
	to, err := k.request.URL.Parse(location)
	if err != nil {
		return false, fmt.Errorf("the redirect names no URL: %s", quote(MaskURL(location)))
	}
	if err := f.client.policy.Redirect(k.request.URL, to); err != nil {
		return false, err
	}
	k.request = k.request.Clone(k.request.Context())
	k.request.Method, k.request.URL, k.request.Host = method, to, to.Host
	if !keepsBody {
		k.body, k.length = noBody, 0
		for _, name := range []string{
			"Content-Type", "Content-Length", "Content-Encoding", "Content-Language", "Content-Location",
		} {
			removeField(k.request.Header, name)
		}
	}
	return true, nil
}

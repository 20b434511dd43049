package client

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// post sends a form to the authorization server and returns its JSON answer.
func (c *Client) post(ctx context.Context, k *call, endpoint string, form url.Values) (*Answer, dpop.Object, error) {
	k.build = func() (*http.Request, error) { return c.formRequest(ctx, endpoint, form) }
	k.send = c.http.Do
	a, err := c.perform(ctx, k)
	name := string(k.to.Purpose) + " endpoint"
	if err != nil {
		return nil, nil, explain(a, name, err)
	}
	defer a.discard()
	body, err := io.ReadAll(io.LimitReader(a.response.Body, maxJSON))
	if err != nil {
		return nil, nil, fmt.Errorf("reading the answer of the %s: %w", name, err)
	}
	object, parseErr := dpop.ParseObject(body)
	if a.Status != http.StatusOK && a.Status != http.StatusCreated {
		return nil, nil, oauthError(name, a.Status, object)
	}
	if parseErr != nil {
		return nil, nil, fmt.Errorf("the answer of the %s: %w", name, parseErr)
	}
	return a, object, nil
}

// explain adds the authorization server's own error to a failure of DPoP.
func explain(a *Answer, endpoint string, err error) error {
	if e, ok := err.(*DPoPError); ok && e.Err == nil && a != nil && a.Status != 0 {
		object, _ := dpop.ParseObject(a.Body)
		e.Err = oauthError(endpoint, a.Status, object)
	}
	return err
}

// formRequest makes one POST, authenticated anew.
func (c *Client) formRequest(ctx context.Context, endpoint string, form url.Values) (*http.Request, error) {
	header, filled := http.Header{}, maps.Clone(form)
	options := c.options
	options.Issuer = c.issuer()
	if err := c.policy.Authenticate(&options, c.now(), header, filled); err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(filled.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header = header
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	return request, nil
}

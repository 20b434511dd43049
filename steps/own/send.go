package own

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

// Call sends a call and returns the exchange, which the steps that expect
// something of the latest answer then look at.
func (w *Caller) Call(c Call) (*wire.Exchange, error) {
	state := &w.calling
	c = c.with(state.next).with(state.every)
	state.next = Call{}
	if c.API == "" {
		c.API = world.DefaultAPI
	} else {
		var err error
		if c.API, err = w.named(c.API); err != nil {
			return nil, err
		}
	}
	if c.Client == "" {
		c.Client = "client"
	}
	if c.Holder == "" {
		c.Holder = c.Client
	}
	request, err := w.request(c)
	if err != nil {
		return nil, err
	}
	state.latest, state.sent = nil, &sentCall{c, request}
	e, err := w.carry(c, request)
	if err != nil {
		return e, err
	}
	state.latest = e
	return e, nil
}

// named returns the name of an API that a scenario writes, with values put in. It is an
// error if there is no such API.
func (w *Caller) named(api string) (string, error) {
	name, err := w.Interpolate(api)
	if err != nil {
		return "", err
	}
	return name, world.KnownAPI(name, w.Session.APIs)
}

// with adds what another call has and this one lacks.
func (c Call) with(more Call) Call {
	c.Fields = append(append([][2]string(nil), more.Fields...), c.Fields...)
	c.Query = append(append([][2]string(nil), more.Query...), c.Query...)
	if c.Body == nil {
		c.Body, c.Type = more.Body, more.Type
	}
	return c
}

// request makes the request of a call, without its token.
func (w *Caller) request(c Call) (wire.Request, error) {
	method, path, found := strings.Cut(c.Request, " ")
	if !found || method == "" || !strings.HasPrefix(path, "/") && !strings.Contains(path, "{") && !strings.Contains(path, "://") {
		return wire.Request{}, fmt.Errorf("%q is not a method and a path, such as GET /orders", c.Request)
	}
	path, err := w.Interpolate(path)
	if err != nil {
		return wire.Request{}, err
	}
	address, err := w.Address(c.API, path)
	if err != nil {
		return wire.Request{}, err
	}
	if len(c.Query) > 0 {
		separator := "?"
		if strings.Contains(address, "?") {
			separator = "&"
		}
		address += separator + parameters(c.Query)
	}
	r := wire.Request{Method: method, URL: address, Body: c.Body}
	for _, row := range c.Fields {
		r.Fields = append(r.Fields, wire.Field{Name: row[0], Value: row[1]})
	}
	if c.Body != nil && len(r.Fields.Values("Content-Type")) == 0 {
		r.Fields = append(r.Fields, wire.Field{Name: "Content-Type", Value: c.Type})
	}
	return r, nil
}

// carry sends a request with the access token and proof that its manner asks for.
func (w *Caller) carry(c Call, r wire.Request) (*wire.Exchange, error) {
	title := c.Request
	if c.Manner != Proven {
		title += " " + string(c.Manner)
	}
	if c.Manner == WithoutToken {
		return w.Send(title, r)
	}
	token, err := w.accessToken(c.API, c.Holder, c.Manner == Unbound)
	if err != nil {
		return nil, err
	}
	scheme := "Bearer"
	if c.Manner == Proven || c.Manner == WithoutProof {
		scheme = dpop.Scheme
	}
	r.Fields = append(r.Fields, wire.Field{Name: "Authorization", Value: scheme + " " + token})
	if c.Manner != Proven {
		return w.Send(title, r)
	}
	key, err := w.Key(c.Client)
	if err != nil {
		return nil, err
	}
	occasion := dpop.Occasion{Method: r.Method, URI: r.URL, AccessToken: token, Nonce: w.Nonce(r.URL)}
	return w.SendHonestAt(world.APIEndpoint, title, &world.Probe{Request: r, Occasion: occasion}, key)
}

package steps

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Call sends a call and returns the exchange, which the steps that expect
// something of the latest answer then look at.
func (w *World) Call(c Call) (*wire.Exchange, error) {
	state := of[calling](w)
	c = c.with(state.next).with(state.every)
	state.next = Call{}
	if c.API == "" {
		c.API = defaultAPI
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
	state.latest = nil
	e, err := w.carry(c, request)
	if err != nil {
		return e, err
	}
	state.latest = e
	return e, nil
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
func (w *World) request(c Call) (wire.Request, error) {
	method, path, found := strings.Cut(c.Request, " ")
	if !found || method == "" || !strings.HasPrefix(path, "/") && !strings.Contains(path, "{") && !strings.Contains(path, "://") {
		return wire.Request{}, fmt.Errorf("%q is not a method and a path, such as GET /orders", c.Request)
	}
	path, err := w.Interpolate(path)
	if err != nil {
		return wire.Request{}, err
	}
	address, err := w.address(c.API, path)
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

// address puts a path behind the URL of an API. A URL, such as one that an API
// gave in Location, may be called too, as long as it stays at that API: a
// token goes nowhere else.
func (w *World) address(api, path string) (string, error) {
	base, err := w.baseURL(api)
	if err != nil {
		return "", err
	}
	path = escaped(path)
	if strings.Contains(path, "://") {
		if originOf(path) != originOf(base) {
			return "", fmt.Errorf("%s is not at the API %s, %s; a token is sent nowhere else", path, api, originOf(base))
		}
		return path, nil
	}
	if !strings.HasPrefix(path, "/") {
		return "", fmt.Errorf("%q is not a path that begins with /", path)
	}
	return base + path, nil
}

// baseURL is what the paths of an API are relative to.
func (w *World) baseURL(name string) (string, error) {
	if w.EmbeddedAPI() {
		api, err := w.API(name)
		if err != nil {
			return "", err
		}
		return api.Origin, nil
	}
	api, err := w.realAPI(name)
	if err != nil {
		return "", err
	}
	return api.URL, nil
}

// escaped percent-encodes what cannot stand in a URL at all and leaves the rest
// as it was written (RFC 3986 §2).
func escaped(path string) string {
	var b strings.Builder
	for i := range len(path) {
		if c := path[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}#", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// carry sends a request with the access token and proof that its manner asks for.
func (w *World) carry(c Call, r wire.Request) (*wire.Exchange, error) {
	title := c.Request
	if c.Manner != Proven {
		title += " " + string(c.Manner)
	}
	if c.Manner == WithoutToken {
		return w.Send(title, r)
	}
	token, err := w.accessToken(access{api: c.API, holder: c.Holder, unbound: c.Manner == Unbound})
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
	probe := &Probe{r, dpop.Occasion{Method: r.Method, URI: r.URL, AccessToken: token, Nonce: w.nonces[originOf(r.URL)]}}
	return w.insist(title, apiEndpoint, probe, key)
}

package world

import (
	"fmt"
	"strings"
)

// ProbeOperation makes the steps that send "the endpoint's request" send that of
// an operation; nil: the API's own. Values are put into it when it is first sent.
func (w *World) ProbeOperation(o *Operation) { w.operation = o }

// PlaceOf names where requests of a case go: the endpoint that it is run at, and at an API
// the operation; nil: the API's own request. What is seen at one operation says nothing of
// another.
func PlaceOf(endpoint string, o *Operation) string {
	if o == nil {
		return endpoint
	}
	return endpoint + " " + o.place()
}

// Resource returns what a request to an API needs, be it embedded or real. The
// operation under test takes the place of the default API's probe.
func (w *World) Resource(name string) (Resource, error) {
	o := w.operation
	if o == nil || name != DefaultAPI {
		return w.ResourceOf(name)
	}
	if o.API != "" {
		name = o.API
	}
	r, err := w.ResourceOf(name)
	if err != nil {
		return r, err
	}
	path, err := w.Interpolate(o.Path)
	if err != nil {
		return r, fmt.Errorf("%s: %w", o.Title(), err)
	}
	if r.URL, err = w.Address(name, path); err != nil {
		return r, err
	}
	body, err := w.InterpolateJSON(string(o.Body))
	if err != nil {
		return r, fmt.Errorf("%s: %w", o.Title(), err)
	}
	r.Method, r.Fields, r.Issuance = o.Method, o.Fields, nil
	if o.Body != nil {
		r.Body = []byte(body)
	}
	return r, nil
}

// Address puts a path behind the URL of an API. A URL, such as one that an API
// gave in Location, may be called too, as long as it stays at that API: a
// token goes nowhere else.
func (w *World) Address(api, path string) (string, error) {
	base, err := w.baseURL(api)
	if err != nil {
		return "", err
	}
	path = escaped(path)
	if strings.Contains(path, "://") {
		if OriginOf(path) != OriginOf(base) {
			return "", fmt.Errorf("%s is not at the API %s, %s; a token is sent nowhere else", path, api, OriginOf(base))
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
	api, err := w.RealAPI(name)
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

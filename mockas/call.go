package mockas

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// maxForm bounds a request body in octets.
const maxForm = 1 << 20

// Call is one request to an endpoint that takes parameters.
type Call struct {
	*http.Request
	Form   url.Values  // a parameter without value counts as left out (RFC 6749 §3.1)
	Fields wire.Fields // the field lines as they came
	Client *Client     // nil until it is authenticated
	Proof  *dpop.Proof // nil: no proof was sent
	// assertion is the jti of the client's assertion, spent when the request
	// has been found good: a nonce challenge must leave it usable.
	assertion *assertion
	attested  *Attested // nil: the client does not authenticate by attestation
}

// assertion is a client assertion that must not come twice.
type assertion struct {
	id    string
	until time.Time // it has expired
}

// Get returns a parameter, or nothing.
func (c *Call) Get(name string) string { return c.Form.Get(name) }

// Key returns the thumbprint of the proof's key, or nothing.
func (c *Call) Key() string {
	if c.Proof == nil {
		return ""
	}
	return c.Proof.Thumbprint
}

// noteIssued writes down, as a fact of the exchange, that something was issued
// and which key it is bound to, if to any.
func (c *Call) noteIssued(kind, bound string) {
	wire.Note(c.Context(), "issued", kind)
	if bound != "" {
		wire.Note(c.Context(), "bound-to", bound)
	}
}

// formCall reads the body of a request as a form. Parameters in the query do not count.
func formCall(r *http.Request) (*Call, *Error) {
	lines := r.Header["Content-Type"]
	if len(lines) != 1 {
		return nil, invalidRequest("one Content-Type is needed: application/x-www-form-urlencoded")
	}
	if media, _, err := mime.ParseMediaType(lines[0]); err != nil || media != "application/x-www-form-urlencoded" {
		return nil, invalidRequest("the body must be application/x-www-form-urlencoded")
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxForm+1))
	if err != nil || len(body) > maxForm {
		return nil, invalidRequest("the body cannot be read or is too large")
	}
	return newCall(r, string(body))
}

func newCall(r *http.Request, encoded string) (*Call, *Error) {
	form, problem := parseForm(encoded)
	if problem != nil {
		return nil, problem
	}
	return &Call{Request: r, Form: form, Fields: wire.RequestFields(r)}, nil
}

// repeatable are the parameters that may occur more than once (RFC 8707 §2,
// RFC 8693 §2.1).
var repeatable = []string{"resource", "audience"}

func parseForm(encoded string) (url.Values, *Error) {
	form, err := url.ParseQuery(encoded)
	if err != nil {
		return nil, invalidRequest("the parameters are not well formed")
	}
	for name, values := range form {
		if len(values) > 1 && !slices.Contains(repeatable, name) {
			return nil, invalidRequest("a parameter is repeated: " + name)
		}
		form[name] = slices.DeleteFunc(values, func(v string) bool { return v == "" })
		if len(form[name]) == 0 {
			delete(form, name)
		}
	}
	return form, nil
}

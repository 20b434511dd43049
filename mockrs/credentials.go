package mockrs

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// maxForm bounds how much of a form is searched for an access token.
const maxForm = 1 << 20

// credentials finds the access token of a request: in exactly one
// Authorization field line, and nowhere else (RFC 9449 §7.1, RFC 6750 §2).
func credentials(r *http.Request) (dpop.Credentials, *Failure) {
	lines := wire.RequestFields(r).Values("Authorization")
	elsewhere := InQuery(r) != "" || InBody(r) != ""
	switch {
	case len(lines) == 0 && elsewhere:
		return dpop.Credentials{}, malformed("", "an access token is taken in the Authorization field alone")
	case len(lines) == 0:
		return dpop.Credentials{}, &Failure{Status: http.StatusUnauthorized}
	case len(lines) > 1 || elsewhere:
		return dpop.Credentials{}, malformed("", "more than one way of sending an access token")
	}
	c, err := dpop.ParseCredentials(lines[0])
	if !c.Is(dpop.Scheme) && !c.Is("Bearer") {
		return c, &Failure{Status: http.StatusUnauthorized}
	}
	if err != nil {
		return c, malformed(c.Scheme, err.Error())
	}
	return c, nil
}

// InQuery returns the access_token of the query, if any (RFC 6750 §2.3).
func InQuery(r *http.Request) string {
	return first(r.URL.RawQuery)
}

// InBody returns the access_token of a form body, if any (RFC 6750 §2.2). The
// body can be read again afterwards.
func InBody(r *http.Request) string {
	kind, _, _ := mime.ParseMediaType(strings.Join(r.Header["Content-Type"], ","))
	if kind != "application/x-www-form-urlencoded" || r.Body == nil {
		return ""
	}
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxForm))
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), r.Body))
	return first(string(body))
}

func first(form string) string {
	if form == "" {
		return ""
	}
	values, _ := url.ParseQuery(form) // of a broken form, what could be read
	return values.Get("access_token")
}

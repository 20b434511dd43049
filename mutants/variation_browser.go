package mutants

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/target"
)

// inBrowser is a client as pages in browsers are: the browser asks each server before
// it sends a request (Fetch: CORS-preflight request), and shows what the server lets it
// show. The key pair is of its own making, another one after each start, and it knows
// the endpoints of its one authorization server by itself.
var inBrowser = Variation{
	Name: "in a browser, with a key of its own making and endpoints that it knows", Party: target.ClientRole,
	Parts: target.Parts{
		Lacks: []string{
			target.CanEnvironmentKeys, target.ReadsEnvironment, target.TakesKey, target.CanRotate, target.CanRegister,
			target.HasClockSkew, // a page does not see the field Date
			target.UsesMTLSAliases, target.FindsIssuer, target.HasSessions, target.CanRestartLogin, target.FollowsDocumentation,
		},
		Client: func(o *client.Options) {
			o.GenerateKey = o.Key == nil && !o.KeyPerLogin
			at := func(path string) string { return strings.TrimSuffix(o.Issuer, "/") + path }
			o.Metadata = &client.Metadata{
				Issuer: o.Issuer, AuthorizationEndpoint: at("/authorize"), TokenEndpoint: at("/token"),
				PAREndpoint: at("/par"), UserinfoEndpoint: at("/userinfo"), RevocationEndpoint: at("/revoke"),
			}
			page := *o.HTTP
			page.Transport = &browsing{next: o.HTTP.Transport, visits: o.Metadata.AuthorizationEndpoint}
			o.HTTP = &page
		},
	},
}

// browsing is the transport of a page. To visits the browser goes itself.
type browsing struct {
	next   http.RoundTripper
	visits string
}

// RoundTrip implements http.RoundTripper.
func (b *browsing) RoundTrip(r *http.Request) (*http.Response, error) {
	if address, _, _ := strings.Cut(r.URL.String(), "?"); address == b.visits {
		return b.next.RoundTrip(r)
	}
	const page = "https://app.example"
	if err := b.mayI(r, page); err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Header.Set("Origin", page)
	response, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if response.Header.Get("Access-Control-Allow-Origin") != "*" {
		response.Body.Close()
		return nil, errors.New("the browser does not show the answer to the page: no Access-Control-Allow-Origin")
	}
	exposed := tokens(response.Header, "Access-Control-Expose-Headers")
	for name := range response.Header {
		known := slices.Contains(safelisted, strings.ToLower(name))
		if !known && !allows(exposed, name) {
			delete(response.Header, name)
		}
	}
	return response, nil
}

// safelisted are the fields of an answer that a page always sees (Fetch: CORS-safelisted
// response-header name), and those that net/http needs for itself.
var safelisted = []string{
	"cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma",
	"location", "transfer-encoding",
}

// mayI is the preflight of a request.
func (b *browsing) mayI(r *http.Request, page string) error {
	ask, err := http.NewRequestWithContext(r.Context(), http.MethodOptions, r.URL.String(), nil)
	if err != nil {
		return err
	}
	var names []string
	for name := range r.Header {
		names = append(names, strings.ToLower(name))
	}
	slices.Sort(names)
	ask.Header.Set("Origin", page)
	ask.Header.Set("Access-Control-Request-Method", r.Method)
	ask.Header.Set("Access-Control-Request-Headers", strings.Join(names, ","))
	response, err := b.next.RoundTrip(ask)
	if err != nil {
		return err
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
	fields := tokens(response.Header, "Access-Control-Allow-Headers")
	for _, name := range names {
		if !allows(fields, name) || name == "authorization" && !slices.Contains(fields, name) {
			return fmt.Errorf("the preflight of the browser does not allow the field %s", name)
		}
	}
	if !allows(tokens(response.Header, "Access-Control-Allow-Methods"), r.Method) {
		return fmt.Errorf("the preflight of the browser does not allow the method %s", r.Method)
	}
	return nil
}

// tokens are the members of a list in a field, in lower case.
func tokens(h http.Header, name string) []string {
	var list []string
	for _, member := range strings.Split(strings.Join(h.Values(name), ","), ",") {
		list = append(list, strings.ToLower(strings.TrimSpace(member)))
	}
	return list
}

// allows reports whether a list names something, or all.
func allows(list []string, name string) bool {
	return slices.Contains(list, "*") || slices.Contains(list, strings.ToLower(name))
}

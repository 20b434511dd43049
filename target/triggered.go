package target

import (
	"context"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// trigger drives an application by requests to its trigger URL.
type trigger struct {
	*Trigger
	issuer string // that the application is configured with
	http   *wire.Client
}

// newTrigger takes a sender of its own.
func newTrigger(t *Trigger, issuer string, sender *wire.Client) *trigger {
	sender.Judge = nil // an application may hand on what the API answered, such as 429
	return &trigger{t, issuer, sender}
}

// cannot says what an application behind a trigger URL cannot be told.
func (*trigger) cannot(code, what string) error {
	message := "a client driven by a trigger URL cannot be told to " + what
	return &ClientError{Name: "Refusal", Code: code, Message: message}
}

// Hello implements Driver.
func (t *trigger) Hello() Hello {
	address, _, _ := strings.Cut(t.URL, "?")
	return Hello{Name: address, Capabilities: []string{CanFetch, CanRetryNonce, CallsInParallel}}
}

// Configure implements Driver: the owner has configured the application.
func (t *trigger) Configure(_ context.Context, s Setup) error {
	switch {
	case s.Issuer != t.issuer || s.API.URL != "http://"+t.API:
		return t.cannot("unsupported_option", "use other servers than those it is configured with")
	case s.Algorithm != "":
		return t.cannot("unsupported_alg", "sign with "+s.Algorithm)
	case !reflect.DeepEqual(s.Options, Choices{}):
		return t.cannot("unsupported_option", "take other options")
	}
	return nil
}

// Login implements Driver.
func (t *trigger) Login(context.Context, LoginOrder) (Told, error) {
	return Told{}, t.cannot("unsupported_op", "sign in")
}

// Leave implements Driver.
func (t *trigger) Leave(context.Context, LoginOrder) (Left, error) {
	return Left{}, t.cannot("unsupported_op", "sign in")
}

// Return implements Driver.
func (t *trigger) Return(context.Context, ReturnOrder) (Told, error) {
	return Told{}, t.cannot("unsupported_op", "sign in")
}

// Logout implements Driver.
func (t *trigger) Logout(context.Context, SessionOrder) error {
	return t.cannot("unsupported_op", "sign out")
}

// Userinfo implements Driver.
func (t *trigger) Userinfo(context.Context, SessionOrder) (*Fetched, error) {
	return nil, t.cannot("unsupported_op", "call the userinfo endpoint")
}

// Token implements Driver.
func (t *trigger) Token(context.Context, TokenOrder) (Told, error) {
	return Told{}, t.cannot("unsupported_op", "ask for a token")
}

// Register implements Driver.
func (t *trigger) Register(context.Context) error { return t.cannot("unsupported_op", "register") }

// Rotate implements Driver.
func (t *trigger) Rotate(context.Context, KeyPair) error {
	return t.cannot("unsupported_op", "change its key")
}

// Fetch implements Driver. Header fields and content are the application's own
// choice. An answer other than 2xx counts as an error that it reports.
func (t *trigger) Fetch(ctx context.Context, o FetchOrder) (*Fetched, error) {
	address, err := t.address(o)
	if err != nil {
		return nil, err
	}
	e, err := t.http.Do(ctx, wire.Request{Method: "GET", URL: address})
	if err != nil {
		return nil, fmt.Errorf("the application behind the trigger URL: %w", err)
	}
	f := &Fetched{Status: e.Status, Headers: map[string]string{}, Body: string(e.Reply)}
	for _, field := range e.Answer {
		f.Headers[strings.ToLower(field.Name)] = field.Value
	}
	if e.Status/100 != 2 {
		said := fmt.Sprintf("the trigger URL answered %d: %s", e.Status, mask.Head(string(e.Reply), maxQuoted))
		f.Thrown = &ClientError{Name: "Error", Status: e.Status, Message: said}
	}
	return f, nil
}

// address fills in what the application is to call.
func (t *trigger) address(o FetchOrder) (string, error) {
	plain := FetchOrder{Method: o.Method, URL: o.URL, Headers: o.Headers, Body: o.Body}
	switch {
	case !reflect.DeepEqual(o, plain):
		return "", t.cannot("unsupported_option", "make a call in another way than its own")
	case !strings.HasPrefix(o.URL, "/") || strings.HasPrefix(o.URL, "//"):
		return "", t.cannot("unsupported_option", "call "+o.URL+", which is no path of its API")
	case o.Method != "GET" && !strings.Contains(t.URL, "{method}"):
		return "", t.cannot("unsupported_option", "call with "+o.Method+": the URL has no {method}")
	case o.URL != "/orders" && !strings.Contains(t.URL, "{path}"):
		return "", t.cannot("unsupported_option", "call "+o.URL+": the URL has no {path}")
	}
	filled := strings.NewReplacer("{path}", percentEncoded(o.URL), "{method}", percentEncoded(o.Method))
	return filled.Replace(t.URL), nil
}

// percentEncoded escapes what could mean something in a path or in a query
// (RFC 3986 §2.1).
func percentEncoded(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

// Waits implements Driver: nothing is known of them.
func (t *trigger) Waits() []time.Duration { return nil }

// Output implements Driver: what the application writes is not seen.
func (t *trigger) Output() string { return "" }

// End implements Driver: an application that runs already cannot be ended.
func (t *trigger) End() { t.Close() }

// Close implements Driver. The application runs on.
func (t *trigger) Close() { t.http.Close() }

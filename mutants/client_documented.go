package mutants

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
)

// exported refuses a key pair that it cannot read.
func exported(p *client.Policy) {
	honest := p.AcceptKey
	p.AcceptKey = func(key *dpop.Key) error {
		if _, _, err := key.PEM(); err != nil {
			return &client.DPoPError{Code: client.KeyExportFailed, Message: "the key pair cannot be exported"}
		}
		return honest(key)
	}
}

// failsOver changes how it is told that there is no usable key pair.
func failsOver(change func(*client.DPoPError) error) inClient {
	return func(p *client.Policy) {
		p.KeyFailure = func(err error) error {
			var e *client.DPoPError
			if errors.As(err, &e) && e.Code == client.ConfigurationError {
				return change(e)
			}
			return err
		}
	}
}

// clientDocumentedBugs are promises of the documentation of the SDK that are broken.
var clientDocumentedBugs = []row{
	{id: "CL-110", variant: "client", does: "every fetcher goes by the client's setting of DPoP",
		breaks: ids{"AUTH0-FET-11", "AUTH0-FET-02", "AUTH0-FET-03"}, change: inClient(func(p *client.Policy) {
			p.Binds = func(client bool, _ *bool) bool { return client }
		})},
	{id: "CL-110", variant: "first", does: "the first fetcher decides on DPoP for all",
		breaks: ids{"AUTH0-FET-11", "AUTH0-FET-02"}, change: inClient(func(p *client.Policy) {
			honest := p.Binds
			var first *bool
			p.Binds = func(client bool, own *bool) bool {
				if first == nil {
					first = own
				}
				return honest(client, first)
			}
		})},
	{id: "CL-110", variant: "off", does: "DPoP cannot be switched off for a fetcher",
		breaks: ids{"AUTH0-FET-11", "AUTH0-FET-02"}, change: inClient(func(p *client.Policy) {
			p.Binds = func(client bool, own *bool) bool { return client || own != nil && *own }
		})},
	{id: "CL-111", variant: "none", does: "getAccessToken is called without the options of the request",
		breaks: ids{"AUTH0-FET-15"}, change: inClient(func(p *client.Policy) {
			p.Handed = func(o client.TokenOptions) client.TokenOptions {
				return client.TokenOptions{UseDPoP: o.UseDPoP}
			}
		})},
	{id: "CL-111", variant: "scope", does: "getAccessToken does not learn the scope", breaks: ids{"AUTH0-FET-15"},
		change: inClient(func(p *client.Policy) {
			p.Handed = func(o client.TokenOptions) client.TokenOptions { o.Scope = ""; return o }
		})},
	{id: "CL-111", variant: "audience", does: "getAccessToken does not learn the audience", breaks: ids{"AUTH0-FET-15"},
		change: inClient(func(p *client.Policy) {
			p.Handed = func(o client.TokenOptions) client.TokenOptions { o.Audience = ""; return o }
		})},
	{id: "CL-111", variant: "refresh", does: "getAccessToken does not learn that a refresh is wanted",
		breaks: ids{"AUTH0-FET-15"}, change: inClient(func(p *client.Policy) {
			p.Handed = func(o client.TokenOptions) client.TokenOptions { o.Refresh = false; return o }
		})},
	{id: "CL-112", does: "the repetition goes past the fetch of the caller", breaks: ids{"AUTH0-FET-16"},
		change: inClient(func(p *client.Policy) {
			p.Sender = func(a client.Attempt, own, shared *http.Client) *http.Client {
				if a.Number > 1 {
					return shared
				}
				return own
			}
		})},
	{id: "CL-113", variant: "first", does: "asks for the first of several scopes", breaks: ids{"AUTH0-FET-17"},
		change: inClient(func(p *client.Policy) {
			p.Scope = func(asked string) string { first, _, _ := strings.Cut(asked, " "); return first }
		})},
	{id: "CL-113", variant: "commas", does: "joins scopes by commas", breaks: ids{"AUTH0-FET-17"},
		change: inClient(func(p *client.Policy) {
			p.Scope = func(asked string) string { return strings.ReplaceAll(asked, " ", ",") }
		})},
	{id: "CL-114", variant: "eaten", does: "hands on what it has not read of a refusal", breaks: ids{"AUTH0-FET-18"},
		change: inClient(func(p *client.Policy) {
			p.Rest = func(_ []byte, unread io.Reader) io.Reader { return unread }
		})},
	{id: "CL-114", variant: "cut", does: "hands on what it has read of a refusal alone", breaks: ids{"AUTH0-FET-18"},
		change: inClient(func(p *client.Policy) {
			p.Rest = func(read []byte, _ io.Reader) io.Reader { return bytes.NewReader(read) }
		})},
	{id: "CL-115", variant: "all", does: "sends the fields of the request that it serves to the API",
		breaks: ids{"AUTH0-FET-19"}, change: inClient(func(p *client.Policy) {
			p.Inherit = func(out, serving *http.Request) {
				for name, values := range serving.Header {
					out.Header[name] = values
				}
			}
		})},
	{id: "CL-115", variant: "cookie", does: "sends the cookies of whom it serves to the API",
		breaks: ids{"AUTH0-FET-19"}, change: inClient(func(p *client.Policy) {
			p.Inherit = func(out, serving *http.Request) { out.Header["Cookie"] = serving.Header["Cookie"] }
		})},
	{id: "CL-116", does: "takes no key pair that it cannot export", breaks: ids{"AUTH0-KEY-16"},
		change: inClient(exported)},
	{id: "CL-117", variant: "code", does: "calls every failure of a key pair one of its format",
		breaks: ids{"AUTH0-ERR-04"}, change: failsOver(func(e *client.DPoPError) error {
			return &client.DPoPError{Code: client.KeyExportFailed, Message: e.Message}
		})},
	{id: "CL-117", variant: "untyped", does: "reports a missing key pair by an error without type",
		breaks: ids{"AUTH0-ERR-04"}, change: failsOver(func(e *client.DPoPError) error {
			return errors.New(e.Message)
		})},
	{id: "CL-118", variant: "tolerance", does: "tolerates thirty seconds, whatever is set", breaks: ids{"AUTH0-CLK-06"},
		change: inClient(func(p *client.Policy) {
			honest := p.Clock
			p.Clock = func(a *client.Answer) error {
				strict := *a
				strict.Tolerance = min(a.Tolerance, client.AdvisedTolerance)
				return honest(&strict)
			}
		})},
	{id: "CL-118", variant: "unseen", does: "says nothing of a drift", breaks: ids{"AUTH0-CLK-02"},
		change: inClient(func(p *client.Policy) { p.Clock = func(*client.Answer) error { return nil } })},
	{id: "CL-119", variant: "at-once", does: "repeats at once, whatever the delay", breaks: ids{"AUTH0-RET-10"},
		change: inClient(func(p *client.Policy) { p.Delay = func(time.Duration) time.Duration { return 0 } })},
	{id: "CL-119", variant: "capped", does: "waits a tenth of a second at most", breaks: ids{"AUTH0-RET-10"},
		change: inClient(func(p *client.Policy) {
			p.Delay = func(configured time.Duration) time.Duration { return min(configured, 100*time.Millisecond) }
		})},
	{id: "CL-120", does: "takes a smaller scope than it asked for as a failure", breaks: ids{"AUTH0-AUD-07"},
		change: inClient(func(p *client.Policy) {
			p.Granted = func(asked, granted string) error {
				for _, scope := range strings.Fields(asked) {
					if !strings.Contains(" "+granted+" ", " "+scope+" ") {
						return errors.New("the scope " + scope + " was not granted")
					}
				}
				return nil
			}
		})},
	{id: "CL-121", does: "ends the session when a refresh is refused", breaks: ids{"AUTH0-AUD-08"},
		change: inClient(func(p *client.Policy) { p.Ends = func(error) bool { return true } })},
}

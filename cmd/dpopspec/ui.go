package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/livepage"
	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
)

// anyPort is where a page is if --ui says no more.
const anyPort = "127.0.0.1:0"

// uiFlag adds --ui, with or without an address.
func uiFlag(c *cobra.Command, address *string, what string) {
	c.Flags().StringVar(address, "ui", "", "show a page with "+what+"; at an `address` of this machine, or any free port")
	c.Flags().Lookup("ui").NoOptDefVal = anyPort
}

// openPage opens a page, and says where it is.
func openPage(out io.Writer, address string, o livepage.Options) (*livepage.Page, error) {
	page, err := livepage.Listen(address, o)
	if err != nil {
		return nil, fmt.Errorf("--ui: %w", err)
	}
	fmt.Fprintf(out, "watch     %s\n", page.URL())
	return page, nil
}

// tally counts what a page has told of.
type tally struct {
	reports.Summary
	what string
}

func (t *tally) add(v reports.Verdict) livepage.Summary {
	t.Count(v)
	text := fmt.Sprintf("%d %s", t.Total, t.what)
	for _, one := range []struct {
		n    int
		word string
	}{{t.Failed, "broke a requirement"}, {t.Warned, "warned"}, {t.Passed, "sound"}, {t.Noted, "without a proof"}} {
		if one.n > 0 {
			text += fmt.Sprintf(" · %d %s", one.n, one.word)
		}
	}
	return livepage.Summary{Text: text, Failed: t.Failed > 0}
}

// servedEvent makes an event of a request that was judged.
func servedEvent(one runner.Watched, redactor *reports.Redactor) livepage.Event {
	shown := func(s string) string { return visible.Text(redactor.Text(s)) }
	e := caseEvent(one.Case)
	e.Time = one.At.Local().Format(time.TimeOnly)
	e.Title = fmt.Sprintf("%s → %d", visible.Text(one.Scenario), one.Status)
	for _, m := range []livepage.Member{
		{Name: "client", Text: one.Client}, {Name: "key", Text: one.Thumbprint}, {Name: "token for", Text: boundTo(one)},
	} {
		if m.Text != "" {
			e.Who = append(e.Who, livepage.Member{Name: m.Name, Text: shown(m.Text)})
		}
	}
	list := func(of []runner.Member) (shownMembers []livepage.Member) {
		for _, m := range of {
			text := shown(m.Value)
			if m.Name == "iat" || m.Name == "exp" || m.Name == "nbf" {
				text += age(m.Value, one.At)
			}
			shownMembers = append(shownMembers, livepage.Member{Name: shown(m.Name), Text: text})
		}
		return shownMembers
	}
	e.Header, e.Claims = list(one.Header), list(one.Claims)
	return e
}

// boundTo is the key that the token is bound to, compared with that of the proof.
func boundTo(one runner.Watched) string {
	switch {
	case one.Bound == "":
		return ""
	case one.Bound == one.Thumbprint:
		return "this key"
	}
	return "another key: " + one.Bound
}

// age says how far a NumericDate lies from a time.
func age(value string, now time.Time) string {
	var seconds float64
	if _, err := fmt.Sscanf(value, "%g", &seconds); err != nil || seconds < 0 || seconds > 1e11 {
		return ""
	}
	d := time.Duration((seconds - float64(now.UnixNano())/1e9) * float64(time.Second)).Round(time.Second)
	switch {
	case d > 0:
		return fmt.Sprintf(" (in %v)", d)
	case d < 0:
		return fmt.Sprintf(" (%v ago)", -d)
	}
	return " (now)"
}

// caseEvent makes an event of a case, which is masked.
func caseEvent(c reports.Case) livepage.Event {
	e := livepage.Event{
		Time: time.Now().Format(time.TimeOnly), Verdict: string(c.Verdict), Title: visible.Text(c.Title()),
		Expected: visible.Text(c.Expected), Actual: visible.Text(c.Actual),
	}
	if e.Actual == "" {
		e.Actual = visible.Text(c.Reason)
	}
	for _, r := range c.Requirements {
		link := livepage.Link{Text: r.ID, Title: visible.Text(r.Text)}
		if links := r.Links(); len(links) > 0 && strings.HasPrefix(links[0].URL, "https://") {
			link.URL = links[0].URL
		}
		e.Requirements = append(e.Requirements, link)
	}
	const most = 6
	for i, x := range c.Exchanges {
		if i == most {
			e.Exchanges = append(e.Exchanges, fmt.Sprintf("… and %d more, in the report", len(c.Exchanges)-most))
			break
		}
		e.Exchanges = append(e.Exchanges, visible.Text(strings.TrimSpace(x.Request)+"\n\n"+strings.TrimSpace(x.Response)))
	}
	return e
}

// servedPage is the page of serve.
func servedPage(s *runner.Served, paste string) livepage.Options {
	done := func(say string, do func()) func() (string, error) {
		return func() (string, error) {
			do()
			return say, nil
		}
	}
	meets := func(one runner.Situation, say string) func() (string, error) {
		return func() (string, error) { return say, s.Meet(one) }
	}
	request := "http://" + strings.TrimPrefix(s.API, "http://") + "/orders"
	if u, err := url.Parse(s.API); err == nil {
		request = u.JoinPath("orders").String()
	}
	return livepage.Options{
		Title: "dpopspec serve",
		Whole: livepage.Summary{Text: "Nothing has come yet. Point a client at " + s.Issuer + " and " + request + "."},
		Facts: []livepage.Fact{
			{Name: "Issuer", Text: s.Issuer}, {Name: "API", Text: request}, {Name: "Audience", Text: s.Audience},
			{Name: "Clients and SDKs", Text: strings.TrimSpace(paste)},
		},
		Actions: []livepage.Action{
			{ID: "nonces-on", Label: "Ask for nonces", Help: "Both servers demand a nonce in each proof (RFC 9449 §8, §9).",
				Do: done("Both servers ask for nonces now.", func() { s.RequireNonces(true) })},
			{ID: "nonces-off", Label: "Ask for no nonces", Help: "Proofs are taken without a nonce again.",
				Do: done("No nonce is needed any more.", func() { s.RequireNonces(false) })},
			{ID: "expire", Label: "Expire the nonces", Help: "Each nonce that was given is bad: the next proof is asked for another.",
				Do: done("Every nonce that was given is bad now.", s.ExpireNonces)},
			{ID: "rotate", Label: "Rotate the signing key",
				Help: "Tokens are signed by a new key; the one before stays in the JWK Set.",
				Do:   func() (string, error) { return "A new key signs from now on.", s.RotateKey() }},
			{ID: "invalid-token", Label: "Answer 401 next: invalid_token",
				Help: "The next request with a proof at the API is refused as if its token had been revoked.",
				Do:   meets(runner.InvalidToken, "The next request at the API meets invalid_token.")},
			{ID: "invalid-proof", Label: "Answer 401 next: invalid_dpop_proof",
				Help: "The next request with a proof at the API is refused for its proof.",
				Do:   meets(runner.InvalidProof, "The next request at the API meets invalid_dpop_proof.")},
			{ID: "later", Label: "Move the clock two minutes on", Help: "Proofs and tokens age at once.",
				Do: done("The clocks of both servers are two minutes further on.", func() { s.Advance(2 * time.Minute) })},
			{ID: "battery", Label: "Start a battery",
				Help: "The next requests meet, one each: a challenge at the token endpoint, one at the API, " +
					"invalid_dpop_proof, invalid_token and 503. A client should answer the challenges, and repeat nothing else blindly.",
				Do: func() (string, error) {
					for _, one := range runner.Battery {
						if err := s.Meet(one); err != nil {
							return "", err
						}
					}
					return fmt.Sprintf("The next %d requests meet what is to be met.", len(runner.Battery)), nil
				}},
		},
	}
}

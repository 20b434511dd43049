package runner

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// formats are all that a report can be written in.
var formats = map[string]func(io.Writer, reports.Redacted) error{
	"annotations": reports.WriteAnnotations, "html": reports.WriteHTML, "json": reports.WriteJSON,
	"junit":    reports.WriteJUnit,
	"markdown": reports.WriteMarkdown, "sarif": reports.WriteSARIF,
	"pretty": func(w io.Writer, r reports.Redacted) error {
		return reports.WriteTerminal(w, r, reports.Terminal{Width: 100})
	},
	"one line": func(w io.Writer, r reports.Redacted) error {
		return reports.WriteLine(w, r.Value().Cases[0], reports.Terminal{Width: 100})
	},
}

// seen is a part of four characters of the secret that can be read in a report.
func seen(report, secret string) string {
	for i := 0; i+4 <= len(secret); i++ {
		if part := secret[i : i+4]; strings.Contains(report, part) {
			return part
		}
	}
	return ""
}

// cutAt is a case whose evidence and words a stranger wrote: so much of text
// stands before the place where each is cut.
func cutAt(text string, at int) reports.Case {
	before := func(limit int) string {
		return strings.Repeat(".,", limit)[:limit-at] + text + strings.Repeat(" and more", 9)
	}
	shown := []world.Shown{
		{Title: "a body and a field", Exchange: &wire.Exchange{
			Method: "POST", Target: "/token", Host: "as.example", Body: []byte(before(maxShown)), Status: 400,
			Fields: wire.Fields{{Name: "X-Request", Value: before(maxShown)}, {Name: "DPoP", Value: "e30.e30.c2ln"}},
			Answer: wire.Fields{{Name: "X-Answer", Value: before(maxShown)}}, Reply: []byte(before(maxShown)),
			Facts: []wire.Fact{{Name: "refused-by", Value: "signature"}},
		}},
		{Title: "a proof", Exchange: &wire.Exchange{
			Method: "GET", Target: "/orders", Host: "api.example", Status: 401,
			Fields: wire.Fields{{Name: "DPoP",
				Value: base64.RawURLEncoding.EncodeToString([]byte(before(maxShown))) + ".e30.c2ln"}},
		}},
		{Title: "an answer that is not text", Exchange: &wire.Exchange{
			Method: "GET", Target: "/orders", Host: "api.example", Status: 200,
			Reply: []byte("\xff" + before(maxShown)[6:]),
		}},
		{Title: "an answer that broke off", Exchange: &wire.Exchange{
			Method: "GET", Target: "/orders", Host: "api.example", Status: 200, Reply: []byte("it is " + text[:at]),
			Err: errors.New("the answer broke off: unexpected EOF"),
		}},
	}
	written := "noise\n" + text + "\nready\n" // on standard error, of which the end is kept
	ends := "it ended; its standard error ends with: " + mask.Tail(written, len(written)-len("noise\n")-at)
	description := fmt.Sprintf("400, refused, error invalid_request (%q)", wire.Brief(before(300)))
	return reports.Case{
		ID: "masking/cut", Feature: "masking.feature", Scenario: "What is cut is masked", Subject: "API",
		Verdict:  reports.Failed,
		Expected: "a refusal", Actual: description, Reason: "the server said " + wire.Brief(before(300)),
		Requirements: []reports.Requirement{{ID: "RFC9449-4.3-43", Verdict: "fail", Text: "It is refused"}},
		Steps:        []reports.Step{{Keyword: "Then", Text: "it is refused", Status: "failed"}},
		Notes:        []string{"capability: " + wire.Brief(before(300)), ends, wire.Brief(ends)},
		Properties:   []reports.Property{{Name: "flaky", Value: wire.Brief(before(300))}},
		Exchanges:    exchanges(shown), Secrets: cameBy(shown),
	}
}

func TestNoReportShowsMoreThanThreeCharactersOfASecretThatWasCut(t *testing.T) {
	const secret = "QXzZJ7KVWqx/zjk9vwQ+ZXK2JVqz&xQjWkX5ZKv"
	const line = "QXzZJ7KVWqxxzjk9vwQ2ZXK2JVqzxxQjWkX5ZKvQXzZJ7KVWqxxzjk9vwQ2ZXK2JV"
	every := 1
	if testing.Short() { // under the race detector: they race alike
		every = 7
	}
	inBase64 := base64.StdEncoding.EncodeToString([]byte(secret))
	for name, spelling := range map[string]struct{ text, secret string }{
		"plain":      {secret, secret},
		"form":       {url.QueryEscape(secret), url.QueryEscape(secret)},
		"base64":     {inBase64, inBase64[:len(inBase64)-4]},
		"parameter":  {"x=1&client_secret=" + url.QueryEscape(secret), url.QueryEscape(secret)},
		"member":     {`{"client_secret":"` + secret + `"}`, secret},
		"credential": {"Authorization: Basic " + inBase64, inBase64[:len(inBase64)-4]},
		"key": {"-----BEGIN PRIVATE KEY-----\n" + line + "\n" + line +
			"\nQXzZJ7==\n-----END PRIVATE KEY-----\n", line},
	} {
		for at := 0; at <= len(spelling.text); at += every {
			run := reports.Run{Cases: []reports.Case{cutAt(spelling.text, at)}}
			redacted := reports.NewRedactor(secret).Run(run)
			for format, write := range formats {
				var report strings.Builder
				if err := write(&report, redacted); err != nil {
					t.Fatal(err)
				}
				if part := seen(report.String(), spelling.secret); part != "" {
					i := strings.Index(report.String(), part)
					t.Errorf("%s as %s, cut at %d: %q", name, format, at,
						report.String()[max(0, i-80):min(report.Len(), i+40)])
				}
			}
			if t.Failed() {
				break
			}
		}
	}
}

func TestATokenIsKnownThoughTheEvidenceEndsBeforeIt(t *testing.T) {
	const issued, presented = "QXzZJ7KVWqxzjk9vwQZXK2JVqzxQjWkX5ZKv", "ZKvX5WkQjxqzVJ2KXZQwv9kjzxqWVK7JZzXQ"
	reply := `{"padding": "` + strings.Repeat("x", maxShown) + `", "access_token": "` + issued + `"}`
	shown := []world.Shown{{Exchange: &wire.Exchange{
		Fields: wire.Fields{{Name: "authorization", Value: "DPoP " + presented}}, Status: 200, Reply: []byte(reply),
	}}}
	if got := cameBy(shown); !slices.Equal(got, []string{issued, presented}) {
		t.Errorf("the case came by %q", got)
	}
}

func TestACaseThatRanKnowsTheTokensThatItCameBy(t *testing.T) {
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, target.Default(), Selection{IDs: []string{"RFC9449-7.1-05"}, Tags: "@at:api"})
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, target.Default(), Options{Trace: true})
	if err != nil || len(run.Cases) == 0 {
		t.Fatal(len(run.Cases), err)
	}
	for _, c := range run.Cases {
		if len(c.Secrets) == 0 {
			t.Errorf("%s presented a token and does not know it", c.ID)
		}
	}
}

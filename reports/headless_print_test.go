package reports

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/dpopspec/dpopspec/internal/browsertest"
)

// printed is how many pages a browser prints of what it shows.
func printed(t *testing.T, ctx context.Context, name string) int {
	t.Helper()
	pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF())
	if err != nil {
		t.Fatal(err)
	}
	if folder := os.Getenv("DPOPSPEC_PICTURES"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, "print-"+name+".pdf"), pdf, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return len(regexp.MustCompile(`/Type\s*/Page[^s]`).FindAll(pdf, -1))
}

// crowded is a run with much of everything, all of it in a stranger's words.
func crowded(cases, parties int, words string) Run {
	run := Run{Tool: "dpopspec", Profile: "rfc9449", Started: time.Unix(0, 0)}
	for i := range parties {
		run.Target = append(run.Target, Party{Role: "API", Name: fmt.Sprint(i, words), Kind: "real", Where: words})
		run.SetUp = append(run.SetUp, Problem{fmt.Sprint(i), fmt.Sprint(i, words), words, words, words})
		run.Measurements = append(run.Measurements, Measurement{Name: fmt.Sprint(i, words), Unit: words, Value: float64(i)})
	}
	for i := range cases {
		q := Requirement{ID: fmt.Sprintf("OWN%d-%s", i, words), Verdict: "fail", Binds: []string{"rs"}, Text: words}
		verdict := Failed
		if i%5 == 4 {
			verdict = Skipped
		}
		run.Catalogue = append(run.Catalogue, q)
		run.Cases = append(run.Cases, Case{
			ID: fmt.Sprint("case/", i), Feature: fmt.Sprint(i, ".feature"), Scenario: fmt.Sprint(i, words), Row: words,
			Endpoint: fmt.Sprint("api", i%max(1, parties)), Subject: "rs", Requirements: []Requirement{q}, Verdict: verdict,
			Reason: fmt.Sprint(i, words), Kind: fmt.Sprint(i, words), Key: words, Expected: words, Actual: words, Repeat: words,
		})
	}
	return run
}

func TestHeadlessPrintsTwentyPagesOfACrowdAtMost(t *testing.T) {
	if os.Getenv("DPOPSPEC_CHROMIUM") != "required" {
		t.Skip("NOT TESTED: it takes a minute; make interop-run does it")
	}
	ctx := browsertest.Tab(t)
	large := crowded(1, 1, "x")
	large.Cases[0].Exchanges = []Exchange{{
		Title: "t", URL: "https://h/", Request: strings.Repeat("w ", 1<<19), Response: strings.Repeat("w", 1<<20),
	}}
	large.Cases[0].Reason = strings.Repeat("w", 1<<20)
	for name, run := range map[string]Run{
		"causes": crowded(5000, 3, " a stranger's words"), "exchange": large, "apis": crowded(240, 60, " an API"),
		"words": crowded(400, 60, strings.Repeat("W", 10_000)), "hostile": hostileRun(),
	} {
		show(t, ctx, run)
		if pages := printed(t, ctx, name); pages < 1 || pages > 20 {
			t.Errorf("%s: %d pages", name, pages)
		} else {
			t.Logf("%s: %d pages", name, pages)
		}
	}
}

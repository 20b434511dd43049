package runner

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/internal/headless"
	"github.com/dpopspec/dpopspec/reports"
)

// needsPrinter skips a test that has thousands of rows laid out where no Chromium is
// demanded: it takes a minute and two gigabytes. The interop run demands one.
func needsPrinter(t *testing.T) {
	t.Helper()
	if os.Getenv("DPOPSPEC_CHROMIUM") != "required" {
		t.Skip("NOT TESTED: it takes a minute; make interop-run does it")
	}
	needsChromium(t)
}

// onPaper is how many pages a browser prints of the report of a run, and what the page is
// once its script has run.
func onPaper(t *testing.T, run reports.Run) (pages int, dom string) {
	t.Helper()
	chromium, err := headless.Find("")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	page, paper := filepath.Join(folder, "report.html"), filepath.Join(folder, "report.pdf")
	masked := reports.NewRedactor().Run(run)
	if _, err := reports.Write([]reports.Output{{Format: "html", Path: page}}, masked, nil); err != nil {
		t.Fatal(err)
	}
	browse := func(more ...string) []byte {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		args := append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
			"--user-data-dir=" + filepath.Join(folder, "profile"), "--no-pdf-header-footer"}, more...)
		out, err := exec.CommandContext(ctx, chromium, append(args, "file://"+page)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	browse("--print-to-pdf=" + paper)
	printed, err := os.ReadFile(paper)
	if err != nil {
		t.Fatal(err)
	}
	pages = len(regexp.MustCompile(`/Type\s*/Page[^s]`).FindAll(printed, -1))
	return pages, string(browse("--dump-dom"))
}

// failing is a run in which every case failed, each for a reason of its own or all alike,
// with a stranger's words in it.
func failing(cases int, alike bool, words string) reports.Run {
	run := reports.Run{Tool: "dpopspec", Profile: "rfc9449", Started: time.Unix(0, 0), Target: []reports.Party{
		{Role: "API", Name: words, Kind: "real", Where: words}}}
	for i := range cases {
		c := reports.Case{
			ID: fmt.Sprintf("case-%d", i), Feature: "f.feature", Scenario: "A claim", Row: fmt.Sprint(i, " ", words),
			Endpoint: "api", Subject: "API", Verdict: reports.Failed, Reason: words, Expected: words, Actual: words,
			Requirements: []reports.Requirement{{ID: fmt.Sprintf("RFC9449-4.3-%d", i), Section: words, Text: words}},
			Exchanges:    []reports.Exchange{{Title: words, Request: "GET / HTTP/1.1\nX: " + words, URL: words, Response: words}},
		}
		if !alike {
			c.Feature = fmt.Sprint(i, ".feature")
		}
		run.Cases = append(run.Cases, c)
	}
	return run
}

func TestHeadlessPrintsAnyRunOnTwentyPages(t *testing.T) {
	needsPrinter(t)
	long := strings.Repeat("many words of a stranger ", 200)
	for name, run := range map[string]reports.Run{
		"nothing": {}, "one cause": failing(3000, true, long), "each its own": failing(2000, false, long),
		"one word": failing(60, false, strings.Repeat("w", 20_000)),
	} {
		if pages, _ := onPaper(t, run); pages < 1 || pages > 20 {
			t.Errorf("%s: %d pages", name, pages)
		}
	}
}

func TestHeadlessRunsNoScriptOfAStrangerOnThePage(t *testing.T) {
	needsPrinter(t)
	hostile := `</pre><script>document.title="owned"</script><img src=x onerror="document.title='owned'">javascript:alert(1)`
	_, dom := onPaper(t, failing(3, true, hostile+strings.Repeat("w", 1<<20)))
	if strings.Contains(dom, "<title>owned") || strings.Contains(dom, "<img") || strings.Contains(dom, `href="javascript:`) {
		t.Error("a stranger's script ran, or its markup stands on the page")
	}
	if !strings.Contains(dom, "3 cases</output>") || !strings.Contains(dom, "Copy as curl") {
		t.Error("our own script did not run")
	}
}

package reports

import (
	"regexp"
	"strings"
	"testing"
)

func markdownOf(t *testing.T, run Run) string {
	t.Helper()
	var out strings.Builder
	if err := WriteMarkdown(&out, NewRedactor(sampleClientSecret).Run(run)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTheMarkdownSummaryBeginsWithTheVerdictAndTellsEachFailure(t *testing.T) {
	out := markdownOf(t, sampleRun())
	if !strings.HasPrefix(out, "## ❌ DPoP: not conformant\n") {
		t.Errorf("begins with %.60q", out)
	}
	for _, want := range []string{
		"3 mandatory requirements could not be tested", "### ✗ A proof for another method is refused (GET) at token",
		"- **Expected:** 400 with error invalid\\_dpop\\_proof",
		"- **Repeat:** `dpopspec run -c tenant.yaml --id proof/htm/another-method/token`",
		"```http\nPOST /oauth/token HTTP/1.1", "refused with invalid\\_dpop\\_proof",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if strings.Count(out, "<details>") != strings.Count(out, "</details>") {
		t.Error("a folded part is left open")
	}
}

func TestTheTableOfTheMarkdownSummaryIsRectangular(t *testing.T) {
	var widths []int
	for _, l := range strings.Split(markdownOf(t, sampleRun()), "\n") {
		if strings.HasPrefix(l, "|") {
			widths = append(widths, strings.Count(l, "|"))
		}
	}
	if len(widths) != 3 || widths[0] != widths[1] || widths[1] != widths[2] || widths[0] != 11 {
		t.Errorf("cells a row: %v", widths)
	}
}

func TestTheMarkdownSummaryOfAHugeRunFitsIntoAComment(t *testing.T) {
	run := sampleRun()
	for _, c := range sampleCases() {
		for range 300 {
			c.Scenario += "x"
			c.Feature, c.Kind = "x"+c.Feature, c.Kind+"x"
			c.Reason = strings.Repeat("because ", 100)
			run.Cases = append(run.Cases, c)
		}
	}
	out := markdownOf(t, run)
	if len(out) > markdownLimit || !strings.Contains(out, "more causes not shown here") ||
		!strings.Contains(out, "- … and ") {
		t.Errorf("%d bytes", len(out))
	}
}

func TestTextOfAStrangerStaysTextInMarkdown(t *testing.T) {
	hostile := "@team [x](https://evil) <img src=x> | **b** `c` ```\n```\n# h"
	out := markdownOf(t, Run{Profile: hostile, Cases: []Case{{
		Scenario: hostile, Verdict: Failed, Actual: hostile, Exchanges: []Exchange{{Response: "a\n````\n</details>"}},
	}}})
	body := regexp.MustCompile("(?s)`````http.*?`````\n").ReplaceAllString(out, "")
	if body == out {
		t.Fatal("the fence is not longer than the one in the text")
	}
	for _, bad := range []string{"<img", "[x](", "\n# h", "@team", " **b**"} {
		if strings.Contains(strings.ReplaceAll(body, "Profile `"+code(hostile)+"`", ""), bad) {
			t.Errorf("%q came through in\n%s", bad, body)
		}
	}
}

package reports

import (
	"html"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func htmlOf(t *testing.T, run Run) string {
	t.Helper()
	var out strings.Builder
	if err := WriteHTML(&out, NewRedactor(sampleClientSecret).Run(run)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestThePageNeedsNothingFromElsewhere(t *testing.T) {
	out := htmlOf(t, sampleRun())
	own := "<script>" + htmlScript + "</script>"
	page := strings.Replace(out, own, "", 1)
	texts := regexp.MustCompile(`<a href="https://[A-Za-z0-9./_-]+(#section-[0-9.]+)?" rel="noreferrer noopener">`)
	page = texts.ReplaceAllString(page, "")
	if page == out || !strings.Contains(out, own) {
		t.Error("the page has not its own script")
	}
	outside := regexp.MustCompile(`(?i)<script|<link|<img|<iframe|@import|url\(|\ssrc=|href="[^#]|\son[a-z]+=|\sstyle=`)
	if found := outside.FindAllString(page, -1); found != nil {
		t.Errorf("found %q", found)
	}
	if path := os.Getenv("REPORTS_SAMPLE"); path != "" { // to look at it in a browser
		if err := os.WriteFile(path, []byte(out), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestThePageGivesTheVerdictFirstAndThenAllThatIsNeeded(t *testing.T) {
	out := htmlOf(t, sampleRun())
	at := -1
	for _, want := range []string{
		"Not conformant</h1>", "2 requirements are broken.", "3 mandatory requirements could not be tested.",
		"authorization server", "api.example.com/orders",
		"What is broken", "A proof for another method is refused (GET) at token",
		"400 with error invalid_dpop_proof, and no token",
		"200 with an access token of type DPoP", "RFC9449-4.3-43", "replay it as a DELETE",
		"Compare htm with the method",
		"dpopspec run -c tenant.yaml --id proof/htm/another-method/token", "POST /oauth/token HTTP/1.1",
		"&#34;htm&#34;: &#34;GET&#34;",
		"What could not be tested", "the authorization server asks for no nonce", "Requirements", "§4 DPoP proof JWTs",
		"612.5", "<rect", "fapi2/par-required",
	} {
		i := strings.Index(out[at+1:], want)
		if i < 0 {
			t.Fatalf("%q is missing, or stands too early", want)
		}
		at += 1 + i
	}
	for verdict, run := range map[string]Run{
		"Conformant</h1>": {Cases: []Case{ended(Passed, must)}}, "Could not test</h1>": {},
	} {
		if !strings.Contains(htmlOf(t, run), verdict) {
			t.Errorf("%s is missing", verdict)
		}
	}
}

func TestEveryLinkOfThePageHasItsTargetAndEveryIDStandsOnce(t *testing.T) {
	run := sampleRun()
	run.Cases = append(run.Cases, run.Cases[0]) // the same id twice
	run.Cases = append(run.Cases, badAPI(30, 3).Cases...)
	out := htmlOf(t, run)
	ids := map[string]int{}
	for _, m := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(out, -1) {
		ids[m[1]]++
	}
	links := regexp.MustCompile(`(?:href="#|for=")([^"]*)"`).FindAllStringSubmatch(out, -1)
	for _, m := range links {
		if ids[m[1]] == 0 {
			t.Errorf("nothing has the id %s", m[1])
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%s stands %d times", id, n)
		}
	}
	if len(links) < 20 {
		t.Errorf("only %d links", len(links))
	}
}

func TestTheTagsOfThePageAreBalanced(t *testing.T) {
	void := []string{"meta", "input", "br", "line", "rect"}
	var open []string
	tags := regexp.MustCompile(`<(/?)([a-z][a-z0-9]*)[^>]*>`)
	all := htmlOf(t, sampleRun()) + htmlOf(t, badAPI(9, 2)) + htmlOf(t, blockedRun())
	for _, m := range tags.FindAllStringSubmatch(all, -1) {
		switch name := m[2]; {
		case m[1] == "" && !slices.Contains(void, name):
			open = append(open, name)
		case m[1] == "/" && (name == "line" || name == "rect"):
		case m[1] == "/":
			if len(open) == 0 || open[len(open)-1] != name {
				t.Fatalf("</%s> closes %v", name, open)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("left open: %v", open)
	}
}

func TestTextOfAStrangerStaysTextOnThePage(t *testing.T) {
	hostile := `</pre></style><script>alert(1)</script><b onclick="x">` + "\x00\x1b\u202e"
	can := []Capability{{hostile, hostile, hostile}}
	run := Run{
		Profile: hostile, Target: []Party{{hostile, hostile, hostile, "javascript:alert(1)", can}},
		Cases: []Case{{
			ID: hostile, Feature: hostile, Scenario: hostile, Verdict: Failed, Actual: hostile, Subject: hostile,
			Requirements: []Requirement{{ID: hostile, Text: hostile}},
			Exchanges:    []Exchange{{Title: hostile, Request: hostile, Response: hostile, URL: hostile}},
		}},
		Measurements: []Measurement{{Name: hostile, Unit: hostile, Value: 1}},
	}
	out := strings.Replace(htmlOf(t, run), "<script>"+htmlScript+"</script>", "", 1)
	if strings.Contains(out, "<script") || strings.Contains(out, "<b onclick") ||
		strings.ContainsAny(out, "\x00\x1b\u202e") {
		t.Error("markup or a control character came through")
	}
}

func TestTheMatrixSetsEachPartysGravestVerdictBesideEachRequirement(t *testing.T) {
	run := sampleRun()
	m := htmlPageOf(&run).Matrix
	if !slices.Equal(m.Columns, []string{"Authorization server", "API", "Client"}) {
		t.Fatalf("columns %v", m.Columns)
	}
	rows := map[string]htmlRow{}
	for _, g := range m.Groups {
		for _, row := range g.Rows {
			rows[row.ID] = row
		}
	}
	if row := rows["RFC9449-4.3-43"]; row.Worst != Failed || row.Cells[0].Verdict != Failed ||
		row.Cells[1].Verdict != Passed || row.Cells[2].Binds {
		t.Errorf("got %+v", row)
	}
	if cell := rows["RFC9449-4.3-12"].Cells[0]; cell.Cases != 2 || cell.Ratio != "" {
		t.Errorf("got %+v", cell)
	}
	if cell := rows["RFC7638-3-01"].Cells[0]; !cell.Binds || cell.Verdict != "" {
		t.Errorf("a requirement without a case: %+v", cell)
	}
	if len(rows) != len(run.Catalogue) {
		t.Errorf("%d of %d requirements", len(rows), len(run.Catalogue))
	}
}

func TestASkippedCaseDoesNotHideThatAnotherPassed(t *testing.T) {
	cell := htmlCell{Column: "API"}
	var cases []htmlCase
	for _, v := range []Verdict{Skipped, Passed, Skipped} {
		cases = append(cases, htmlCase{Case: Case{Verdict: v, Subject: "rs"}})
	}
	if cell.judge(cases); cell.Verdict != Passed || cell.Ratio != "1 of 3" {
		t.Errorf("got %+v", cell)
	}
}

func TestAPlotEndsAtARoundNumberAndHoldsNegativeValues(t *testing.T) {
	plot := plotOf("s", []Measurement{{Name: "a", Value: 612.5, Unit: "s"}, {Name: "b", Value: -100, Unit: "s"},
		{Name: "c", Value: 9, Unit: "ms"}})
	if plot.Max != "1000" || len(plot.Bars) != 2 {
		t.Fatalf("got %+v", plot)
	}
	if a, b := plot.Bars[0], plot.Bars[1]; a.From != "9.09" || a.Length != "55.68" || b.From != "0.00" ||
		b.Length != "9.09" {
		t.Errorf("got %+v", plot.Bars)
	}
}

// What a browser compares with the policy are the octets of the page, as they are written.
func TestThePolicyOfThePageNamesItsScriptAndStyleAndNothingElse(t *testing.T) {
	var out strings.Builder
	page := formats()["html"]
	if err := page.to(&out, redactedSample()); err != nil {
		t.Fatal(err)
	}
	policy := html.UnescapeString(regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(out.String())[1])
	for element, directive := range map[string]string{"script": "script-src ", "style": "style-src "} {
		found := regexp.MustCompile(`(?s)<`+element+`>(.*?)</`+element+`>`).FindAllStringSubmatch(out.String(), -1)
		if len(found) != 1 || !strings.Contains(policy, directive+hashOf(found[0][1])+";") {
			t.Errorf("%d of %s, not what %s says", len(found), element, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || !strings.HasPrefix(policy, "default-src 'none';") {
		t.Error(policy)
	}
}

func TestALargeRunMakesALightPageOnWhichEachCaseHasARow(t *testing.T) {
	run := badAPI(3000, 1)
	for i := range run.Cases {
		run.Cases[i].Exchanges = []Exchange{{URL: "http://h/", Request: strings.Repeat("x", 4096)}}
	}
	out := htmlOf(t, run)
	if rows := strings.Count(out, "-row\" data-v"); rows != len(run.Cases) {
		t.Errorf("%d rows of %d cases", rows, len(run.Cases))
	}
	if perCase := len(out) / len(run.Cases); perCase > 2500 {
		t.Errorf("%d octets a case", perCase)
	}
}

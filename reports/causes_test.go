package reports

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// found is a finding of a family of requirements at an endpoint, answered so.
func found(v Verdict, family, endpoint string, a Answer) Case {
	return Case{
		ID: family + "/" + endpoint, Feature: family + ".feature", FeatureName: "The claim of " + family,
		Scenario: "A " + family + " is refused", Endpoint: endpoint, Subject: "authorization server",
		Verdict: v, Answer: a, Requirements: []Requirement{{ID: "R-" + family, Verdict: "fail"}},
	}
}

var (
	granted       = Answer{Outcome: Accepted, Status: 200}
	alsoGranted   = Answer{Outcome: Accepted, Status: 201}
	refused       = Answer{Outcome: Refused, Status: 400, Code: "invalid_dpop_proof", Words: "htu differs"}
	refusedElse   = Answer{Outcome: Refused, Status: 400, Code: "invalid_dpop_proof", Words: "iat differs"}
	refusedBarely = Answer{Outcome: Refused, Status: 401}
	broke         = Answer{Outcome: BrokeDown, Status: 500}
)

// causesOf groups cases and returns how many each cause has.
func causesOf(cases ...Case) (sizes []int, causes []Cause) {
	run := Run{Cases: cases}
	causes = run.Causes()
	for _, c := range causes {
		sizes = append(sizes, len(c.Cases))
	}
	return sizes, causes
}

func TestFindingsWithOneCauseAreOne(t *testing.T) {
	unsure := func(kind, reason string, a Answer) Case {
		c := found(Inconclusive, "key", "api", a)
		c.Kind, c.Reason = kind, reason
		return c
	}
	elsewhere := found(Failed, "key", "api", granted)
	elsewhere.Subject = "API"
	rate := func(n int) Answer {
		return Answer{Outcome: Refused, Status: 401, Code: "slow_down", Words: fmt.Sprint("try later, request ", n)}
	}
	for name, test := range map[string]struct {
		cases []Case
		want  []int
	}{
		"every endpoint and every success": {[]Case{
			found(Failed, "key", "token", granted), found(Failed, "key", "par", alsoGranted)}, []int{2}},
		"another party": {[]Case{found(Failed, "key", "token", granted), elsewhere}, []int{1, 1}},
		"another family, the largest first": {[]Case{
			found(Failed, "key", "token", granted),
			found(Failed, "htu", "token", granted), found(Failed, "htu", "par", granted)}, []int{2, 1}},
		"another answer": {[]Case{
			found(Failed, "key", "token", granted), found(Failed, "key", "token", refused),
			found(Failed, "key", "token", refusedBarely)}, []int{1, 1, 1}},
		"words about the one request": {[]Case{
			found(Failed, "key", "token", refused), found(Failed, "key", "token", refusedElse)}, []int{2}},
		"a server error, whatever provoked it": {[]Case{
			found(Failed, "key", "token", broke), found(Failed, "htu", "par", broke)}, []int{2}},
		"another worth": {[]Case{
			found(Warned, "key", "token", granted), found(Warned, "key", "token", granted),
			found(Failed, "key", "token", granted)}, []int{1, 2}},
		"what told nothing for one reason, of any family": {[]Case{
			unsure("got %s", "got 401 at 3", rate(3)), unsure("got %s", "got 401 at 44", rate(44))}, []int{2}},
		"another reason": {[]Case{
			unsure("got %s", "got 401", rate(1)), unsure("no token", "no token", rate(1))}, []int{1, 1}},
		"another word of it":     {[]Case{unsure("got %s", "a", refused), unsure("got %s", "a", refusedElse)}, []int{1, 1}},
		"passed, skipped, known": {[]Case{{Verdict: Passed}, {Verdict: Skipped}, {Verdict: Known}}, []int{1}},
		"blocked by the set-up":  {[]Case{{Verdict: Inconclusive, Blocked: "client svc"}}, nil},
	} {
		if got, causes := causesOf(test.cases...); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v: %+v", name, got, test.want, causes)
		}
	}
}

func TestACauseNamesAllThatItsCasesHave(t *testing.T) {
	_, causes := causesOf(found(Failed, "key", "token", granted), found(Failed, "key", "par", granted),
		found(Failed, "key", "par", granted))
	c := causes[0]
	if c.ID != "failed/key/authorization-server/accepted" || !slices.Equal(c.Endpoints, []string{"token", "par"}) ||
		!slices.Equal(c.Requirements, []string{"R-key"}) || c.Title != "A key is refused" || c.Example().ID != "key/token" {
		t.Errorf("got %+v", c)
	}
	if facts := c.facts(); facts != "3 cases · authorization server at token, par · accepted, 200 · R-key" {
		t.Errorf("got %s", facts)
	}
	other := found(Failed, "key", "token", granted)
	other.Scenario = "Another is refused"
	if _, causes := causesOf(found(Failed, "key", "token", granted), other); causes[0].Title != "The claim of key" {
		t.Errorf("of several scenarios: got %s", causes[0].Title)
	}
}

func TestTheIDOfACauseDoesNotDependOnItsOtherCases(t *testing.T) {
	_, few := causesOf(found(Failed, "key", "par", granted))
	_, many := causesOf(found(Failed, "key", "token", granted), found(Failed, "key", "par", granted))
	if few[0].ID != many[0].ID {
		t.Errorf("%s and %s", few[0].ID, many[0].ID)
	}
}

func TestTheWordsOfAServerAreQuotedBriefAndOnOneLine(t *testing.T) {
	hostile := "\x1b[2J\n::error::x\"" + strings.Repeat("long ", 100) + "planted-secret"
	c := found(Failed, "key", "token", Answer{Outcome: Refused, Status: 400, Code: hostile, Words: hostile})
	unsure := found(Inconclusive, "key", "token", Answer{})
	unsure.Reason = "the control got 400 " + hostile
	run := NewRedactor("planted-secret").Run(Run{Cases: []Case{c, c, unsure, unsure}}).Value()
	for _, cause := range run.Causes() {
		for _, text := range []string{cause.Title, cause.facts(), cause.ID} {
			if strings.ContainsAny(text, "\x1b\n") || strings.Contains(text, "planted") || runeLen(text) > 300 {
				t.Errorf("%d characters: %q", runeLen(text), text)
			}
		}
	}
	if said := c.Answer.String(); strings.Count(said, `"`) != 4 {
		t.Errorf("its quotes end early: %s", said)
	}
	if got := (Answer{Refused, 400, "planted-secret", "planted-secret"}); strings.Contains(
		NewRedactor("planted-secret").Case(Case{Answer: got}).Answer.String(), "planted") {
		t.Error("the words of a server are not masked")
	}
}

// badAPI is the result of one that takes everything: so many failures in so many
// families, and others that tell nothing or were skipped.
func badAPI(failures, families int) Run {
	run := sampleRun()
	run.Cases = nil
	example := sampleCases()[0]
	control := example.Exchanges[0]
	control.Title = "an honest request"
	example.Exchanges = []Exchange{control, control, example.Exchanges[0]}
	for i := range failures {
		c := example
		family := fmt.Sprintf("family-%02d", i%families)
		c.ID = fmt.Sprintf("%s/a-rather-long-name-of-a-case-that-is-refused/row-%d@api", family, i)
		c.Repeat = "dpopspec run -c tenant.yaml --id '" + c.ID + "'"
		c.Feature, c.FeatureName = family+".feature", "The claim of "+family
		c.Scenario, c.Answer = fmt.Sprint("Scenario ", i%(3*families)), granted
		run.Cases = append(run.Cases, c)
		if i%5 == 0 {
			c.Verdict = Warned
			run.Cases = append(run.Cases, c)
		}
		if i%5 == 1 {
			c.Verdict, c.Kind, c.Reason = Inconclusive, "no refusal: %s", fmt.Sprint("no refusal: 200, accepted in ", i, " ms")
			run.Cases = append(run.Cases, c)
		}
		c.Verdict, c.Reason, c.Kind = Skipped, fmt.Sprint("the server asks for no nonce of kind ", i%40), ""
		run.Cases = append(run.Cases, c)
	}
	return run
}

// threeScreens is how many lines the report of a very bad party may take, with the
// lines that told of the progress.
const threeScreens = 150

func TestTheReportOfAVeryBadAPIFitsOnThreeScreens(t *testing.T) {
	for _, families := range []int{1, 8, 20, 35} {
		run := badAPI(350, families)
		for i := range 80 { // and as many reasons why nothing was told
			kind := fmt.Sprint("there was no token of kind ", i)
			of := []Requirement{{ID: "R-other", Verdict: "info"}}
			run.Cases = append(run.Cases, Case{
				ID: kind, Verdict: Inconclusive, Kind: kind, Reason: kind, Subject: "API", Requirements: of,
			})
		}
		var out strings.Builder
		p := NewProgress(&out, NewRedactor(), Terminal{Width: 80})
		p.Start(len(run.Cases))
		for _, c := range run.Cases {
			p.Done(c)
		}
		if err := p.Finish(NewRedactor(sampleClientSecret).Run(run)); err != nil {
			t.Fatal(err)
		}
		got := out.String()
		if n := strings.Count(got, "\n"); n > threeScreens {
			t.Errorf("%d families: %d lines", families, n)
		}
		for _, want := range []string{
			"for example", "> POST /oauth/token", "350 failed", "steps to take first", "in the report files",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%d families: %q is missing in\n%s", families, want, got)
			}
		}
		if strings.Contains(got, "an honest request") || !strings.Contains(got, "2 exchanges before it") {
			t.Errorf("%d families: the example shows more than its last exchange", families)
		}
		if n := strings.Count(got, "The claim of family-"); n < families-1 {
			t.Errorf("%d families: %d are named", families, n)
		}
	}
}

func TestProgressTellsOfTheFirstCaseOfEachCauseAndOfFewCauses(t *testing.T) {
	var out strings.Builder
	p := NewProgress(&out, nil, Terminal{Live: true})
	for i := range 300 {
		p.Done(found(Failed, fmt.Sprint("family-", i%30), "token", granted))
	}
	if n := strings.Count(out.String(), "\n✗"); n > mostFound || strings.Count(out.String(), "told at the end") != 1 {
		t.Errorf("%d lines:\n%q", n, out.String())
	}
}

func TestOneFailureAloneIsToldWholly(t *testing.T) {
	c := sampleCases()[0]
	c.Exchanges = append(slices.Clone(c.Exchanges), c.Exchanges[0], c.Exchanges[0], c.Exchanges[0], c.Exchanges[0])
	out := terminal(t, Run{Cases: []Case{c}}, Terminal{})
	if n := strings.Count(out, "> POST /oauth/token"); n != 5 {
		t.Errorf("%d of 5 exchanges", n)
	}
}

func TestEveryFormatNamesTheCasesOfACause(t *testing.T) {
	run := badAPI(30, 3)
	for name, want := range map[string]string{
		"html":        "9 more cases</summary>",
		"json":        `"example": "family-00/`,
		"sarif":       `"dpopspecCause/v1": "failed/family-00/authorization-server/accepted"`,
		"markdown":    "- `family-00/a-rather-long-name-of-a-case-that-is-refused/row-3@api`",
		"annotations": "10 cases · authorization server at token",
		"junit":       "same cause as family-00/",
	} {
		var out strings.Builder
		if err := formats()[name].write(&out, NewRedactor().Run(run)); err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(out.String(), "with the same cause", "")
		text = strings.ReplaceAll(text, " </summary>", "</summary>")
		if !strings.Contains(text, want) {
			t.Errorf("%s: %q is missing in\n%.3000s", name, want, text)
		}
	}
}

func TestSARIFAndAnnotationsHaveOneEntryACause(t *testing.T) {
	run := badAPI(60, 3)
	results := sarifOf(t, run).Results
	if len(results) != 6 { // three failed, three warned
		t.Errorf("%d results", len(results))
	}
	if related := results[0].Related; len(related) > 0 {
		t.Errorf("cases of one line have related places: %+v", related)
	}
	for i := range run.Cases {
		run.Cases[i].Line = i%3 + 1
	}
	if related := sarifOf(t, run).Results[0].Related; len(related) != 2 {
		t.Errorf("cases of three lines have other places: %+v", related)
	}
	if n := len(annotationsOf(t, run)); n != 7 { // and one that told nothing
		t.Errorf("%d annotations", n)
	}
}

func TestTheExampleAloneIsToldAtLengthInJUnit(t *testing.T) {
	_, suites := writtenJUnit(t, badAPI(40, 4))
	long, short := 0, 0
	for _, s := range suites.Suites {
		for _, c := range s.Cases {
			switch {
			case c.Skipped != nil && !strings.HasPrefix(c.Skipped.Message, "inconclusive: ") &&
				!strings.HasPrefix(c.Skipped.Message, "the server asks for no nonce"):
				t.Errorf("a skipped case has a cause: %s", c.Skipped.Message)
			case c.Failure == nil:
			case strings.Contains(c.Failure.Text, "POST /oauth/token"):
				long++
			case strings.Contains(c.Failure.Message, "same cause as ") && strings.Contains(c.Failure.Text, "repeat: dpopspec"):
				short++
			}
		}
	}
	if long != 4 || short != 36 {
		t.Errorf("%d at length, %d in short", long, short)
	}
}

// A server says of its own failure here more than there.
func TestServerErrorsHaveOneCauseWithAndWithoutACode(t *testing.T) {
	broken := Case{Verdict: Failed, Subject: "authorization server", Feature: "proof-key.feature",
		Answer: Answer{Outcome: BrokeDown, Status: 500, Code: "unknown_error"}}
	other := broken
	other.Feature, other.Answer.Code = "proof-time.feature", ""
	if broken.Cause() != other.Cause() {
		t.Errorf("%s and %s", broken.Cause(), other.Cause())
	}
}

// Scenarios of one's own have nothing in common but their file.
func TestAScenarioOfOnesOwnHasACauseOfItsOwn(t *testing.T) {
	run := Run{Cases: []Case{
		{ID: "shop/status/1", Feature: "shop.feature", FeatureName: "Shop", Scenario: "The status is 201", Row: "1", Verdict: Failed},
		{ID: "shop/status/2", Feature: "shop.feature", FeatureName: "Shop", Scenario: "The status is 201", Row: "2", Verdict: Failed},
		{ID: "shop/header", Feature: "shop.feature", FeatureName: "Shop", Scenario: "The header is there", Verdict: Failed},
	}}
	causes := run.Causes()
	if len(causes) != 2 || causes[0].Title != "The status is 201" || len(causes[0].Cases) != 2 || causes[1].Title != "The header is there" {
		t.Errorf("%+v", causes)
	}
	for _, a := range run.largest(true) {
		if strings.HasSuffix(a.Text, ", ") {
			t.Errorf("%q", a.Text)
		}
	}
}

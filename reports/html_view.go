package reports

import (
	"fmt"
	"slices"
	"strings"
)

// htmlPage is what the template shows: the run, sorted and counted for readers.
type htmlPage struct {
	Run      *Run
	Under    string // the profile and its revision
	Verdict  Conformance
	Mood     string // good, bad or partial: the colour of the verdict
	Lead     string
	Why      []string
	Started  string
	Took     string
	Counts   []htmlCount
	SetUp    []htmlProblem
	Steps    []Advice
	Broken   []htmlCause
	Errored  []htmlCause
	Lesser   []htmlCause // warned, inconclusive and known
	Untold   int         // further causes, whose cases have a row each
	Gaps     []gapGroup
	Matrix   htmlMatrix
	Plots    []htmlPlot
	Features []htmlFeature
	Filter   htmlFilter
	Paper    htmlPaper
}

type htmlCount struct {
	Verdict Verdict
	N       int
	From    int // where its part of the bar begins, and how long that is, in thousandths
	Length  int
}

type htmlCase struct {
	Case
	Anchor string
	Took   string
	Open   bool // its evidence is shown unasked
	Again  bool // the example of its cause tells why it matters and what to do
	Listed bool // it has a row and nothing more: its cause has many cases
	Bare   bool // what was sent stands in the JSON report alone

	Party, At, By string // by which the page is filtered: party, endpoint, number of the cause
}

// target is where the page tells most of the case: its finding, or its row.
func (c htmlCase) target() string {
	switch c.Verdict {
	case Passed, Noted, Skipped:
		return c.Anchor + "-row"
	}
	if c.Listed || c.By == "" {
		return c.Anchor + "-row"
	}
	return c.Anchor
}

type htmlFeature struct {
	Name, Path string
	Cases      []htmlCase
	Counts     []htmlCount
	Open       bool
}

// moods are the colours of a verdict.
var moods = map[Conformance]string{
	Conformant: "good", NotConformant: "bad", Partial: "partial", CouldNotTest: "bad", SelectionPassed: "good",
}

func htmlPageOf(run *Run) htmlPage {
	p := htmlPage{
		Run: run, Under: run.under(),
		Verdict: run.Conformance(), Lead: lead(run), Why: append(partiality(run), remarks(run)...), Gaps: gapGroups(run),
		Started: run.Started.UTC().Format("2 January 2006, 15:04 UTC"), Took: brevity(run.Duration),
		Plots: plotsOf(eachOnce(run.Measurements)),
	}
	p.Mood = moods[p.Verdict]
	p.Counts = counts(run.Cases)
	p.Steps = run.StepsFirst()
	p.SetUp = list(run.SetUp, func(problem Problem) htmlProblem {
		problem.What = sentence(oneLine(problem.What))
		return htmlProblem{problem, run.cost(problem)}
	})
	cases, causes := htmlCases(run.Cases), run.Causes()
	p.Filter = filterOf(causes, cases)
	p.sort(run, htmlCauses(causes, cases))
	p.Features = featuresOf(cases)
	p.Matrix = matrixOf(run, cases)
	p.Paper = paperOf(&p, causes)
	return p
}

// lead is the verdict in a sentence.
func lead(run *Run) string {
	broken := map[string]bool{}
	scenarios := 0
	for _, c := range run.Cases {
		if !c.Fails(run.Strict) {
			continue
		}
		if len(c.Requirements) == 0 {
			scenarios++
		}
		for _, q := range c.Requirements {
			broken[q.ID] = true
		}
	}
	var parts []string
	if len(broken) > 0 {
		parts = append(parts, plural(len(broken), "requirement"))
	}
	if scenarios > 0 {
		parts = append(parts, plural(scenarios, "scenario"))
	}
	switch {
	case len(parts) == 1 && len(broken)+scenarios == 1:
		return parts[0] + " is broken."
	case len(parts) > 0:
		return strings.Join(parts, " and ") + " are broken."
	case run.Conformance() == CouldNotTest:
		return "No case told anything of the target: see the reasons."
	case run.Conformance() == SelectionPassed:
		return "What was chosen of the plan holds: " + run.Selection.words(len(run.Cases)) + ". It says nothing of the rest."
	case run.Conformance() == Partial:
		return "Nothing that was tested is broken, but not everything could be tested or is in order."
	}
	return "Every mandatory requirement with a case was tested and holds."
}

func counts(cases []Case) []htmlCount {
	run := Run{Cases: cases}
	s := run.Summary()
	var list []htmlCount
	from := 0
	for _, v := range slices.Backward(Verdicts) {
		if n := s.Of(v); n > 0 {
			length := max(6, 1000*n/s.Total) // the least that is seen
			list = append(list, htmlCount{v, n, from, length})
			from += length
		}
	}
	return list
}

// htmlCases gives every case an anchor made of its id.
func htmlCases(cases []Case) []htmlCase {
	taken := map[string]bool{}
	out := make([]htmlCase, len(cases))
	for i, c := range cases {
		anchor := "case-" + slug(c.ID)
		if taken[anchor] {
			anchor = fmt.Sprintf("%s-%d", anchor, i)
		}
		taken[anchor] = true
		out[i] = htmlCase{Case: c, Anchor: anchor, Took: brevity(c.Duration)}
	}
	return out
}

func featuresOf(cases []htmlCase) []htmlFeature {
	at := map[string]int{}
	var list []htmlFeature
	plain := map[string][]Case{}
	for _, c := range cases {
		i, ok := at[c.Feature]
		if !ok {
			i = len(list)
			at[c.Feature] = i
			list = append(list, htmlFeature{Name: firstOf(c.FeatureName, c.Feature), Path: c.Feature})
		}
		list[i].Cases = append(list[i].Cases, c)
		plain[c.Feature] = append(plain[c.Feature], c.Case)
	}
	for i := range list {
		list[i].Counts = counts(plain[list[i].Path])
	}
	return list
}

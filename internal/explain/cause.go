package explain

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
)

// cause explains the id of a cause, as reports give it: verdict, feature, party and
// answer, joined by slashes. What has no feature in it tells why nothing could be told.
func (l *library) cause(id string) (e Explanation, found bool, err error) {
	verdict, rest, _ := strings.Cut(id, "/")
	w, known := words[verdict]
	if !known || rest == "" || !slices.Contains(reports.Verdicts, reports.Verdict(verdict)) {
		return e, false, nil
	}
	e = Explanation{ID: id, Kind: "cause", Remedy: w.todo}
	e.Text = "Findings that have one cause: the same verdict, party and answer. " + w.means
	feature, about, _ := strings.Cut(rest, "/")
	of := func(c *runner.Case) bool {
		return strings.TrimSuffix(c.Feature, ".feature") == feature &&
			strings.HasPrefix(about, strings.ReplaceAll(c.Subject.Name(), " ", "-"))
	}
	e.Scenarios = l.scenarios(of)
	if len(e.Scenarios) == 0 {
		return e, true, nil
	}
	e.Run = "dpopspec run --id '" + feature + "/*'"
	said := map[string]int{} // remedies, by how many cases ask for each
	for _, c := range l.cases {
		if !of(c) {
			continue
		}
		for _, r := range c.Requirements {
			if said[r.Remedy]++; !slices.Contains(e.Requirements, r.ID) {
				e.Requirements = append(e.Requirements, r.ID)
			}
		}
	}
	if len(e.Requirements) == 1 { // of several, none speaks for all
		if r, known := l.catalogue.Find(e.Requirements[0]); known {
			e.Attack, e.Expected = r.Why, r.Expected
			e.Stands, e.Link = standsIn(r)
		}
	}
	list := slices.SortedFunc(maps.Keys(said), func(a, b string) int {
		return cmp.Or(said[b]-said[a], strings.Compare(a, b))
	})
	if len(list) > 0 {
		e.Remedy = strings.Join(list[:min(mostRemedies, len(list))], " Or: ")
	}
	return e, true, nil
}

// mostRemedies is of how many a cause tells: its cases may be about several requirements.
const mostRemedies = 3

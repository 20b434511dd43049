package baseline

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/reports"
)

// Change is a kind of difference between two runs.
type Change string

// The kinds of differences, the gravest first.
const (
	Broken    Change = "broken"    // it fails, and did not
	Untested  Change = "untested"  // it was tested, and is not any more: skipped, inconclusive or errored
	Vanished  Change = "vanished"  // it was tested, and there is no such case in the newer run
	Mended    Change = "mended"    // it failed, and holds
	Excused   Change = "excused"   // it failed, and the file of known deviations excuses it
	Otherwise Change = "otherwise" // another verdict, and neither is a failure
	Appeared  Change = "appeared"  // a case that the older run had not, and that does not fail
)

// Changes lists all kinds, in the order in which they are told.
var Changes = []Change{Broken, Untested, Vanished, Mended, Excused, Otherwise, Appeared}

// Differing is a case that ended otherwise.
type Differing struct {
	ID       string          `json:"id"`
	Was      reports.Verdict `json:"was,omitempty"` // empty: there was no such case
	Is       reports.Verdict `json:"is,omitempty"`  // empty: there is no such case
	Reason   string          `json:"reason,omitempty"`
	Endpoint string          `json:"endpoint,omitempty"`
}

// Group is what changed in one way and has one cause.
type Group struct {
	Change Change      `json:"change"`
	Worse  bool        `json:"worse"`
	Cause  string      `json:"cause,omitempty"` // its id, as in the report; empty: there is none
	Title  string      `json:"title"`
	Cases  []Differing `json:"cases"`
}

// Side is one of the two runs.
type Side struct {
	File    string              `json:"file"`
	Verdict reports.Conformance `json:"verdict"`
	Summary reports.Summary     `json:"summary"`

	run reports.Run
}

// Diff is how a run differs from an earlier one.
type Diff struct {
	Old    Side     `json:"old"`
	New    Side     `json:"new"`
	Worse  bool     `json:"worse"`  // something is worse than it was
	Differ []string `json:"differ"` // what else differs: profile, level, target …
	Groups []Group  `json:"changes"`
}

// Compare says how a run differs from an earlier one. Both must be masked.
func Compare(oldFile string, before reports.Run, newFile string, after reports.Run) Diff {
	d := Diff{
		Old:    Side{oldFile, before.Conformance(), before.Summary(), before},
		New:    Side{newFile, after.Conformance(), after.Summary(), after},
		Differ: differences(&before, &after), Groups: []Group{},
	}
	c := comparison{groups: map[string]*Group{}, comparable: len(d.Differ) == 0}
	c.titles = titles(&before, &after)
	was := map[string]reports.Case{}
	for _, one := range before.Cases {
		was[one.ID] = one
	}
	for _, is := range after.Cases {
		if old, found := was[is.ID]; found {
			c.changed(&before, &after, old, is)
			delete(was, is.ID)
		} else {
			c.appeared(&after, is)
		}
	}
	for _, old := range before.Cases {
		if _, left := was[old.ID]; left {
			c.vanished(&before, old, after.LacksCases())
		}
	}
	for _, g := range c.order {
		d.Groups = append(d.Groups, *g)
		d.Worse = d.Worse || g.Worse
	}
	slices.SortStableFunc(d.Groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(slices.Index(Changes, a.Change), slices.Index(Changes, b.Change)),
			-cmp.Compare(len(a.Cases), len(b.Cases)))
	})
	return d
}

type comparison struct {
	groups     map[string]*Group
	order      []*Group
	titles     map[string]string // by cause
	comparable bool              // both runs are of one plan, as far as they say
}

func (c *comparison) changed(before, after *reports.Run, old, is reports.Case) {
	failed, fails := old.Fails(before.Strict), is.Fails(after.Strict)
	switch {
	case fails && !failed:
		c.add(Broken, true, is, Differing{Was: old.Verdict, Is: is.Verdict})
	case fails:
	case is.Verdict == old.Verdict && !failed:
	case untested(is) && !untested(old):
		c.add(Untested, true, is, Differing{Was: old.Verdict, Is: is.Verdict})
	case failed && is.Verdict == reports.Known:
		c.add(Excused, false, is, Differing{Was: old.Verdict, Is: is.Verdict})
	case failed:
		c.add(Mended, false, old, Differing{Was: old.Verdict, Is: is.Verdict})
	default:
		c.add(Otherwise, false, is, Differing{Was: old.Verdict, Is: is.Verdict})
	}
}

func (c *comparison) appeared(after *reports.Run, is reports.Case) {
	if is.Fails(after.Strict) || is.Extra && is.Verdict == reports.Errored {
		c.add(Broken, true, is, Differing{Is: is.Verdict})
		return
	}
	c.add(Appeared, false, is, Differing{Is: is.Verdict})
}

// vanished: a finding, or a known deviation that was gone, is mended if it is not told any
// more. A case is worse off if nothing says why it is missing.
func (c *comparison) vanished(before *reports.Run, old reports.Case, lacking bool) {
	switch {
	case old.Extra && !lacking:
		c.add(Mended, false, old, Differing{Was: old.Verdict})
	case untested(old):
		c.add(Otherwise, false, old, Differing{Was: old.Verdict})
	default:
		c.add(Vanished, c.comparable || lacking, old, Differing{Was: old.Verdict})
	}
}

// add puts a case with those that changed alike and have its cause.
func (c *comparison) add(change Change, worse bool, one reports.Case, d Differing) {
	d.ID, d.Endpoint, d.Reason = one.ID, one.Endpoint, one.Reason
	cause := one.Cause()
	title := c.titles[cause]
	if title == "" {
		title = one.FeatureName
	}
	key := fmt.Sprint(change, worse, "\x00", cause, "\x00", title)
	g := c.groups[key]
	if g == nil {
		g = &Group{Change: change, Worse: worse, Cause: cause, Title: title}
		c.groups[key], c.order = g, append(c.order, g)
	}
	g.Cases = append(g.Cases, d)
}

// titles are those of the causes of both runs.
func titles(runs ...*reports.Run) map[string]string {
	by := map[string]string{}
	for _, run := range runs {
		for _, cause := range run.Causes() {
			by[cause.ID] = cause.Title + " · " + cause.Where()
		}
	}
	return by
}

// untested says whether a case ended without telling anything.
func untested(c reports.Case) bool {
	switch c.Verdict {
	case reports.Skipped, reports.Inconclusive, reports.Errored:
		return true
	}
	return false
}

// differences are what else than verdicts differs, and may be why they do.
func differences(before, after *reports.Run) []string {
	list := []string{}
	note := func(what, a, b string) {
		if a != b {
			list = append(list, fmt.Sprintf("%s: %s, now %s", what, cmp.Or(line(a), "none"), cmp.Or(line(b), "none")))
		}
	}
	note("version", before.Version, after.Version)
	note("requirements", set(before), set(after))
	note("profile", before.Profile, after.Profile)
	note("revision of the profile", before.Revision, after.Revision)
	note("level", before.Level, after.Level)
	note("strict", fmt.Sprint(before.Strict), fmt.Sprint(after.Strict))
	note("selection", selection(before), selection(after))
	note("rounds", fmt.Sprint(max(before.Rounds, 1)), fmt.Sprint(max(after.Rounds, 1)))
	for i := range max(len(before.Target), len(after.Target)) {
		var a, b reports.Party
		if i < len(before.Target) {
			a = before.Target[i]
		}
		if i < len(after.Target) {
			b = after.Target[i]
		}
		note(cmp.Or(a.Role, b.Role), party(a), party(b))
	}
	if after.LacksCases() {
		list = append(list, "the newer run was cut short: cases are missing")
	}
	if before.LacksCases() {
		list = append(list, "the older run was cut short: cases are missing")
	}
	return list
}

func set(run *reports.Run) string {
	if len(run.Set.Digest) < 16 {
		return run.Set.Version
	}
	return run.Set.Version + " (" + run.Set.Digest[:15] + ")"
}

func selection(run *reports.Run) string {
	if run.Selection == nil {
		return "the whole plan"
	}
	return fmt.Sprintf("%s, of %d", run.Selection.How, run.Selection.Of)
}

// party is who was tested. Where an embedded one listened differs by nature.
func party(p reports.Party) string {
	if p.Kind != "real" {
		return p.Kind
	}
	return fmt.Sprintf("%s %s %s", p.Kind, p.Name, p.Where)
}

package reports

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
)

// Cause is what findings have in common: one fault of a server makes hundreds of
// cases fail, and a person mends the fault.
//
// Broken requirements have one cause if they are of one subject of the catalogue,
// that is of one feature file, at one party that answered alike, at whichever of its
// endpoints. A scenario of somebody's own that tests no requirement has a cause of its
// own. Server errors have one cause whatever they were provoked by. What could
// not be told has one cause if it ended for one reason and a server answered alike.
type Cause struct {
	ID           string // stable: the same fault has it in the next run
	Verdict      Verdict
	Title        string // what is wrong: one line
	Subject      string // the party under test
	Endpoints    []string
	Requirements []string // their ids
	Answer       Answer   // that of the example
	Cases        []Case   // the example first
}

// caused are the verdicts whose cases have causes, in the order of reports.
var caused = []Verdict{Failed, Errored, Warned, Inconclusive, Known, Noted}

// Causes groups the findings of the run, the gravest kind first and in each the
// largest first. What the set-up blocked has its cause there, and why a case was
// skipped stands in its reason.
func (r *Run) Causes() []Cause {
	var list []*Cause
	by := map[string]*Cause{}
	for _, c := range r.Cases {
		id := c.Cause()
		if id == "" {
			continue
		}
		cause := by[id]
		if cause == nil {
			cause = &Cause{ID: id, Verdict: c.Verdict, Subject: c.Subject, Answer: c.Answer}
			by[id] = cause
			list = append(list, cause)
		}
		cause.add(c)
	}
	slices.SortStableFunc(list, func(a, b *Cause) int {
		if a.Verdict != b.Verdict {
			return slices.Index(caused, a.Verdict) - slices.Index(caused, b.Verdict)
		}
		return len(b.Cases) - len(a.Cases)
	})
	causes := make([]Cause, len(list))
	for i, cause := range list {
		cause.Title = cause.title()
		causes[i] = *cause
	}
	return causes
}

// Example is the case that stands for all of them.
func (c Cause) Example() Case { return c.Cases[0] }

func (c *Cause) add(one Case) {
	c.Cases = append(c.Cases, one)
	if at := one.at(); at != "" && !slices.Contains(c.Endpoints, at) {
		c.Endpoints = append(c.Endpoints, at)
	}
	for _, id := range one.requirementIDs() {
		if !slices.Contains(c.Requirements, id) {
			c.Requirements = append(c.Requirements, id)
		}
	}
}

// titleWidth is how long a title may be: a reason may hold a stranger's words.
const titleWidth = 160

func (c *Cause) title() string {
	first := c.Example()
	another := func(c Case) bool { return c.Scenario != first.Scenario }
	switch {
	case !blames(first):
		return clip(oneLine(headline(first)), titleWidth)
	case len(c.Cases) == 1:
		return shorten(oneLine(first.claim()), titleWidth)
	case !slices.ContainsFunc(c.Cases, another):
		return clip(oneLine(firstOf(first.Scenario, first.ID)), titleWidth)
	case first.Answer.Outcome == BrokeDown:
		return "It breaks down at what it is sent"
	}
	if probe := first.probe(); probe != "" {
		return clip("Probes: "+strings.ReplaceAll(probe, "-", " "), titleWidth)
	}
	return clip(oneLine(firstOf(first.FeatureName, first.Feature)), titleWidth)
}

// at is where the case was run: an endpoint, or an operation of an API.
func (c Case) at() string {
	if c.Operation == "" {
		return c.Endpoint
	}
	return strings.TrimSpace(c.Endpoint + " " + c.Operation)
}

// probe is the feature of ours whose case was run at an operation; empty: none was.
func (c Case) probe() string {
	probe, found := strings.CutPrefix(c.ID, c.Operation+"/")
	if c.Operation == "" || !found {
		return ""
	}
	feature, _, _ := strings.Cut(probe, "/")
	return feature
}

// claim is the scenario with its row.
func (c Case) claim() string {
	c.Endpoint = ""
	return c.Title()
}

// Where is the party, and its endpoints if it makes a difference.
func (c Cause) Where() string {
	parts := []string{oneLine(c.Subject)}
	if len(c.Endpoints) > 0 {
		parts = append(parts, "at "+oneLine(strings.Join(c.Endpoints, ", ")))
	}
	return strings.TrimSpace(strings.Join(parts, " "))
}

// blames says whether the case tells of a broken requirement, and not of what
// kept it from telling.
func blames(c Case) bool { return c.Verdict.Breaks() || c.Verdict == Known }

// Cause is the id of the cause of the case; empty where it has none: it passed, was
// skipped, or was blocked by the set-up.
func (c Case) Cause() string {
	if c.Blocked != "" || !slices.Contains(caused, c.Verdict) {
		return ""
	}
	parts := []string{string(c.Verdict)}
	answer := c.Answer
	if blames(c) && answer.Outcome != BrokeDown {
		parts = append(parts, firstOf(c.probe(), strings.TrimSuffix(c.Feature, ".feature")))
		if len(c.Requirements) == 0 && !c.Extra {
			parts = append(parts, c.Scenario)
		}
	}
	parts = append(parts, c.Subject)
	if answer.Outcome != "" {
		parts = append(parts, answer.key())
	}
	if !blames(c) {
		parts = append(parts, digest(firstOf(c.Kind, c.Reason), gist(answer.Words)))
	}
	for i, part := range parts {
		parts[i] = slug(oneLine(part))
	}
	return strings.Join(parts, "/")
}

// key is what tells an answer from others. Which success it was makes no difference,
// and the words of an error say what was wrong with the one request.
func (a Answer) key() string {
	switch a.Outcome {
	case Accepted:
		return string(a.Outcome)
	case BrokeDown: // what is said of it in one place is left out in another
		a.Code = ""
	}
	return strings.Trim(fmt.Sprintf("%s-%d-%s", a.Outcome, a.Status, clip(a.Code, codeWidth)), "-")
}

// digest stands for texts that would make an id too long.
func digest(texts ...string) string {
	h := fnv.New32a()
	for _, text := range texts {
		h.Write([]byte(text + "\x00"))
	}
	return fmt.Sprintf("%08x", h.Sum32())
}

// gives says whether the cause gives the run its verdict, and is worth an example
// whatever room that takes.
func (c Cause) gives(strict bool) bool {
	first := c.Example()
	return first.Fails(strict) || first.Verdict == Errored
}

// facts are how many cases there are, where, what was answered, and the requirements.
func (c Cause) facts() string {
	parts := []string{tally(len(c.Cases), "case")}
	for _, part := range []string{c.Where(), c.Answer.String(), someOf(c.Requirements, fewIDs)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " · ")
}

// fewIDs is how many names of a list are told: requirements, cases.
const fewIDs = 3

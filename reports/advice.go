package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Advice is one step that would make many cases run or pass.
type Advice struct {
	Text  string // what stands in the way: "1,750 cases were skipped: no client may use authorization_code"
	Key   string // the key of the configuration to look at, or a flag; empty: none
	Cases int    // that wait for it
}

// mostAdvice is how many steps are advised: whoever gets more begins with none.
const mostAdvice = 5

// StepsFirst are the steps to take first: what is wrong with the set-up, what the
// configuration could say that would let skipped cases run, and the largest cause of
// failures and of findings that tell nothing.
func (r *Run) StepsFirst() []Advice {
	var list []Advice
	for _, p := range r.SetUp {
		text := "it does not work: " + oneLine(p.What)
		n := r.blocked(p.Name)
		if n > 0 {
			text = tally(n, "case") + " could not be tested: " + oneLine(p.What)
		}
		list = append(list, Advice{text, p.Key, n})
	}
	unchecked := r.unchecked()
	others := slices.Concat(r.lacking(), unchecked, r.largest(len(unchecked) == 0))
	slices.SortStableFunc(others, func(a, b Advice) int { return cmp.Or(a.later()-b.later(), b.Cases-a.Cases) })
	list = append(list, others...)
	return list[:min(len(list), mostAdvice)]
}

// lacking is what the configuration does not say though cases would need it. What few
// have is no step for everybody: its reason stands among those of the skipped cases. What
// a flag alone lets run, because it waits or may hurt, comes behind what is to be added.
func (r *Run) lacking() []Advice {
	type lack struct{ key, reason string }
	count := map[lack]int{}
	var order []lack
	for _, c := range r.Cases {
		if c.Verdict != Skipped || c.Key == "" || c.Rare || c.Blocked != "" {
			continue
		}
		l := lack{c.Key, oneLine(c.Reason)}
		if count[l] == 0 {
			order = append(order, l)
		}
		count[l]++
	}
	return list(order, func(l lack) Advice {
		were := " were skipped: "
		if count[l] == 1 {
			were = " was skipped: "
		}
		return Advice{Text: tally(count[l], "case") + were + l.reason, Key: l.key, Cases: count[l]}
	})
}

// largest is the largest cause of what could not be told, and of failures if that is
// wanted: one of a single case is no cause of many.
func (r *Run) largest(failures bool) []Advice {
	var list []Advice
	s := r.Summary()
	told := map[Verdict]bool{}
	for _, c := range r.Causes() {
		n := len(c.Cases)
		if told[c.Verdict] || n < 2 || c.Verdict == Failed && !failures {
			continue
		}
		told[c.Verdict] = true
		of := s.Of(c.Verdict)
		switch c.Verdict {
		case Failed:
			text := fmt.Sprintf("%s of %s have one cause: %s", thousands(n), tally(of, "failure"), c.Title)
			if where := c.Where(); where != "" {
				text += ", " + where
			}
			list = append(list, Advice{Text: text, Cases: n})
		case Inconclusive, Errored:
			text := thousands(n) + " of " + tally(of, string(c.Verdict)+" case") + " told nothing for one reason: "
			list = append(list, Advice{Text: text + c.Title, Cases: n})
		}
	}
	return list
}

// unchecked are parties that accept so much of what they should refuse that they may
// check nothing at all: most failures, of several causes, are requests that were granted.
func (r *Run) unchecked() []Advice {
	cases, causes := map[string]int{}, map[string]int{} // by the party that granted them
	var parties []string
	for _, c := range r.Causes() {
		if c.Verdict != Failed || c.Answer.Outcome != Accepted {
			continue
		}
		if causes[c.Subject] == 0 {
			parties = append(parties, c.Subject)
		}
		cases[c.Subject] += len(c.Cases)
		causes[c.Subject]++
	}
	var list []Advice
	of := r.Summary().Failed
	for _, party := range parties {
		if n := cases[party]; causes[party] >= manyCauses && 2*n > of {
			list = append(list, Advice{Cases: n, Text: fmt.Sprintf("%s of %s are requests that the %s granted, of %d causes: "+
				"see first whether it checks proofs at all", thousands(n), tally(of, "failure"), oneLine(party), causes[party])})
		}
	}
	return list
}

// manyCauses is more than one missing check explains.
const manyCauses = 8

// later is 1 if the step takes time or may hurt, which is for those who have done the
// others: a flag, or a limit of the run. Else it is 0.
func (a Advice) later() int {
	if strings.HasPrefix(a.Key, "--") || strings.HasPrefix(a.Key, "limits.") {
		return 1
	}
	return 0
}

// told says whether the text names the key, if there is one.
func (a Advice) told() bool { return a.Key == "" || strings.Contains(a.Text, a.Key) }

// line is the advice in one line.
func (a Advice) line() string {
	if a.told() {
		return oneLine(a.Text)
	}
	return oneLine(a.Text + " → " + a.Key)
}

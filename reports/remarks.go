package reports

import (
	"fmt"
	"strings"
)

// Instances is the name of the capability that lists the instances of a real
// party, as far as its answers told them apart.
const Instances = "instances"

// Clock is the name of the capability that tells how the Date of a real server
// differs from the clock by which it judges proofs: "the Date of https://api.example
// is 1h ahead of the clock by which it takes proofs".
const Clock = "clock"

// InSomeRounds says in how many rounds the case broke a requirement, if it did not
// in all; else it is empty.
func (c Case) InSomeRounds() string {
	if c.Broke == 0 || c.Broke == c.Rounds {
		return ""
	}
	return fmt.Sprintf("in %d of %d rounds", c.Broke, c.Rounds)
}

// remarks are what has to be said of servers beside the verdict: which instances gave
// themselves away, whose clock tells two times, and what one clean pass does not say of
// servers that may be several behind one address.
func remarks(run *Run) []string {
	var lines []string
	servers := false
	if n := run.Unlisted.Total; n > 0 {
		lines = append(lines, fmt.Sprintf("Judged and counted, but not listed: %s, of many that are alike or older.",
			tally(n, "case")))
	}
	for _, p := range run.Target {
		servers = servers || p.Kind == "real" && p.Role != "client"
		for _, c := range p.Capabilities {
			switch c.Name {
			case Instances:
				lines = append(lines, fmt.Sprintf("Several instances, or one behind another, seem to answer for "+
					"the %s: %s.", p.Role, c.Value))
			case Clock:
				lines = append(lines, sentence(c.Value)+".")
			}
		}
	}
	clean := !run.fails() && run.tested()
	if servers && clean && run.Rounds <= 1 {
		lines = append(lines, "One pass cannot tell instances apart: what only one of several fails, another may "+
			"have answered; --repeat 5 asks five times.")
	}
	return lines
}

// partiality is why a run that broke nothing is not conformant either, and
// what is missing from one that did.
func partiality(run *Run) []string {
	var why []string
	s := run.Summary()
	if run.Interrupted {
		why = append(why, "The run was cut short: "+firstOf(oneLine(run.Cut), "cases are missing")+".")
	}
	if run.Selection != nil && len(run.Selection.Lost) > 0 {
		why = append(why, "Shards are missing: "+strings.Join(run.Selection.Lost, ", ")+".")
	}
	if s.Total == 0 {
		why = append(why, "No case was run.")
	}
	own, requirements := 0, 0
	for _, gap := range run.Gaps() {
		if gap.Case != "" {
			own++
		} else {
			requirements++
		}
	}
	if requirements > 0 {
		why = append(why, plural(requirements, "mandatory requirement")+" could not be tested.")
	}
	if own > 0 {
		why = append(why, plural(own, "scenario")+" of your own could not be judged.")
	}
	if s.Known > 0 {
		text := plural(s.Known, "known deviation") + " excused"
		if n := run.unreasoned(); n > 0 {
			text += fmt.Sprintf("; no reason is given for %d of them", n)
		}
		why = append(why, text+".")
	}
	if n := run.outdated(); n > 0 {
		text := "1 entry of the list of known deviations is out of date; take it out."
		if n > 1 {
			text = fmt.Sprintf("%d entries of the list of known deviations are out of date; take them out.", n)
		}
		if !run.breaks() {
			text += " Nothing else fails."
		}
		why = append(why, text)
	}
	if s.Errored > 0 {
		why = append(why, plural(s.Errored, "case")+" ended in an error of the harness or of the way to the target.")
	}
	return why
}

// NoReason is the kind of the reason of a known deviation whose entry gives none yet.
const NoReason = "no reason is given"

// unreasoned counts the known deviations that nobody has given a reason for.
func (r *Run) unreasoned() int {
	n := 0
	for i := range r.Cases {
		if r.Cases[i].Verdict == Known && r.Cases[i].Kind == NoReason {
			n++
		}
	}
	return n
}

// words say how much of the plan was run.
func (s *Selection) words(cases int) string {
	text := fmt.Sprintf("%d of %s", cases, plural(s.Of, "case"))
	if s.How != "" {
		text += " (" + oneLine(s.How) + ")"
	}
	return text
}

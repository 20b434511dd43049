package reports

import "slices"

// htmlCause is a cause with its cases as the page shows them.
type htmlCause struct {
	Cause
	Facts   string
	Claims  []htmlClaim
	Example htmlCase
	Others  []htmlCase
	Rest    int // further cases, which have a row each
}

// htmlClaim is a scenario of a cause, with how many of its cases.
type htmlClaim struct {
	Scenario string
	N        int
}

// claimsOf are the scenarios of a cause, if there are several.
func claimsOf(c Cause) []htmlClaim {
	var claims []htmlClaim
	for _, one := range c.Cases {
		i := slices.IndexFunc(claims, func(known htmlClaim) bool { return known.Scenario == one.Scenario })
		if i < 0 {
			i = len(claims)
			claims = append(claims, htmlClaim{Scenario: one.Scenario})
		}
		claims[i].N++
	}
	if len(claims) < 2 {
		return nil
	}
	slices.SortStableFunc(claims, func(a, b htmlClaim) int { return b.N - a.N })
	return claims
}

// htmlProblem is one of the set-up, with what it costs.
type htmlProblem struct {
	Problem
	Cost string
}

// opened is of how many causes the page shows the evidence unasked: a long page of
// it helps nobody.
const opened = 10

// How much of the cases of one cause the page tells, beside their rows, and of how many
// cases in all it shows what was sent. The JSON report has everything.
const (
	mostTold     = 50
	mostEvidence = 10
	allTold      = 1000
	allEvidence  = 200
)

// htmlCauses are the causes with their cases, among which those are marked that have no
// more than a row.
func htmlCauses(causes []Cause, cases []htmlCase) []htmlCause {
	by := map[string][]*htmlCase{}
	for i := range cases {
		if id := cases[i].Cause(); id != "" {
			by[id] = append(by[id], &cases[i])
		}
	}
	shown, told := 0, 0
	return list(causes, func(c Cause) htmlCause {
		of := by[c.ID]
		h := htmlCause{Cause: c, Facts: c.facts(), Claims: claimsOf(c)}
		for i, one := range of {
			one.Again = i > 0
			if one.Listed = i > mostTold || told >= allTold; one.Listed {
				h.Rest++
				continue
			}
			told++
			one.Bare = i > mostEvidence || shown >= allEvidence
			if !one.Bare {
				shown++
			}
			if i == 0 {
				h.Example = *one
			} else {
				h.Others = append(h.Others, *one)
			}
		}
		return h
	})
}

// sort puts the causes where the page shows them.
func (p *htmlPage) sort(run *Run, causes []htmlCause) {
	for _, c := range causes {
		switch {
		case c.Example.ID == "" && c.Example.Anchor == "": // the page has no room for it: its cases have their rows
			p.Untold++
		case c.Example.Fails(run.Strict):
			c.Example.Open = len(p.Broken) < opened
			p.Broken = append(p.Broken, c)
		case c.Verdict == Errored:
			p.Errored = append(p.Errored, c)
		case c.Verdict != Noted:
			p.Lesser = append(p.Lesser, c)
		}
	}
}

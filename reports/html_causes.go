package reports

import "slices"

// htmlCause is a cause with its cases as the page shows them.
type htmlCause struct {
	Cause
	Facts   string
	Claims  []htmlClaim
	Example htmlCase
	Others  []htmlCase
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

// htmlCauses are the causes with their cases.
func htmlCauses(run *Run, cases []htmlCase) []htmlCause {
	by := map[string][]htmlCase{}
	for _, c := range cases {
		if id := c.Cause(); id != "" {
			by[id] = append(by[id], c)
		}
	}
	return list(run.Causes(), func(c Cause) htmlCause {
		of := by[c.ID]
		h := htmlCause{Cause: c, Facts: c.facts(), Claims: claimsOf(c), Example: of[0], Others: of[1:]}
		for i := range h.Others {
			h.Others[i].Again = true
		}
		return h
	})
}

// sort puts the causes where the page shows them.
func (p *htmlPage) sort(run *Run, causes []htmlCause) {
	for _, c := range causes {
		switch {
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

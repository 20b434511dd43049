package reports

import (
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/internal/visible"
)

// sarifRelated is how many places of other cases a result names.
const sarifRelated = 50

func sarifResultOf(cause Cause, id string, index int, level string) sarifResult {
	c := cause.Example()
	r := sarifResult{
		RuleID: id, RuleIndex: index, Level: level,
		Message:   sarifText{oneLine(c.Title() + ": " + headline(c))},
		Locations: []sarifLocation{sarifPlace(c)},
		Fingerprints: map[string]string{
			"dpopspecCause/v1": cause.ID, "dpopspecCase/v1": c.ID + " " + id,
		},
		Properties: map[string]any{
			"verdict": string(c.Verdict), "requirements": list(cause.Requirements, identity),
			"cases": list(cause.Cases, func(one Case) string { return one.ID }),
		},
	}
	if n := len(cause.Cases); n > 1 {
		r.Message.Text = fmt.Sprintf("%s: %s. For example %s", cause.Title, cause.facts(), r.Message.Text)
	}
	for _, other := range cause.Cases[1:] {
		place := sarifPlace(other)
		known := slices.ContainsFunc(r.Related, func(l sarifLocation) bool { return l.samePlace(place) })
		if place.Physical == nil || known || place.samePlace(r.Locations[0]) || len(r.Related) == sarifRelated {
			continue
		}
		place.Message = &sarifText{oneLine(other.Title())}
		r.Related = append(r.Related, place)
	}
	if c.Verdict == Known {
		r.Suppressions = []sarifSuppression{{"external", oneLine(headline(c))}}
	}
	for _, p := range []Property{
		{"expected", c.Expected}, {"actual", c.Actual}, {"repeat", c.Repeat}, {"answer", c.Answer.String()},
	} {
		if p.Value != "" {
			r.Properties[p.Name] = visible.Text(p.Value)
		}
	}
	return r
}

// samePlace says whether two locations are one line of one file.
func (l sarifLocation) samePlace(other sarifLocation) bool {
	if l.Physical == nil || other.Physical == nil || l.Physical.Artifact != other.Physical.Artifact {
		return false
	}
	a, b := l.Physical.Region, other.Physical.Region
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

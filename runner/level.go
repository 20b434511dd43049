package runner

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// A level says how much of the built-in scenarios a plan holds. It is part of the
// plan and no selection of it: a whole plan at its level is what conformance is
// said of. What a person names by id is run whatever the level, and so are a
// person's own features, of which nobody else knows what they tell.

// level decides which cases a plan holds.
type level struct {
	name    string
	asked   bool // somebody asked for it; the battery at a person's own endpoint follows
	ranking *features.Ranking
}

// levelFor is the level of a plan: the one that was asked for; else full where no
// request leaves this process, and standard among strangers. A plan of which the
// level could leave out nothing is full.
func levelFor(t *target.Target, s Selection, cases []*Case) (level, error) {
	ranking, err := features.LoadRanking()
	if err != nil {
		return level{}, err
	}
	l := level{name: t.Limits.Level, asked: t.Limits.Level != "", ranking: ranking}
	switch {
	case len(s.IDs) > 0:
		l.name = features.Full
	case l.asked:
	case t.Strangers():
		l.name = features.Standard
	default:
		l.name = features.Full
	}
	if err := features.KnownLevel(l.name); err != nil {
		return level{}, err
	}
	if !slices.ContainsFunc(cases, l.governs) {
		l.name = features.Full
	}
	return l, nil
}

// governs reports whether the level decides about a case.
func (l level) governs(c *Case) bool { return c.ranked != "" && (!c.own || l.asked) }

// holds reports whether the case belongs to a plan of the level.
func (l level) holds(c *Case) bool { return !l.governs(c) || l.ranking.Holds(l.name, c.ranked) }

// leftOut says why a case does not belong to the plan.
func (l level) leftOut(c *Case) string {
	return fmt.Sprintf("level %s: it belongs to the level %s", l.name, l.ranking.Level(c.ranked))
}

// order puts the most telling cases first, so that a run that is cut short has
// done the most it could. A person's own come before all others, in their own
// order; only the battery at one endpoint is ordered in itself.
func (l level) order(cases []*Case) {
	slices.SortStableFunc(cases, func(a, b *Case) int {
		switch {
		case a.own != b.own:
			return ownFirst(a)
		case a.own && (a.operation == nil || a.operation != b.operation):
			return a.place - b.place
		}
		return cmp.Or(cmp.Compare(l.ranking.Place(a.ranked), l.ranking.Place(b.ranked)), a.place-b.place)
	})
}

func ownFirst(a *Case) int {
	if a.own {
		return -1
	}
	return 1
}

// ByFeature returns the cases in the order of the feature files.
func (p *Plan) ByFeature() []*Case {
	return slices.SortedStableFunc(slices.Values(p.Cases), func(a, b *Case) int { return a.place - b.place })
}

// sortByFeature puts results in the order of the feature files, in which people
// read them, whatever order the cases were run in.
func (p *Plan) sortByFeature(results []reports.Case) {
	place := map[string]int{}
	for _, c := range p.Cases {
		place[c.ID] = c.place
	}
	slices.SortStableFunc(results, func(a, b reports.Case) int { return place[a.ID] - place[b.ID] })
}

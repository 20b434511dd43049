package runner

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/features"
)

// The ranking of the built-in cases is made of what each has told of the mutants,
// and of what it costs a tenant. First comes what finds every mutant once, by
// mutants found for a request; then what tests every requirement of verdict fail
// at every endpoint; then what finds every mutant a second time, so that chance
// does not decide; then what tests every other requirement at every endpoint. That
// is the level standard. The rest tells nothing more. Its head, as far as the
// requests go, is the level quick; what a run sends beside its cases is counted.

const (
	quickRequests = 300 // that the level quick sends at most to a tenant
	setUpRequests = 30  // of these: metadata, the first tokens and logins, nonces
)

// ranker ranks cases.
type ranker struct {
	cases   []*Case // not ranked yet, in the order of the feature files
	tells   Finds
	costs   map[string]float64 // by id of a case
	probes  map[string]float64 // of the costs that of the requests of the case alone
	at      map[string]int     // by endpoint: ranked cases
	ranked  []*Case
	isFound map[string]int // by name of a mutant: ranked cases that find it
	tested  map[spot]bool
}

// Finds says which mutants each case finds: by id of the case, their names.
type Finds map[string][]string

// Rank ranks the cases of a whole plan by what they find, all of them being played.
func (p *Plan) Rank(ctx context.Context, found Finds) (*features.Ranking, error) {
	cases := p.everyCase()
	rehearsed, err := p.rehearse(ctx, cases)
	if err != nil {
		return nil, err
	}
	r := ranker{
		cases: cases, tells: found, costs: map[string]float64{},
		probes: map[string]float64{}, at: map[string]int{}, isFound: map[string]int{}, tested: map[spot]bool{},
	}
	for _, c := range cases {
		r.costs[c.ID] = estimate(c, rehearsed[c.ID], ofTenant)
		// What sends nothing to a tenant costs next to nothing.
		r.probes[c.ID] = max(estimate(c, rehearsed[c.ID], tokenWay{minted: true}), 0.01)
	}
	r.find(1, runsAnywhere)
	r.find(1, anyCase)
	r.test(true)
	r.find(2, runsAnywhere)
	r.find(2, anyCase)
	r.test(false)
	return r.ranking()
}

// everyCase is all cases of a plan, with those that its profile leaves out, in the
// order of the feature files.
func (p *Plan) everyCase() []*Case {
	cases := slices.Concat(p.Cases, p.outside)
	slices.SortStableFunc(cases, func(a, b *Case) int { return a.place - b.place })
	return cases
}

// runsAnywhere reports whether a tenant under the default profile runs the case
// without being asked: one that does much or waits long comes behind.
func runsAnywhere(c *Case) bool {
	waits := slices.ContainsFunc(c.steps, func(s Step) bool { return s.definition != nil && s.definition.MayWait })
	return c.outside == "" && !waits && !slices.Contains(c.Tags, "aggressive")
}

func anyCase(*Case) bool { return true }

// find ranks cases until each mutant is found so often, or cannot be. Of cases that
// are worth the same the next is one of the endpoint that has the fewest, for most
// tenants lack some endpoint.
func (r *ranker) find(often int, may func(*Case) bool) {
	for {
		best, most := -1, 0.0
		for i, c := range r.cases {
			if !may(c) {
				continue
			}
			gain := 0
			for _, mutant := range r.tells[c.ID] {
				if r.isFound[mutant] < often {
					gain++
				}
			}
			if gain == 0 {
				continue
			}
			worth := float64(gain) / r.probes[c.ID]
			if worth > most || worth == most && r.before(c, r.cases[best]) {
				best, most = i, worth
			}
		}
		if best < 0 {
			return
		}
		r.take(best)
	}
}

// before reports whether of two cases that are worth the same the first is the
// better one.
func (r *ranker) before(c, other *Case) bool {
	if here, there := r.at[c.Endpoint], r.at[other.Endpoint]; here != there {
		return here < there
	}
	return len(r.tells[c.ID]) > len(r.tells[other.ID])
}

// spot is where a requirement is tested.
type spot struct{ requirement, endpoint string }

// test ranks a case for each requirement at each endpoint that has none yet: the
// one that tests the most of them for a request. It begins with the requirements
// of verdict fail.
func (r *ranker) test(mandatory bool) {
	for {
		best, most := -1, 0.0
		for i, c := range r.cases {
			gain := 0
			for _, q := range c.Requirements {
				if (q.Verdict == features.Fail || !mandatory) && !r.tested[spot{q.ID, c.Endpoint}] {
					gain++
				}
			}
			if worth := float64(gain) / r.probes[c.ID]; worth > most {
				best, most = i, worth
			}
		}
		if best < 0 {
			return
		}
		r.take(best)
	}
}

// take ranks the case at a place next.
func (r *ranker) take(i int) {
	c := r.cases[i]
	r.cases = slices.Delete(r.cases, i, i+1)
	r.ranked = append(r.ranked, c)
	r.at[c.Endpoint]++
	for _, mutant := range r.tells[c.ID] {
		r.isFound[mutant]++
	}
	for _, q := range c.Requirements {
		r.tested[spot{q.ID, c.Endpoint}] = true
	}
}

// ranking cuts what is ranked into levels; what is not is full.
func (r *ranker) ranking() (*features.Ranking, error) {
	ranking := &features.Ranking{}
	sum, level := 0.0, features.Quick
	for _, c := range r.ranked {
		if sum += r.costs[c.ID]; inAll(sum+beside(sum)) > quickRequests-setUpRequests {
			level = features.Standard
		}
		if err := ranking.Add(features.Ranked{ID: c.ID, Level: level}); err != nil {
			return nil, err
		}
	}
	for _, c := range r.cases {
		if err := ranking.Add(features.Ranked{ID: c.ID, Level: features.Full}); err != nil {
			return nil, err
		}
	}
	return ranking, nil
}

// Detection is what a level costs, and what it finds.
type Detection struct {
	Level    string `json:"level"`
	Cases    int    `json:"cases"`    // under the default profile
	Requests int    `json:"requests"` // about, at a tenant with client credentials, logins and an API
	Killed   int    `json:"killed"`   // mutants
	Mutants  int    `json:"mutants"`
}

// Detections says what each level of a ranking costs and finds, of so many mutants.
func (p *Plan) Detections(ctx context.Context, r *features.Ranking, found Finds, mutants int) ([]Detection, error) {
	rehearsed, err := p.rehearse(ctx, p.Cases)
	if err != nil {
		return nil, err
	}
	var list []Detection
	for _, level := range features.Levels {
		d, sum := Detection{Level: level, Mutants: mutants}, 0.0
		for _, c := range p.Cases {
			if r.Holds(level, c.ID) {
				d.Cases++
				sum += estimate(c, rehearsed[c.ID], ofTenant)
			}
		}
		d.Killed = len(found.within(r, level))
		d.Requests = inAll(setUpRequests + sum + beside(sum))
		list = append(list, d)
	}
	return list, nil
}

// within is the names of the mutants that the cases of a level find.
func (f Finds) within(r *features.Ranking, level string) map[string]bool {
	names := map[string]bool{}
	for id, mutants := range f {
		if r.Holds(level, id) {
			for _, name := range mutants {
				names[name] = true
			}
		}
	}
	return names
}

// Stale says what makes a ranking unfit for the cases of a whole plan, and for what
// they find, as far as that is known; nothing if it fits.
func (p *Plan) Stale(r *features.Ranking, found Finds) []string {
	var stale []string
	ranked := map[string]bool{}
	for _, c := range r.All() {
		if ranked[c.ID] = true; !p.all[c.ID] {
			stale = append(stale, "it ranks the case "+c.ID+", which is none")
		}
	}
	held := map[spot]bool{}
	for _, c := range p.everyCase() {
		if !ranked[c.ID] {
			stale = append(stale, "it does not rank the case "+c.ID)
		}
		for _, q := range c.Requirements {
			at := spot{q.ID, c.Endpoint}
			held[at] = held[at] || r.Holds(features.Standard, c.ID)
		}
	}
	for at, standard := range held {
		if !standard {
			stale = append(stale, fmt.Sprintf("standard does not test %s (%s)", at.requirement, cmp.Or(at.endpoint, "anywhere")))
		}
	}
	standard := found.within(r, features.Standard)
	for name := range found.within(r, features.Full) {
		if !standard[name] {
			stale = append(stale, "standard does not find "+name)
		}
	}
	slices.Sort(stale)
	return stale
}

package proof

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func measuringSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.When(`^the same proof is used (\d+) times more$`, (*Prober).useProofAgain,
		"Sends the accepted proof again so many times, one after another, and counts how often it is accepted.",
		"When the same proof is used 3 times more")
	g.When(`^(\d+) proofs carry the same nonce$`, (*Prober).useNonceAgain,
		"Sends so many honest proofs with the newest nonce, one after another, and counts how many are accepted.",
		"When 5 proofs carry the same nonce")
	g.When(`^a proof of each algorithm is tried$`, (*Prober).tryAlgorithms,
		"Sends an honest proof by a key of each algorithm and notes which are accepted and which are advertised.",
		"When a proof of each algorithm is tried")
	g.Then(`^no use of it is accepted$`, (*Prober).noUseAccepted,
		"Of the uses just counted none may have been accepted.",
		"Then no use of it is accepted")
	g.Then(`^every use of it is accepted$`, (*Prober).everyUseAccepted,
		"All of the uses just counted must have been accepted.",
		"Then every use of it is accepted")
	g.Then(`^it ends within a day$`, (*Prober).endsWithinADay,
		"The lifetime just measured must be less than a day. Where limits.patience ended before it, the case is inconclusive.",
		"Then it ends within a day")
	g.Then(`^the accepted algorithms are the advertised ones$`, (*Prober).acceptedAreAdvertised,
		"Each advertised algorithm must have been accepted and no other.",
		"Then the accepted algorithms are the advertised ones")
}

func (w *Prober) counted(what string, uses, all int) {
	m := &w.measuring
	m.tried, m.uses, m.of = true, uses, all
	w.Measure(what, float64(uses), "")
}

func (w *Prober) useProofAgain(times int) error {
	p, err := w.At()
	if err != nil {
		return err
	}
	uses := 0
	for range times {
		if err := w.sendAgain(); err != nil {
			return err
		}
		switch answer, _ := p.Classify(w.Latest().Exchange); answer {
		case world.Accepted:
			uses++
		case world.Unclear, world.Broken:
			return world.Inconclusivef("a use of the proof got %s", p.Describe(w.Latest().Exchange, nil))
		}
	}
	w.counted(fmt.Sprintf("further uses of a proof, of %d", times), uses, times)
	return nil
}

func (w *Prober) useNonceAgain(times int) error {
	p, err := w.At()
	if err != nil {
		return err
	}
	nonce, err := w.heldNonce()
	if err != nil {
		return err
	}
	uses := 0
	for range times {
		e, err := w.withNonce("another proof with the same nonce", nonce)
		if err != nil {
			return err
		}
		switch answer, _ := p.Classify(e); answer {
		case world.Accepted:
			uses++
		case world.Unclear, world.Broken:
			return world.Inconclusivef("a use of the nonce got %s", p.Describe(e, nil))
		}
	}
	w.counted(fmt.Sprintf("uses of a nonce, of %d", times), uses, times)
	return nil
}

// longestLifetime is where the search for the end of a nonce ends.
const longestLifetime = 24 * time.Hour

// halveNonceLifetime measures on the clock of an embedded server.
func (w *Prober) halveNonceLifetime() error {
	low, high := time.Duration(0), time.Second
	for high <= longestLifetime {
		good, err := w.nonceIsGoodFor(high)
		if err != nil {
			return err
		}
		if !good {
			break
		}
		low, high = high, 2*high
	}
	for high-low > time.Second {
		middle := (low + high) / 2 / time.Second * time.Second
		good, err := w.nonceIsGoodFor(middle)
		switch {
		case err != nil:
			return err
		case good:
			low = middle
		default:
			high = middle
		}
	}
	m := &w.measuring
	m.tried, m.lifetime, m.ended = true, low, low < longestLifetime
	w.Measure("lifetime of a nonce", low.Seconds(), "s")
	w.Observe("a nonce is taken for %v after its issue", low)
	return nil
}

// nonceIsGoodFor gets a new nonce, lets time go by, and tries it.
func (w *Prober) nonceIsGoodFor(age time.Duration) (bool, error) {
	p, err := w.At()
	if err != nil {
		return false, err
	}
	e, err := w.withNonce("a proof without nonce", "")
	if err != nil {
		return false, err
	}
	nonce, found := e.Answer.One("DPoP-Nonce")
	if !found {
		return false, world.Inconclusivef("no nonce to measure: %s", p.Describe(e, nil))
	}
	w.Clock.Advance(age)
	w.ForgetTokens() // an old token would be refused for itself
	if e, err = w.withNonce(fmt.Sprintf("a nonce that is %v old", age), nonce); err != nil {
		return false, err
	}
	switch answer, _ := p.Classify(e); answer {
	case world.Accepted:
		return true, nil
	case world.Challenged:
		return false, nil
	}
	return false, world.Inconclusivef("a nonce that is %v old got %s", age, p.Describe(e, nil))
}

func (w *Prober) tryAlgorithms() error {
	m := &w.measuring
	var err error
	if m.advertised, err = w.advertised(); err != nil {
		return err
	}
	for _, name := range dpop.AlgorithmNames() {
		switch accepted, err := w.takesAlgorithm(name); {
		case err != nil && !world.IsOutcome(err):
			return err
		case err != nil:
			m.unknown = append(m.unknown, name)
		case accepted:
			m.accepted = append(m.accepted, name)
		}
	}
	m.tried = true
	w.Measure("algorithms accepted", float64(len(m.accepted)), "")
	w.Measure("algorithms advertised", float64(len(m.advertised)), "")
	w.Observe("accepted: %s; advertised: %s", listing(m.accepted), listing(m.advertised))
	if m.unknown != nil {
		w.Observe("not tried, for no token could be had: %s", listing(m.unknown))
	}
	return nil
}

func listing(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// advertised are the algorithms that the server under test says it takes: in
// its metadata (RFC 9449 §5.1), or in the challenge of an API (§7.1).
func (w *Prober) advertised() ([]string, error) {
	if !w.AtAPI() {
		if names := w.algorithms(); names != nil {
			return names, nil
		}
		return nil, world.NotApplicablef("the metadata has no dpop_signing_alg_values_supported")
	}
	names, err := w.challengedAlgorithms()
	if err == nil && names == nil {
		err = world.NotApplicablef("the API's challenge has no algs")
	}
	return names, err
}

func (w *Prober) takesAlgorithm(name string) (bool, error) {
	p, err := w.At()
	if err != nil {
		return false, err
	}
	key, err := w.KeyFor(name)
	if err != nil {
		return false, err
	}
	e, err := w.Honest("an honest proof by a key for "+name, key)
	if err != nil {
		return false, err
	}
	switch answer, _ := p.Classify(e); answer {
	case world.Accepted:
		return true, nil
	case world.Refused, world.Challenged:
		return false, nil
	}
	return false, world.Inconclusivef("%s: %s", name, p.Describe(e, nil))
}

// measured returns what the When step of the case found.
func (w *Prober) measured() (*measuring, error) {
	if m := &w.measuring; m.tried {
		return m, nil
	}
	return nil, fmt.Errorf("nothing was measured; put a When step that measures before this one")
}

func (w *Prober) noUseAccepted() error {
	m, err := w.measured()
	if err != nil {
		return err
	}
	return w.Expect(m.uses == 0, "no further use to be accepted", fmt.Sprintf("%d of %d were", m.uses, m.of))
}

func (w *Prober) everyUseAccepted() error {
	m, err := w.measured()
	if err != nil {
		return err
	}
	return w.Expect(m.uses == m.of, "every use to be accepted", fmt.Sprintf("%d of %d were", m.uses, m.of))
}

func (w *Prober) endsWithinADay() error {
	m, err := w.measured()
	if err != nil {
		return err
	}
	if !m.ended && m.lifetime < longestLifetime {
		return world.Inconclusivef("the end of a nonce was not seen: it is still taken after %v, then limits.patience (%v) was used up; allow more with --patience", m.lifetime, w.Session.Limits.Patience)
	}
	return w.Expect(m.ended, "an end within a day", fmt.Sprintf("still taken after %v", m.lifetime))
}

func (w *Prober) acceptedAreAdvertised() error {
	m, err := w.measured()
	if err != nil {
		return err
	}
	known := func(names []string) []string {
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(m.unknown, name) })
		slices.Sort(names)
		return names
	}
	return w.Expect(slices.Equal(known(m.accepted), known(m.advertised)),
		"the algorithms "+listing(known(m.advertised)), "accepted are "+listing(known(m.accepted)))
}

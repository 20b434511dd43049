package steps

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// Measurement is a number that a case took.
type Measurement struct {
	Name  string
	Value float64
	Unit  string // "s"; empty for a count
}

type measuring struct {
	list       []Measurement
	tried      bool
	uses       int           // of one proof or nonce, that were accepted
	of         int           // uses in all
	lifetime   time.Duration // of a nonce: the greatest age at which one was taken
	ended      bool          // an older one was refused
	advertised []string
	accepted   []string
	unknown    []string // algorithms that could not be tried
}

// Measure keeps a number for the report, under a name that also says where it
// was taken.
func (w *World) Measure(name string, value float64, unit string) {
	if w.Endpoint.Name != "" {
		name += " at " + w.Endpoint.Name
	}
	m := of[measuring](w)
	m.list = append(m.list, Measurement{name, value, unit})
}

// Measurements returns the numbers that the case took.
func (w *World) Measurements() []Measurement { return of[measuring](w).list }

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.When(`^the same proof is used (\d+) times more$`, (*World).useProofAgain,
			"Sends the accepted proof again so many times, one after another, and counts how often it is accepted.",
			"When the same proof is used 3 times more")
		v.When(`^(\d+) proofs carry the same nonce$`, (*World).useNonceAgain,
			"Sends so many honest proofs with the newest nonce, one after another, and counts how many are accepted.",
			"When 5 proofs carry the same nonce")
		v.When(`^a proof of each algorithm is tried$`, (*World).tryAlgorithms,
			"Sends an honest proof by a key of each algorithm and notes which are accepted and which are advertised.",
			"When a proof of each algorithm is tried")
		v.Then(`^no use of it is accepted$`, (*World).noUseAccepted,
			"Of the uses just counted none may have been accepted.",
			"Then no use of it is accepted")
		v.Then(`^every use of it is accepted$`, (*World).everyUseAccepted,
			"All of the uses just counted must have been accepted.",
			"Then every use of it is accepted")
		v.Then(`^it ends within a day$`, (*World).endsWithinADay,
			"The lifetime just measured must be less than a day. Where limits.patience ended before it, the case is inconclusive.",
			"Then it ends within a day")
		v.Then(`^the accepted algorithms are the advertised ones$`, (*World).acceptedAreAdvertised,
			"Each advertised algorithm must have been accepted and no other.",
			"Then the accepted algorithms are the advertised ones")
	})
}

func (w *World) counted(what string, uses, all int) {
	m := of[measuring](w)
	m.tried, m.uses, m.of = true, uses, all
	w.Measure(what, float64(uses), "")
}

func (w *World) useProofAgain(times int) error {
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
		case Accepted:
			uses++
		case Unclear, Broken:
			return inconclusive("a use of the proof got %s", p.describe(w.Latest().Exchange, nil))
		}
	}
	w.counted(fmt.Sprintf("further uses of a proof, of %d", times), uses, times)
	return nil
}

func (w *World) useNonceAgain(times int) error {
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
		case Accepted:
			uses++
		case Unclear, Broken:
			return inconclusive("a use of the nonce got %s", p.describe(e, nil))
		}
	}
	w.counted(fmt.Sprintf("uses of a nonce, of %d", times), uses, times)
	return nil
}

// longestLifetime is where the search for the end of a nonce ends.
const longestLifetime = 24 * time.Hour

// halveNonceLifetime measures on the clock of an embedded server.
func (w *World) halveNonceLifetime() error {
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
	m := of[measuring](w)
	m.tried, m.lifetime, m.ended = true, low, low < longestLifetime
	w.Measure("lifetime of a nonce", low.Seconds(), "s")
	w.Observe("a nonce is taken for %v after its issue", low)
	return nil
}

// nonceIsGoodFor gets a new nonce, lets time go by, and tries it.
func (w *World) nonceIsGoodFor(age time.Duration) (bool, error) {
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
		return false, inconclusive("no nonce to measure: %s", p.describe(e, nil))
	}
	w.Clock.Advance(age)
	clear(w.tokens) // an old token would be refused for itself
	if e, err = w.withNonce(fmt.Sprintf("a nonce that is %v old", age), nonce); err != nil {
		return false, err
	}
	switch answer, _ := p.Classify(e); answer {
	case Accepted:
		return true, nil
	case Challenged:
		return false, nil
	}
	return false, inconclusive("a nonce that is %v old got %s", age, p.describe(e, nil))
}

func (w *World) tryAlgorithms() error {
	m := of[measuring](w)
	var err error
	if m.advertised, err = w.advertised(); err != nil {
		return err
	}
	for _, name := range dpop.AlgorithmNames() {
		switch accepted, err := w.takesAlgorithm(name); {
		case err != nil && !IsOutcome(err):
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
func (w *World) advertised() ([]string, error) {
	if !w.AtAPI() {
		if names := w.algorithms(); names != nil {
			return names, nil
		}
		return nil, notApplicable("the metadata has no dpop_signing_alg_values_supported")
	}
	names, err := w.challengedAlgorithms()
	if err == nil && names == nil {
		err = notApplicable("the API's challenge has no algs")
	}
	return names, err
}

func (w *World) takesAlgorithm(name string) (bool, error) {
	p, err := w.At()
	if err != nil {
		return false, err
	}
	key, err := w.keyFor(name)
	if err != nil {
		return false, err
	}
	e, err := w.honest("an honest proof by a key for "+name, key)
	if err != nil {
		return false, err
	}
	switch answer, _ := p.Classify(e); answer {
	case Accepted:
		return true, nil
	case Refused, Challenged:
		return false, nil
	}
	return false, inconclusive("%s: %s", name, p.describe(e, nil))
}

// measured returns what the When step of the case found.
func (w *World) measured() (*measuring, error) {
	if m := of[measuring](w); m.tried {
		return m, nil
	}
	return nil, fmt.Errorf("nothing was measured; put a When step that measures before this one")
}

func (w *World) noUseAccepted() error {
	m, err := w.measured()
	if err != nil {
		return err
	}
	return w.Expect(m.uses == 0, "no further use to be accepted", fmt.Sprintf("%d of %d were", m.uses, m.of))
}

func (w *World) everyUseAccepted() error {
	m, err := w.measured()
	if err != nil {
		return err
	}
	return w.Expect(m.uses == m.of, "every use to be accepted", fmt.Sprintf("%d of %d were", m.uses, m.of))
}

func (w *World) endsWithinADay() error {
	m, err := w.measured()
	if err != nil {
		return err
	}
	if !m.ended && m.lifetime < longestLifetime {
		return inconclusive("the end of a nonce was not seen: it is still taken after %v, then limits.patience (%v) was used up; allow more with --patience", m.lifetime, w.Session.Limits.Patience)
	}
	return w.Expect(m.ended, "an end within a day", fmt.Sprintf("still taken after %v", m.lifetime))
}

func (w *World) acceptedAreAdvertised() error {
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

package proof

import (
	"fmt"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// countingSteps are about how many of several requests of a kind are granted.
func countingSteps(v *vocabulary.Vocabulary) {
	v.Word("share", "How many of several.", shares.Forms()...)
	g := vocabulary.For[Prober](v)
	g.When(`^(\d+) more requests carry the same proof$`, (*Prober).useProofAgain,
		"Sends the accepted proof again so many times, one after another, and counts how often it is accepted.",
		"When 3 more requests carry the same proof")
	g.When(`^(\d+) proofs carry the same nonce$`, (*Prober).useNonceAgain,
		"Sends so many honest proofs with the newest nonce, one after another, and counts how many are accepted.",
		"When 5 proofs carry the same nonce")
	g.When(`^(\d+) copies of one request come at once$`, (*Prober).sendCopies,
		"Sends that many requests with the same proof in parallel, and counts how many are accepted.",
		"When 20 copies of one request come at once")
	g.Then(`^{share} of them is accepted$`, (*Prober).areAccepted,
		"So many of the requests just counted must have been accepted, and all others refused.",
		"Then exactly one of them is accepted")
}

// share is how many of several may be accepted.
type share struct {
	expected string
	holds    func(t tally) bool
}

var shares = vocabulary.Meanings[share]{
	"none":        {"none of them to be accepted", func(t tally) bool { return t.accepted == 0 }},
	"each":        {"each of them to be accepted", func(t tally) bool { return t.accepted == t.of }},
	"exactly one": {"one of them to be accepted", func(t tally) bool { return t.accepted == 1 }},
}

func (w *Prober) useProofAgain(times int) error {
	name := fmt.Sprintf("further uses of a proof, of %d", times)
	return w.count("the proof", name, times, func() (*wire.Exchange, error) {
		err := w.sendAgain()
		return w.Latest().Exchange, err
	})
}

func (w *Prober) useNonceAgain(times int) error {
	nonce, err := w.heldNonce()
	if err != nil {
		return err
	}
	name := fmt.Sprintf("uses of a nonce, of %d", times)
	return w.count("the nonce", name, times, func() (*wire.Exchange, error) {
		return w.withNonce("another proof with the same nonce", nonce)
	})
}

// count sends requests that use something one after another and measures how many
// are accepted.
func (w *Prober) count(used, name string, times int, send func() (*wire.Exchange, error)) error {
	p, err := w.At()
	if err != nil {
		return err
	}
	t := tally{of: times}
	for range times {
		e, err := send()
		if err != nil {
			return err
		}
		switch answer, _ := p.Classify(e); answer {
		case world.Accepted:
			t.accepted++
		case world.Unclear, world.Broken:
			return world.Inconclusivef("a use of %s got %s", used, p.Describe(e, nil))
		}
	}
	w.tally = t
	w.Measure(name, float64(t.accepted), "")
	return nil
}

func (w *Prober) sendCopies(count int) error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	if err := w.honestProofIsAccepted(); err != nil {
		return err
	}
	if err := w.NeedsManyGrants(); err != nil {
		return err
	}
	requests := make([]wire.Request, count)
	var text string
	for i := range requests {
		probe, err := w.PrepareToSpend(key.Thumbprint)
		if err != nil {
			return err
		}
		if text == "" {
			if text, err = dpop.NewProof(key, probe.Occasion, w.Now(probe.Request.URL)); err != nil {
				return err
			}
		}
		requests[i] = probe.With("DPoP", []string{text})
	}
	exchanges, err := w.SendAll("one of parallel copies", requests)
	if err != nil {
		return err
	}
	return w.countCopies(exchanges)
}

// countCopies counts the answers to requests that came at once. That a server
// breaks down at them is told of it.
func (w *Prober) countCopies(exchanges []*wire.Exchange) error {
	p, err := w.At()
	if err != nil {
		return err
	}
	t, unclear := tally{of: len(exchanges)}, 0
	for _, e := range exchanges {
		switch answer, _ := p.Classify(e); answer {
		case world.Accepted:
			t.accepted++
		case world.Broken:
			t.broken++
		case world.Unclear:
			unclear++
		}
	}
	if unclear > 0 {
		return world.Inconclusivef("%d of %d answers tell neither acceptance nor refusal", unclear, t.of)
	}
	w.tally = t
	return nil
}

func (w *Prober) areAccepted(how string) error {
	want, err := shares.Of(how)
	if err != nil {
		return err
	}
	t := w.tally
	if t.of == 0 {
		return fmt.Errorf("no requests were counted; put a When step that counts them before this one")
	}
	actual := fmt.Sprintf("%d of %d accepted, %d server errors", t.accepted, t.of, t.broken)
	return w.Expect(want.holds(t) && t.broken == 0, want.expected, actual)
}

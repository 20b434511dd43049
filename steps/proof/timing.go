package proof

import (
	"fmt"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// widest is where the search ends: a server that takes a proof of two days has
// no window worth the name.
const widest = 48 * time.Hour

// timingSteps are about how old and how far ahead a proof may be (RFC 9449 §4.3,
// check 11).
func timingSteps(v *vocabulary.Vocabulary) {
	v.Word("window-limit", "How wide the time window of a server may be.", windowLimits.Forms()...)
	g := vocabulary.For[Prober](v)
	g.When(`^the time window of the server is measured$`, (*Prober).measureWindow,
		"Finds by halving how old and how far ahead the iat of an accepted proof may be, on the server's own clock.",
		"When the time window of the server is measured")
	g.Then(`^it is no wider than {window-limit}$`, (*Prober).windowIsWithin,
		"The window must not be wider than where the profile begins to warn, which is advisable; "+
			"or must end before the distance from which the profile demands a refusal.",
		"Then it is no wider than advisable")
}

// windowLimits are the ways of {window-limit}.
var windowLimits = vocabulary.Meanings[windowLimit]{
	"advisable": {
		"no proof accepted beyond %v", func(l features.Window) time.Duration { return l.Warn },
	},
	"allowed": {
		"every proof refused from %v on", func(l features.Window) time.Duration { return l.Refuse - time.Second },
	},
}

type windowLimit struct {
	expected string // with %v for the distance
	most     func(features.Window) time.Duration
}

func (w *Prober) measureWindow() error {
	state := &w.window
	if accepted, err := w.acceptedAt(0); err != nil || !accepted {
		if err == nil {
			err = world.Inconclusivef("the positive control failed: a proof made now is not accepted")
		}
		return err
	}
	var err error
	if state.past, err = w.border(-1); err != nil {
		return err
	}
	if state.future, err = w.border(+1); err != nil {
		return err
	}
	state.measured = true
	w.Measure("oldest proof accepted", -state.past.Seconds(), "s")
	w.Measure("farthest proof accepted", state.future.Seconds(), "s")
	w.Observe("proofs are accepted from %v old to %v ahead", state.past, state.future)
	return nil
}

// border finds the largest distance in one direction that is accepted, in
// whole seconds: first by doubling, then by halving.
func (w *Prober) border(direction int) (time.Duration, error) {
	low, high := time.Duration(0), time.Second
	for {
		accepted, err := w.acceptedAt(time.Duration(direction) * high)
		if err != nil {
			return 0, err
		}
		if !accepted {
			break
		}
		low = high
		if high *= 2; high > widest {
			return low, nil
		}
	}
	for high-low > time.Second {
		middle := (low + high) / 2 / time.Second * time.Second
		accepted, err := w.acceptedAt(time.Duration(direction) * middle)
		if err != nil {
			return 0, err
		}
		if accepted {
			low = middle
		} else {
			high = middle
		}
	}
	return low, w.refusedAgain(time.Duration(direction) * high)
}

// refusedAgain makes sure of the nearest proof that was refused: one refusal by chance
// would make a window narrow that has no end. Twice, for a real server may refuse
// each second request.
func (w *Prober) refusedAgain(distance time.Duration) error {
	if w.EmbeddedEndpoint() {
		return nil
	}
	for range 2 {
		accepted, err := w.acceptedAt(distance)
		if err != nil {
			return err
		}
		if accepted {
			return world.Inconclusivef("the window cannot be measured: a proof was refused and then accepted")
		}
	}
	return nil
}

// beyond is how many seconds further out is asked where a server breaks down.
const beyond = 3

// acceptedAt reports whether a proof is accepted whose iat lies so far from
// the server's present. Where a server breaks down, which is a finding of its own, the
// nearest proof further out tells on which side of the border the distance lies.
func (w *Prober) acceptedAt(distance time.Duration) (bool, error) {
	outwards := time.Second
	if distance < 0 {
		outwards = -outwards
	}
	broken := ""
	for i := range beyond + 1 {
		accepted, how, err := w.triedAt(distance + time.Duration(i)*outwards)
		if err != nil || how == "" {
			return accepted, err
		}
		broken = how
		if distance == 0 {
			break
		}
	}
	return false, world.Inconclusivef("the window cannot be measured: %s", broken)
}

// triedAt tries one proof. A failure of the server is described as broken, and does not
// accept it.
func (w *Prober) triedAt(distance time.Duration) (accepted bool, broken string, err error) {
	key, err := w.Key("client")
	if err != nil {
		return false, "", err
	}
	p, err := w.At()
	if err != nil {
		return false, "", err
	}
	for range 2 {
		probe, err := w.Prepare(key.Thumbprint)
		if err != nil {
			return false, "", err
		}
		proof, err := dpop.NewProof(key, probe.Occasion, w.Now(probe.Request.URL).Add(distance))
		if err != nil {
			return false, "", err
		}
		title := fmt.Sprintf("a proof whose iat is %+.0f s from now", distance.Seconds())
		e, err := w.SendWith(title, probe, "DPoP", []string{proof})
		if err != nil {
			return false, "", err
		}
		switch answer, _ := p.Classify(e); answer {
		case world.Accepted:
			w.window.governed = probe.Occasion.Nonce != ""
			return true, "", nil
		case world.Challenged: // once more with the nonce
		case world.Refused:
			return false, "", nil
		case world.Broken:
			return false, p.Describe(e, nil), nil
		default:
			return false, "", world.Inconclusivef("the window cannot be measured: %s", p.Describe(e, nil))
		}
	}
	return false, "", world.Inconclusivef("the window cannot be measured: a nonce challenge hid the proof, " +
		"also with the newest nonce")
}

// slack is how much the clock of a real server may have moved on meanwhile.
const slack = 3 * time.Second

func (w *Prober) windowIsWithin(limit string) error {
	l, err := windowLimits.Of(limit)
	if err != nil {
		return err
	}
	state := &w.window
	if !state.measured {
		return fmt.Errorf(`nothing was measured; put "When the time window of the server is measured" first`)
	}
	tolerance := slack
	if w.EmbeddedEndpoint() {
		tolerance = 0
	}
	for _, side := range []struct {
		name     string
		measured time.Duration
		window   features.Window
	}{
		{"in the past", state.past, w.Profile.Parameters.IatPast()},
		{"in the future", state.future, w.Profile.Parameters.IatFuture()},
	} {
		most := l.most(side.window)
		if side.measured > most+tolerance && state.governed {
			return timeOfNonce()
		}
		if err := w.Expect(side.measured <= most+tolerance, fmt.Sprintf(l.expected+" %s", most, side.name),
			fmt.Sprintf("accepted up to %v %s", side.measured, side.name)); err != nil {
			return err
		}
	}
	return nil
}

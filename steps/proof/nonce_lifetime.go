package proof

import (
	"fmt"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// nonceLifetimeSteps are about how long a server takes its nonces, which RFC 9449
// §8.2 leaves to it.
func nonceLifetimeSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v).MayWait()
	g.When(`^the lifetime of a nonce is measured$`, (*Prober).measureNonceLifetime,
		"Finds for how long after its issue a nonce is taken: on the clock of an embedded server, "+
			"or by waiting at a real one for as long as limits.patience allows.",
		"When the lifetime of a nonce is measured")
	g = vocabulary.For[Prober](v)
	g.Then(`^it ends within a day$`, (*Prober).endsWithinADay,
		"The lifetime just measured must be less than a day. Where limits.patience ended before it, "+
			"the case is inconclusive.",
		"Then it ends within a day")
}

// longestLifetime is where the search for the end of a nonce ends.
const longestLifetime = 24 * time.Hour

// measureNonceLifetime measures what RFC 9449 §8.2 leaves to the server: when
// it ceases to take a nonce.
func (w *Prober) measureNonceLifetime() error {
	if w.EmbeddedEndpoint() {
		return w.halveNonceLifetime()
	}
	patience := w.Session.Limits.Patience
	if patience == 0 {
		return world.Lackingf("limits.patience", "the lifetime of a real server's nonces shows only by waiting; "+
			"allow it with --patience 10m, or limits.patience in the configuration")
	}
	if err := w.needsNobody(); err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	l := &lifetime{w: w, p: p, watch: w.timing(), limit: min(patience, enough)}
	for _, part := range []func() error{l.begin, l.await, l.halve} {
		if err := part(); err != nil {
			return err
		}
	}
	l.report()
	return nil
}

// needsNobody makes sure that no person has to log in for each of the requests.
func (w *Prober) needsNobody() error {
	p, err := w.At()
	if err != nil {
		return err
	}
	client, grant, err := p.Holder(w.World)
	if err == nil && grant == mockas.GrantCode && client.ByPerson() {
		return world.NotApplicablef("the lifetime of a nonce takes a hundred requests, " +
			"and each would need a login in the browser")
	}
	return err
}

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
	w.nonceLife = nonceLife{measured: true, taken: low, ended: low < longestLifetime}
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

func (w *Prober) endsWithinADay() error {
	life := w.nonceLife
	if accept, _ := w.Profile.NonceLifetime(); accept >= longestLifetime {
		return world.NotApplicablef("under the profile %s a nonce has to serve for %v", w.Profile.Name, accept)
	}
	if !life.measured {
		return fmt.Errorf(`nothing was measured; put "When the lifetime of a nonce is measured" first`)
	}
	if !life.ended && life.taken < longestLifetime {
		return world.Inconclusivef("the end of a nonce was not seen: it is still taken after %v, "+
			"then limits.patience (%v) was used up; allow more with --patience", life.taken, w.Session.Limits.Patience)
	}
	return w.Expect(life.ended, "an end within a day", fmt.Sprintf("still taken after %v", life.taken))
}

// askForNonce sends a proof without nonce and demands an answer with one. It is
// sent again with a new access token: an old one is refused for itself. The
// report would only grow long by these exchanges, so it has none of them.
func (w *Prober) askForNonce() (*wire.Exchange, error) {
	shown := len(w.Shown)
	var e *wire.Exchange
	for range 2 {
		var err error
		if e, err = w.withNonce("asking for a nonce", ""); err != nil {
			return nil, err
		}
		if usable(e) != "" {
			w.Shown = w.Shown[:shown]
			return e, nil
		}
		w.ForgetTokens()
	}
	p, err := w.At()
	if err != nil {
		return nil, err
	}
	return nil, world.Inconclusivef("no nonce to measure: %s", p.Describe(e, nil))
}

// usable returns the nonce of an answer that a proof can carry back; empty if
// there is none.
func usable(e *wire.Exchange) string {
	if nonce, found := e.Answer.One("DPoP-Nonce"); found && dpop.ValidNonce(nonce) && len(nonce) <= world.MaxNonce {
		return nonce
	}
	return ""
}

package proof

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func forgingSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.When(`^the request carries a proof whose (.+?) is (.+)$`, (*Prober).sendForged,
		"Sends the endpoint's request with a proof that has exactly one thing wrong or odd, and the newest nonce.",
		"When the request carries a proof whose htm is missing")
	g.When(`^the request carries a proof with two defects: its (.+?) is (.+), and its (.+?) is (.+)$`,
		(*Prober).sendTwiceForged,
		"Sends the endpoint's request with a proof that has two things wrong.",
		"When the request carries a proof with two defects: its htm is another method, and its iat is one hour old")
}

func (w *Prober) sendForged(part, value string) error {
	defect, err := forge.Find(part, value)
	if err != nil {
		return err
	}
	return w.sendDefect(defect)
}

func (w *Prober) sendTwiceForged(part1, value1, part2, value2 string) error {
	first, err := forge.Find(part1, value1)
	if err != nil {
		return err
	}
	second, err := forge.Find(part2, value2)
	if err != nil {
		return err
	}
	return w.sendDefect(forge.Defect{
		Part: first.Part, Value: first.Value + ", and its " + second.Name(),
		Refused: slices.Concat(first.Refused, second.Refused),
		Embeds:  first.BringsKey() || second.BringsKey(),
		Apply: func(f *forge.Forgery) error {
			if err := first.Apply(f); err != nil {
				return err
			}
			return second.Apply(f)
		},
	})
}

// sendDefect sends a proof with a defect, unless another case was answered to it:
// where nothing but the answer counts.
func (w *Prober) sendDefect(defect forge.Defect) error {
	return w.sendDefectUnless(defect, w.SharedAnswer)
}

// answered looks for what another case was answered to a defect; nil: nothing. keep
// takes what comes of it in this one.
type answered func(forge.Defect) (shared *wire.Exchange, keep func(*wire.Exchange))

// unshared is for a case in which it counts what its own request leaves behind.
func unshared(forge.Defect) (shared *wire.Exchange, keep func(*wire.Exchange)) {
	return nil, func(*wire.Exchange) {}
}

// sendDefectUnless sends a proof with a defect, unless it is answered, and once more
// where a nonce challenge hid the defect.
func (w *Prober) sendDefectUnless(defect forge.Defect, before answered) error {
	p, err := w.At()
	if err != nil {
		return err
	}
	if err := w.provide(defect.Needs); err != nil {
		return err
	}
	if err := w.nonceCounts(defect); err != nil {
		return err
	}
	shared, keep := before(defect)
	if shared != nil {
		w.Show("shared with another case: a proof whose "+defect.Name(), shared)
		attempt := w.Begin(&defect)
		attempt.Shared = true
		return attempt.End(shared, nil)
	}
	for range 2 {
		attempt := w.Begin(&defect)
		err := attempt.End(w.forgeWithLuck(defect))
		if attempt.Exchange == nil || err != nil && !tolerable(defect, err) {
			return w.unlessBroken(attempt, func() (*wire.Exchange, error) { return w.forgeWithLuck(defect) })
		}
		answer, _ := p.Classify(attempt.Exchange)
		attempt.Hidden = answer == world.Challenged && defect.Part != "nonce" && !slices.Contains(defect.Refused, "nonce")
		if !attempt.Hidden {
			if err == nil && answer != world.Accepted { // a token belongs to the case that got it
				keep(attempt.Exchange)
			}
			return nil
		}
	}
	return w.uncover()
}

// tolerable reports whether a broken connection is an answer to the defect: a
// server may hang up on a field of a megabyte.
func tolerable(d forge.Defect, err error) bool {
	return slices.Contains(d.Refused, "size") && wire.HungUp(err) // silence is no answer
}

// unlessBroken tells a server that breaks down at a request from a network that
// failed: a handler that panics closes the connection in place of an answer.
// The honest request is sent once more, and so is the one that got no answer. If
// the first is granted and the connection breaks again at the second, that is the
// server's doing, and Then steps judge it; else the error stands.
func (w *Prober) unlessBroken(attempt *world.Attempt, again func() (*wire.Exchange, error)) error {
	var broken *wire.Broken
	if !w.Controlled() || !errors.As(attempt.Err, &broken) {
		return attempt.Err
	}
	key, failed := w.Key("client")
	if failed != nil || w.control(key) != nil {
		return attempt.Err
	}
	if _, failed = again(); !errors.As(failed, &broken) {
		return attempt.Err
	}
	attempt.BrokenDown = true
	return nil
}

// luck is how often another key and another token are tried where a defect
// needs a character that not every one of them has.
const luck = 16

// forgeWithLuck sends one forged proof; where only the spelling of this very
// key or token stands in the way, of another one.
func (w *Prober) forgeWithLuck(defect forge.Defect) (*wire.Exchange, error) {
	for attempt := 0; ; attempt++ {
		e, err := w.forge(defect)
		var unforgeable *forge.NotForgeable
		chance := errors.As(err, &unforgeable) && unforgeable.ByChance
		if !chance || attempt == luck || w.Session.Key != nil {
			if unforgeable != nil {
				return e, world.NotApplicablef("%s", unforgeable.Error())
			}
			return e, err
		}
		w.ForgetTokens()
		key, err := dpop.GenerateKey(w.UsualAlgorithm())
		if err != nil {
			return nil, err
		}
		w.SetKey("client", key)
		if !w.EmbeddedEndpoint() {
			if err := w.control(key); err != nil {
				return nil, err
			}
		}
	}
}

// forge sends one forged proof. Where the proof carries another key than the
// client's, the token is bound to that very key, so that the binding is not
// what refuses it.
func (w *Prober) forge(defect forge.Defect) (*wire.Exchange, error) {
	key, err := w.keyAgainst(defect)
	if err != nil {
		return nil, err
	}
	probe, err := w.Prepare(key.Thumbprint)
	if err != nil {
		return nil, err
	}
	if probe, err = w.bindToForgery(defect, key, probe); err != nil {
		return nil, err
	}
	if w.withoutNonce {
		probe.Occasion.Nonce = ""
	}
	w.nonces.carried = probe.Occasion.Nonce
	forgery, err := w.forgery(defect.Needs, key, probe)
	if err != nil {
		return nil, err
	}
	forged, err := defect.Forge(forgery)
	if err != nil {
		return nil, err
	}
	title := fmt.Sprintf("a proof whose %s is %s", defect.Part, defect.Value)
	return w.SendWith(title, probe, forged.FieldName, forged.Fields)
}

// bindToForgery makes the probe anew, with a token for the key that the forged
// proof will carry, where that is another than the client's.
func (w *Prober) bindToForgery(defect forge.Defect, key *dpop.Key, probe *world.Probe) (*world.Probe, error) {
	if probe.Occasion.AccessToken == "" || !defect.BringsKey() || slices.Contains(defect.Refused, "binding") {
		return probe, nil
	}
	forgery, err := w.forgery(defect.Needs, key, probe)
	if err != nil {
		return nil, err
	}
	brought, thumbprint, err := defect.Brings(forgery)
	if err != nil || thumbprint == "" || thumbprint == key.Thumbprint {
		return probe, err
	}
	w.SetKey("of the proof", brought)
	rebound, err := w.Prepare(thumbprint)
	if err != nil && world.IsOutcome(err) {
		return w.boundAnyhow(defect, thumbprint, probe, err)
	}
	return rebound, err
}

// forgery gathers the material of a forged proof for a request.
func (w *Prober) forgery(needs forge.Needs, key *dpop.Key, probe *world.Probe) (forge.Forgery, error) {
	aids, err := w.aids(needs, key)
	if err != nil {
		return forge.Forgery{}, err
	}
	return forge.Forgery{Key: key, Occasion: probe.Occasion, Now: w.Now(probe.Request.URL), Aids: aids}, nil
}

// keyAgainst returns the client's key if it serves the defect, else one of a
// kind that does and that the server takes.
func (w *Prober) keyAgainst(defect forge.Defect) (*dpop.Key, error) {
	key, err := w.Key("client")
	if err != nil || defect.Key != nil || defect.Needs.Suits(key.Algorithm) {
		return key, err
	}
	for _, algorithm := range defect.Needs.Algorithms {
		if w.takes(algorithm) == nil {
			return w.other(algorithm)
		}
	}
	return nil, world.NotApplicablef("the server advertises none of %v", defect.Needs.Algorithms)
}

// other returns a key for another algorithm. A real server must have accepted
// an honest proof by it before a forged one means anything.
func (w *Prober) other(algorithm string) (*dpop.Key, error) {
	known := w.HasKeyFor(algorithm)
	key, err := w.KeyFor(algorithm)
	if err != nil || known || w.EmbeddedEndpoint() {
		return key, err
	}
	return key, w.control(key)
}

// aids are what some defects need from the scenario.
func (w *Prober) aids(needs forge.Needs, key *dpop.Key) (forge.Aids, error) {
	aids := forge.Aids{Keys: w.KeyFor, Algorithms: w.algorithms(), Canary: w.canary.url()}
	nonces := &w.nonces
	aids.OldNonce, aids.OtherNonce = nonces.expired, nonces.foreign
	var err error
	if needs.Other {
		if aids.Other, err = w.Key("another party"); err != nil {
			return aids, err
		}
	}
	if needs.ServerKey {
		if aids.ServerKey, err = w.serverKey(key); err != nil {
			return aids, err
		}
	}
	if needs.OtherToken {
		aids.OtherToken, err = w.secondToken(key.Thumbprint)
	}
	return aids, err
}

// serverKey is a public key of the authorization server, of the kind of the client's
// key where there is one, so that alg fits it.
func (w *Prober) serverKey(like *dpop.Key) (dpop.Object, error) {
	keys, err := w.IssuerKeys()
	if err != nil {
		return nil, err
	}
	kind, _ := like.JWK().Text("kty")
	at := slices.IndexFunc(keys, func(k dpop.Object) bool {
		other, _ := k.Text("kty")
		return other == kind
	})
	return keys[max(at, 0)], nil
}

// provide arranges, before the proof is made, what takes more than a key.
func (w *Prober) provide(needs forge.Needs) error {
	switch {
	case needs.JWT:
		w.WantJWT()
	case needs.Canary:
		return w.startCanary()
	case needs.OldNonce:
		return w.expireNonce()
	case needs.OtherNonce:
		return w.foreignNonce()
	}
	return nil
}

// secondToken returns another access token for the same endpoint, bound to the
// same key.
func (w *Prober) secondToken(thumbprint string) (string, error) {
	p, err := w.At()
	if err != nil {
		return "", err
	}
	return p.Token(w.World, thumbprint)
}

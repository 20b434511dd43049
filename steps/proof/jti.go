package proof

import (
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// jtiSteps are about what a server keeps of a proof, and under which name: a
// memory that names proofs by too much takes a used one for new, one that names
// them by too little takes a new one for used (RFC 9449 §11.1).
func jtiSteps(v *vocabulary.Vocabulary) {
	v.Word("namesake", "A proof that has the jti of the accepted one and differs from it otherwise.", namesakes.Forms()...)
	v.Word("jti-difference", "Where two jtis differ.", jtiPairs.Forms()...)
	g := vocabulary.For[Prober](v)
	g.When(`^{namesake} has the same jti$`, (*Prober).sendSameID,
		"Sends a sound proof that has the jti of the accepted one. With another key comes a token that is bound to it; "+
			"another URI is one of the same server.",
		"When a proof by another key has the same jti")
	g.When(`^an honest proof has the jti of one that was refused because its (.+?) is (.+)$`, (*Prober).sendRefusedID,
		"Sends a defective proof, and when it was refused an honest one with the same jti.",
		"When an honest proof has the jti of one that was refused because its htm is another method")
	g.When(`^two proofs have jtis that differ in {jti-difference}$`, (*Prober).sendAlmostSameIDs,
		"Sends two honest proofs one after the other; the second is the one that is looked at.",
		"When two proofs have jtis that differ in letter case alone")
	g.When(`^(\d+) proofs with a jti of (\d+) KiB have come$`, (*Prober).floodIDs,
		"Sends so many proofs with so large a jti, be they accepted or refused.",
		"When 20 proofs with a jti of 8 KiB have come")
}

// namesakes are the ways of {namesake}: each sends a proof with the jti of the
// one given.
var namesakes = vocabulary.Meanings[func(*Prober, *made) error]{
	"a proof by another key":                (*Prober).sendSameIDByAnotherKey,
	"a proof for another URI":               (*Prober).sendSameIDElsewhere,
	"a proof with a newer nonce":            (*Prober).sendSameIDNewNonce,
	"a proof that was made a second before": (*Prober).sendSameIDEarlier,
}

// jtiPairs make two jtis that differ as {jti-difference} says.
var jtiPairs = vocabulary.Meanings[func() (first, second string)]{
	"the last of 100 characters": func() (string, string) {
		stem := strings.Repeat(dpop.NewID(), 5)[:99]
		return stem + "a", stem + "b"
	},
	"letter case alone": func() (string, string) {
		id := strings.ToLower(dpop.NewID())
		return id, strings.ToUpper(id)
	},
}

// withID gives a proof a jti.
func withID(id string) func(*dpop.Draft) {
	return func(d *dpop.Draft) { d.Claims.Set("jti", id) }
}

func (w *Prober) sendSameID(namesake string) error {
	send, err := namesakes.Of(namesake)
	if err != nil {
		return err
	}
	m, err := w.acceptedProof()
	if err != nil {
		return err
	}
	return send(w, m)
}

func (w *Prober) sendSameIDByAnotherKey(m *made) error {
	other, err := w.Key("another client")
	if err != nil {
		return err
	}
	_, err = w.sendSigned(nil, "a proof by another key with the same jti", withID(m.id()), other, other)
	return err
}

func (w *Prober) sendSameIDElsewhere(m *made) error {
	if !w.EmbeddedEndpoint() {
		return world.NotApplicablef("the configuration names no second URI of this server")
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	probe, at, err := w.PrepareAnother(key.Thumbprint)
	if err != nil {
		return err
	}
	again, err := w.make(probe, key, withID(m.id()))
	if err != nil {
		return err
	}
	e, err := w.SendWith("a proof for another URI with the same jti", probe, "DPoP", []string{again.text})
	return w.BeginAt(at, nil).End(e, err)
}

func (w *Prober) sendSameIDNewNonce(m *made) error {
	if err := w.remembers(m); err != nil {
		return err
	}
	if err := w.rotateNonce(); err != nil {
		return err
	}
	// Any answer brings the newest nonce along; so does this one.
	if err := w.sendNonce("a proof without nonce", ""); err != nil {
		return err
	}
	_, err := w.sendMade(replayed("used before, under another nonce"), "another nonce, the same jti", withID(m.id()))
	return err
}

func (w *Prober) sendSameIDEarlier(m *made) error {
	if err := w.remembers(m); err != nil {
		return err
	}
	iat, err := m.draft.Claims.Number("iat")
	if err != nil {
		return err
	}
	_, err = w.sendMade(replayed("used before, under another iat"), "the same jti, another time", func(d *dpop.Draft) {
		d.Claims.Set("jti", m.id())
		d.Claims.Set("iat", int64(iat)-1)
	})
	return err
}

func (w *Prober) sendRefusedID(part, value string) error {
	defect, err := forge.Find(part, value)
	if err != nil {
		return err
	}
	id := dpop.NewID()
	spoilt := defect
	spoilt.Apply = func(f *forge.Forgery) error {
		f.Draft.Claims.Set("jti", id)
		return defect.Apply(f)
	}
	if err := w.sendDefectUnless(spoilt, unshared); err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	answer, _ := p.Classify(w.Latest().Exchange)
	switch {
	case answer == world.Accepted && w.governedByNonce(w.Latest().Exchange):
		return timeOfNonce()
	case answer != world.Refused && answer != world.Challenged:
		return world.Inconclusivef("the defective proof was not refused: %s", p.Describe(w.Latest().Exchange, nil))
	}
	_, err = w.sendMade(nil, "an honest proof with the jti of the refused one", withID(id))
	return err
}

// sendAlmostSameIDs sends two proofs that differ in their jti; the first must be
// accepted.
func (w *Prober) sendAlmostSameIDs(difference string) error {
	pair, err := jtiPairs.Of(difference)
	if err != nil {
		return err
	}
	first, second := pair()
	if _, err := w.first("a proof with a jti", withID(first)); err != nil {
		return err
	}
	_, err = w.sendMade(nil, "a proof whose jti differs in "+difference, withID(second))
	return err
}

func (w *Prober) floodIDs(count, size int) error {
	for range count {
		id := dpop.NewID() + strings.Repeat("a", size<<10)
		if _, err := w.sendMade(nil, "a proof with a large jti", withID(id)); err != nil {
			return err
		}
	}
	return nil
}

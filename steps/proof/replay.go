package proof

import (
	"fmt"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func replaySteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.Given(`^a proof has been accepted$`, (*Prober).proofHasBeenAccepted,
		"Sends the endpoint's request with an honest proof that the next steps use again; the case is inconclusive unless it succeeds.",
		"Given a proof has been accepted")
	g.When(`^the same proof comes again$`, (*Prober).sendAgain,
		"Repeats the endpoint's request with the very proof that was accepted.",
		"When the same proof comes again")
	g.When(`^the same proof comes again after (\d+) seconds?$`, (*Prober).sendAgainLater,
		"Repeats the request with the accepted proof when that much time has passed; a real server's clock cannot be moved.",
		"When the same proof comes again after 1 second")
	g.When(`^the same proof comes again at the end of its time$`, (*Prober).sendAtTheEnd,
		"Uses a proof made as far ahead as the server accepts, and uses it again just before it would be too old; a real server's clock cannot be moved.",
		"When the same proof comes again at the end of its time")
	g.When(`^(\d+) copies of one request come at once$`, (*Prober).sendCopies,
		"Sends that many requests with the same proof in parallel.",
		"When 20 copies of one request come at once")
	g.When(`^the same claims come again with (a malleated signature|trailing bits in the signature)$`, (*Prober).sendMalleated,
		"Sends the accepted proof again, its text changed as anybody can who has seen it.",
		"When the same claims come again with a malleated signature")
	g.When(`^a proof by another key has the same jti$`, (*Prober).sendSameIDByAnotherKey,
		"Sends the endpoint's request with a proof by another key, and a token that is bound to that key.",
		"When a proof by another key has the same jti")
	g.When(`^a proof for another URI has the same jti$`, (*Prober).sendSameIDElsewhere,
		"Sends a request to another URI of the same server, with the jti of the accepted proof.",
		"When a proof for another URI has the same jti")
	g.When(`^a proof with a newer nonce has the same jti$`, (*Prober).sendSameIDNewNonce,
		"Sends a proof that differs from the accepted one in its nonce, not in its jti.",
		"When a proof with a newer nonce has the same jti")
	g.When(`^an honest proof has the jti of one that was refused because its (.+?) is (.+)$`, (*Prober).sendRefusedID,
		"Sends a defective proof, and when it was refused an honest one with the same jti.",
		"When an honest proof has the jti of one that was refused because its htm is another method")
	g.When(`^two proofs have jtis of (\d+) characters that differ in the last one$`, (*Prober).sendLongIDs,
		"Sends two honest proofs one after the other; the second is the one that is looked at.",
		"When two proofs have jtis of 100 characters that differ in the last one")
	g.When(`^(\d+) proofs with a jti of (\d+) KiB have come$`, (*Prober).floodIDs,
		"Sends so many proofs with so large a jti, be they accepted or refused.",
		"When 20 proofs with a jti of 8 KiB have come")
	g.Then(`^exactly one of them is accepted$`, (*Prober).exactlyOneAccepted,
		"Of parallel copies one must be accepted and all others refused.",
		"Then exactly one of them is accepted")
}

// replayed is the defect of a proof that was used before.
func replayed(value string, refused ...string) *forge.Defect {
	return &forge.Defect{Part: "proof", Value: value, Refused: append(refused, "replay")}
}

func (w *Prober) make(probe *world.Probe, key *dpop.Key, change func(*dpop.Draft)) (*made, error) {
	return w.makeSigned(probe, key, change, key)
}

func (w *Prober) makeSigned(probe *world.Probe, key *dpop.Key, change func(*dpop.Draft), signer *dpop.Key) (*made, error) {
	m := &made{draft: dpop.NewDraft(key, probe.Occasion, w.Now(probe.Request.URL)), probe: probe}
	if change != nil {
		change(&m.draft)
	}
	var err error
	if m.text, err = m.draft.Sign(signer); err != nil {
		return nil, err
	}
	_, _, m.signature, err = dpop.SplitCompact(m.text, dpop.DecodeSegment)
	return m, err
}

// sendMade makes a proof by the client's key and sends it, once more where
// only the nonce was missing.
func (w *Prober) sendMade(defect *forge.Defect, title string, change func(*dpop.Draft)) (*made, error) {
	key, err := w.Key("client")
	if err != nil {
		return nil, err
	}
	return w.sendSigned(defect, title, change, key, key)
}

// sendSigned is sendMade for the holder of another key, or with the signature of
// another key than the holder's.
func (w *Prober) sendSigned(defect *forge.Defect, title string, change func(*dpop.Draft), key, signer *dpop.Key) (*made, error) {
	p, err := w.At()
	if err != nil {
		return nil, err
	}
	var m *made
	for range 2 {
		probe, err := w.Prepare(key.Thumbprint)
		if err != nil {
			return nil, err
		}
		if m, err = w.makeSigned(probe, key, change, signer); err != nil {
			return nil, err
		}
		attempt := w.Begin(defect)
		if err := attempt.End(w.SendWith(title, probe, "DPoP", []string{m.text})); err != nil {
			return m, err
		}
		if answer, _ := p.Classify(attempt.Exchange); answer != world.Challenged {
			break
		}
	}
	return m, nil
}

// first sends a proof that has to be accepted before its use again means
// anything.
func (w *Prober) first(title string, change func(*dpop.Draft)) (*made, error) {
	key, err := w.Key("client")
	if err != nil {
		return nil, err
	}
	return w.firstOf(key, title, change)
}

// firstOf is first for the holder of a key.
func (w *Prober) firstOf(key *dpop.Key, title string, change func(*dpop.Draft)) (*made, error) {
	m, err := w.sendSigned(nil, title, change, key, key)
	if err != nil {
		return nil, err
	}
	p, _ := w.At()
	if answer, _ := p.Classify(w.Latest().Exchange); answer != world.Accepted {
		return nil, world.Inconclusivef("the positive control failed: %s got %s", title, p.Describe(w.Latest().Exchange, nil))
	}
	w.Control()
	return m, nil
}

func (w *Prober) proofHasBeenAccepted() (err error) {
	w.replaying.accepted, err = w.first("the first use of a proof", nil)
	return err
}

// acceptedProof returns the proof to be used again.
func (w *Prober) acceptedProof() (*made, error) {
	m := w.replaying.accepted
	if m == nil {
		return nil, fmt.Errorf(`no proof was accepted that could be used again; put "Given a proof has been accepted" first`)
	}
	return m, nil
}

// resend sends a request like that of the first use, complete with a new code
// where one is needed, with the given text of a proof.
func (w *Prober) resend(defect *forge.Defect, title string, m *made, text string) error {
	again, err := w.anew(m)
	if err != nil {
		return err
	}
	return w.Begin(defect).End(w.SendWith(title, again, "DPoP", []string{text}))
}

// anew returns the request of a proof again: with a new code at the token
// endpoint, with the same token at a resource server.
func (w *Prober) anew(m *made) (*world.Probe, error) {
	if m.probe.Occasion.AccessToken != "" {
		return m.probe, nil
	}
	key, err := w.Key("client")
	if err != nil {
		return nil, err
	}
	return w.Prepare(key.Thumbprint)
}

func (w *Prober) sendAgain() error { return w.sendAgainAs(replayed("used before")) }

func (w *Prober) sendAgainAs(defect *forge.Defect) error {
	m, err := w.acceptedProof()
	if err != nil {
		return err
	}
	return w.resend(defect, "the same proof again", m, m.text)
}

func (w *Prober) sendAgainLater(seconds int) error {
	if !w.EmbeddedEndpoint() {
		return world.NotApplicablef("the clock of a real server cannot be moved")
	}
	w.Clock.Advance(time.Duration(seconds) * time.Second)
	return w.sendAgainAs(replayed("used before", "iat"))
}

func (w *Prober) sendAtTheEnd() error {
	if !w.EmbeddedEndpoint() {
		return world.NotApplicablef("the clock of a real server cannot be moved")
	}
	if err := w.measureWindow(); err != nil {
		return err
	}
	window := &w.windowState
	issued := w.Clock.Now().Add(window.future).Unix()
	late := func(d *dpop.Draft) { d.Claims.Set("iat", issued) }
	m, err := w.first("a proof as far ahead as the server accepts", late)
	if err != nil {
		return err
	}
	w.Clock.Advance(window.future + window.past)
	if _, err := w.first("another proof of the same time, at its end", late); err != nil {
		return err
	}
	return w.resend(replayed("used before"), "the first proof again, at the end of its time", m, m.text)
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
		probe, err := w.Prepare(key.Thumbprint)
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
	w.replaying.copies, err = w.SendAll("one of parallel copies", requests)
	return err
}

func (w *Prober) exactlyOneAccepted() error {
	p, err := w.At()
	if err != nil {
		return err
	}
	copies := w.replaying.copies
	if copies == nil {
		return fmt.Errorf("no copies were sent; put a When step before this one")
	}
	count := map[world.Answer]int{}
	for _, e := range copies {
		answer, _ := p.Classify(e)
		count[answer]++
	}
	if count[world.Unclear] > 0 {
		return world.Inconclusivef("%d of %d answers tell neither acceptance nor refusal", count[world.Unclear], len(copies))
	}
	return w.Expect(count[world.Accepted] == 1 && count[world.Broken] == 0, "one copy accepted and the others refused",
		fmt.Sprintf("%d of %d accepted, %d server errors", count[world.Accepted], len(copies), count[world.Broken]))
}

// sendMalleated needs no private key: it changes the text of a proof that was
// seen on the wire.
func (w *Prober) sendMalleated(how string) error {
	m, err := w.acceptedProof()
	if err != nil {
		return err
	}
	part, value := "signature", "malleated"
	if strings.HasPrefix(how, "trailing") {
		part, value = "form", "with trailing bits in the signature"
	}
	defect, err := forge.Find(part, value)
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	if !defect.Needs.Suits(key.Algorithm) {
		return world.NotApplicablef("only an ECDSA signature can be changed so, not one of %s", key.Algorithm)
	}
	text, err := m.respelled(defect, key)
	if err != nil {
		return err
	}
	if err := w.remembers(m); err != nil {
		return err
	}
	return w.resend(replayed("used before, with "+how, defect.Refused...), "the same claims with "+how, m, text)
}

// remembers makes sure that the server refuses the accepted proof itself: else
// it keeps no memory, which is the business of another scenario.
func (w *Prober) remembers(m *made) error {
	if err := w.resend(nil, "the same proof again", m, m.text); err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	if answer, _ := p.Classify(w.Latest().Exchange); answer == world.Accepted {
		return world.NotApplicablef("the server keeps no memory of proofs: it accepts the very same one again")
	}
	return nil
}

// respelled gives the signature of a proof another text.
func (m *made) respelled(defect forge.Defect, key *dpop.Key) (string, error) {
	header, claims := m.draft.Header.JSON(), m.draft.Claims.JSON()
	input := dpop.EncodeSegment(header) + "." + dpop.EncodeSegment(claims) + "."
	forged, err := defect.Forge(forge.Forgery{
		Key: key, Draft: m.draft, Occasion: m.probe.Occasion, Header: header, Payload: claims,
		Sign: func([]byte) ([]byte, error) { return append([]byte(nil), m.signature...), nil },
	})
	if err != nil {
		return "", err
	}
	return input + forged.Proof[strings.LastIndexByte(forged.Proof, '.')+1:], nil
}

func (m *made) id() string {
	id, _ := m.draft.Claims.Text("jti")
	return id
}

func (w *Prober) sendSameIDByAnotherKey() error {
	m, err := w.acceptedProof()
	if err != nil {
		return err
	}
	other, err := w.Key("another client")
	if err != nil {
		return err
	}
	same := func(d *dpop.Draft) { d.Claims.Set("jti", m.id()) }
	_, err = w.sendSigned(nil, "a proof by another key with the same jti", same, other, other)
	return err
}

func (w *Prober) sendSameIDElsewhere() error {
	m, err := w.acceptedProof()
	if err != nil {
		return err
	}
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
	again, err := w.make(probe, key, func(d *dpop.Draft) { d.Claims.Set("jti", m.id()) })
	if err != nil {
		return err
	}
	return w.BeginAt(at, nil).End(w.SendWith("a proof for another URI with the same jti", probe, "DPoP", []string{again.text}))
}

func (w *Prober) sendSameIDNewNonce() error {
	m, err := w.acceptedProof()
	if err != nil {
		return err
	}
	if err := w.remembers(m); err != nil {
		return err
	}
	if err := w.rotateNonce(); err != nil {
		return err
	}
	// Any answer brings the newest nonce along; so does this one.
	if err := w.sendWithoutNonce(); err != nil {
		return err
	}
	_, err = w.sendMade(replayed("used before, under another nonce"), "another nonce, the same jti", func(d *dpop.Draft) {
		d.Claims.Set("jti", m.id())
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
	if err := w.sendDefect(spoilt); err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	answer, _ := p.Classify(w.Latest().Exchange)
	switch {
	case answer == world.Accepted && w.GovernedByNonce(w.Latest().Exchange):
		return timeOfNonce()
	case answer != world.Refused && answer != world.Challenged:
		return world.Inconclusivef("the defective proof was not refused: %s", p.Describe(w.Latest().Exchange, nil))
	}
	_, err = w.sendMade(nil, "an honest proof with the jti of the refused one", func(d *dpop.Draft) {
		d.Claims.Set("jti", id)
	})
	return err
}

func (w *Prober) sendLongIDs(length int) error {
	stem := strings.Repeat(dpop.NewID(), length/22+1)[:length-1]
	return w.sendIDs("a long jti", stem+"a", "another last character", stem+"b")
}

// sendIDs sends two proofs that differ in their jti; the first must be accepted.
func (w *Prober) sendIDs(called, id, otherwise, other string) error {
	with := func(id string) func(*dpop.Draft) {
		return func(d *dpop.Draft) { d.Claims.Set("jti", id) }
	}
	if _, err := w.first("a proof with "+called, with(id)); err != nil {
		return err
	}
	_, err := w.sendMade(nil, "a proof with "+otherwise, with(other))
	return err
}

func (w *Prober) floodIDs(count, size int) error {
	for range count {
		id := dpop.NewID() + strings.Repeat("a", size<<10)
		if _, err := w.sendMade(nil, "a proof with a large jti", func(d *dpop.Draft) { d.Claims.Set("jti", id) }); err != nil {
			return err
		}
	}
	return nil
}

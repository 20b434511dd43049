package proof

import (
	"fmt"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// replaySteps are about a proof that was accepted and comes again (RFC 9449
// §11.1).
func replaySteps(v *vocabulary.Vocabulary) {
	v.Word("later", "What happens between two uses of a proof.", laterUses.Forms()...)
	v.Word("respelled", "What is changed of a request whose proof stays the same.", respelledUses.Forms()...)
	g := vocabulary.For[Prober](v)
	g.Given(`^a proof has been accepted$`, (*Prober).proofHasBeenAccepted,
		"Sends the endpoint's request with an honest proof that the next steps use again; "+
			"the case is inconclusive unless it succeeds.",
		"Given a proof has been accepted")
	g.When(`^the same proof comes again$`, (*Prober).sendAgain,
		"Repeats the endpoint's request with the very proof that was accepted.",
		"When the same proof comes again")
	g.When(`^the same proof comes again {later}$`, (*Prober).sendAgainLater,
		"Repeats the request with the accepted proof when time has passed or other proofs have come. "+
			"A real server's clock cannot be moved; at one \"many\" are 1100, since memories of a thousand are in use, "+
			"and 110 at an embedded one.",
		"When the same proof comes again a second later")
	g.When(`^the same proof comes again {respelled}$`, (*Prober).sendAgainRespelled,
		"Repeats the request with the accepted proof, changed where htu does not look or in how its URI is spelled, "+
			"or as anybody can change a signature who has seen it. "+
			"Where a new proof is not taken at such a spelling, it does not apply.",
		"When the same proof comes again with another query")
}

// laterUses are the ways of {later}.
var laterUses = vocabulary.Meanings[func(*Prober) error]{
	"a second later":         func(w *Prober) error { return w.sendAgainAfter(time.Second) },
	"four minutes later":     func(w *Prober) error { return w.sendAgainAfter(4 * time.Minute) },
	"at the end of its time": (*Prober).sendAtTheEnd,
	"after twenty others":    func(w *Prober) error { return w.sendAgainAfterOthers(20) },
	"after many others":      (*Prober).sendAgainAfterMany,
}

// respelledUses are the ways of {respelled}.
var respelledUses = vocabulary.Meanings[func(w *Prober, how string) error]{
	"with another query":                  (*Prober).sendAgainWithQuery,
	"with its host in capitals":           sentElsewhere(hostInCapitals),
	"with its default port":               sentElsewhere(withDefaultPort),
	"with an escaped letter in its path":  sentElsewhere(EscapeLetter),
	"with another access token":           (*Prober).sendAgainForToken,
	"with the method HEAD":                (*Prober).sendAgainAsHead,
	"with a malleated signature":          otherSignature("signature", "malleated"),
	"with a raised signature":             otherSignature("signature", "with S raised by the group order"),
	"with trailing bits in the signature": otherSignature("form", "with trailing bits in the signature"),
}

// otherSignature sends the claims with a signature that has a defect.
func otherSignature(part, value string) func(*Prober, string) error {
	return func(w *Prober, how string) error { return w.sendOtherSignature(part, value, how) }
}

// replayed is the defect of a proof that was used before.
func replayed(value string, refused ...string) *forge.Defect {
	return &forge.Defect{Part: "proof", Value: value, Refused: append(refused, "replay")}
}

func (w *Prober) proofHasBeenAccepted() (err error) {
	w.accepted, err = w.first("the first use of a proof", nil)
	return err
}

// acceptedProof returns the proof to be used again.
func (w *Prober) acceptedProof() (*made, error) {
	m := w.accepted
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
	return w.PrepareToSpend(key.Thumbprint)
}

func (w *Prober) sendAgain() error { return w.sendAgainAs(replayed("used before")) }

func (w *Prober) sendAgainAs(defect *forge.Defect) error {
	m, err := w.acceptedProof()
	if err != nil {
		return err
	}
	return w.resend(defect, "the same proof again", m, m.text)
}

func (w *Prober) sendAgainLater(later string) error {
	use, err := laterUses.Of(later)
	if err != nil {
		return err
	}
	return use(w)
}

func (w *Prober) sendAgainAfter(d time.Duration) error {
	if err := w.pass(d); err != nil {
		return err
	}
	return w.sendAgainAs(replayed("used before", "iat"))
}

// moment is what anybody's patience has room for.
const moment = 2 * time.Second

// pass lets time pass: the clock of an embedded server is moved, at a real one we wait
// for as long as the configuration allows a measurement to take.
func (w *Prober) pass(d time.Duration) error {
	if w.EmbeddedEndpoint() {
		w.Clock.Advance(d)
		return nil
	}
	if allowed := w.Session.Limits.Patience; d > max(moment, allowed) {
		return world.Lackingf("limits.patience", "the clock of a real server cannot be moved, "+
			"and to wait takes %v; limits.patience allows %v", d, allowed)
	}
	return w.timing().sleep(w.Context, d)
}

// sendAtTheEnd uses a proof made as far ahead as the server accepts, and uses it
// again just before it would be too old.
func (w *Prober) sendAtTheEnd() error {
	if err := w.knowWindow(); err != nil {
		return err
	}
	ahead, life := w.window.future, w.window.future+w.window.past
	if !w.EmbeddedEndpoint() { // its clock moves on meanwhile
		ahead, life = within(ahead), within(within(within(life)))
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	probe, err := w.Prepare(key.Thumbprint)
	if err != nil {
		return err
	}
	issued := w.Now(probe.Request.URL).Add(ahead).Unix()
	late := func(d *dpop.Draft) { d.Claims.Set("iat", issued) }
	m, err := w.first("a proof as far ahead as the server accepts", late)
	if err != nil {
		return err
	}
	if err := w.pass(life); err != nil {
		return err
	}
	if _, err := w.first("another proof of the same time, at its end", late); err != nil {
		return err
	}
	return w.resend(replayed("used before"), "the first proof again, at the end of its time", m, m.text)
}

// sendAgainAfterMany knows of the embedded servers how their memories are made:
// what holds for a hundred proofs there holds for a thousand, in a tenth of the time.
func (w *Prober) sendAgainAfterMany() error {
	if w.EmbeddedEndpoint() {
		return w.sendAgainAfterOthers(110)
	}
	return w.sendAgainAfterOthers(1100)
}

// meanwhile is how long the other proofs may take: a proof is good for longer
// at any server that takes one that took its time (RFC 9449 §11.1).
const meanwhile = 20 * time.Second

// sendAgainAfterOthers looks for a memory that holds so many proofs and no more,
// out of which anyone with a key of their own pushes the one to be replayed.
func (w *Prober) sendAgainAfterOthers(count int) error {
	m, err := w.remembered()
	if err != nil {
		return err
	}
	start, shown := time.Now(), len(w.Shown)
	for range count {
		if _, err := w.first("another proof", nil); err != nil {
			return err
		}
		w.Shown = w.Shown[:shown] // a thousand of a kind tell nothing
	}
	if took := time.Since(start); took > meanwhile {
		return world.Inconclusivef("%d proofs took %v; the first may be too old by now", count, took.Round(time.Second))
	}
	return w.resend(replayed("used before"), "the same proof again", m, m.text)
}

func (w *Prober) sendAgainRespelled(how string) error {
	use, err := respelledUses.Of(how)
	if err != nil {
		return err
	}
	return use(w, how)
}

// sendAgainWithQuery changes the URL where htu leaves it out.
func (w *Prober) sendAgainWithQuery(how string) error {
	m, err := w.remembered()
	if err != nil {
		return err
	}
	again := *m.probe
	again.Request.URL = world.WithQuery(again.Request.URL, "again=1")
	e, err := w.SendWith("the same proof "+how, &again, "DPoP", []string{m.text})
	return w.Begin(replayed("used before, "+how)).End(e, err)
}

// sendOtherSignature needs no private key: it changes the text of a proof that was
// seen on the wire.
func (w *Prober) sendOtherSignature(part, value, how string) error {
	m, err := w.acceptedProof()
	if err != nil {
		return err
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
		return world.NotApplicablef("only a signature of %s can be changed so, not one of %s",
			strings.Join(defect.Needs.Algorithms, ", "), key.Algorithm)
	}
	text, err := m.respelled(defect, key)
	if err != nil {
		return err
	}
	if err := w.remembers(m); err != nil {
		return err
	}
	return w.resend(replayed("used before, "+how, defect.Refused...), "the same claims "+how, m, text)
}

// remembered returns the accepted proof, once it is certain that the server
// keeps a memory at all.
func (w *Prober) remembered() (*made, error) {
	m, err := w.acceptedProof()
	if err != nil {
		return nil, err
	}
	return m, w.remembers(m)
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

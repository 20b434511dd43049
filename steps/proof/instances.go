package proof

import (
	"errors"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// instancesSteps are about an authorization server that runs as several instances
// behind one URL: it is one server all the same.
func instancesSteps(v *vocabulary.Vocabulary) {
	v.Word("at-instance", "What an instance of the authorization server gets.", atInstances.Forms()...)
	g := vocabulary.For[Prober](v)
	g.Given(`^the authorization server has a second instance$`, (*Prober).hasInstance,
		"Starts another instance of the embedded server, with the same memory; "+
			"of a real one it is named as authorization_server.replicas.",
		"Given the authorization server has a second instance")
	g.When(`^an instance of the server gets {at-instance}$`, (*Prober).sendAtInstance,
		"Sends the endpoint's request straight to one of two instances. A proof that was accepted must come before its "+
			"second use; a nonce is asked for at the instance that is named.",
		"When an instance of the server gets the proof that another has taken")
	g.Then(`^it is accepted, or one challenge leads out$`, (*Prober).oneChallengeLeadsOut,
		"A client repeats a request once. The nonce of a challenge must therefore be good at every instance: "+
			"the repetition may go to any.",
		"Then it is accepted, or one challenge leads out")
}

// atInstances are the ways of {at-instance}.
var atInstances = vocabulary.Meanings[func(*Prober) error]{
	"the proof that another has taken": (*Prober).sendTaken,
	"a proof of its own":               (*Prober).sendOwn,
	"a nonce of the first":             func(w *Prober) error { return w.sendNonceFrom(atFirst, atSecond) },
	"a nonce of the second":            func(w *Prober) error { return w.sendNonceFrom(atSecond, atFirst) },
}

func (w *Prober) hasInstance() (err error) {
	w.instances.second, err = w.SecondInstance()
	return err
}

func (w *Prober) sendAtInstance(what string) error {
	if w.instances.second == "" {
		return errors.New(`there is one instance alone; put "Given the authorization server has a second instance" first`)
	}
	send, err := atInstances.Of(what)
	if err != nil {
		return err
	}
	return send(w)
}

// sendTaken sends the second instance a new request with the proof that the first has
// accepted, and knows again.
func (w *Prober) sendTaken() error {
	m, err := w.remembered()
	if err != nil {
		return err
	}
	again, err := w.anew(m)
	if err != nil {
		return err
	}
	own := *again
	SendTo(w.instances.second, &own.Request)
	attempt := w.Begin(replayed("used before, at another instance"))
	return attempt.End(w.SendWith("the same proof at the second instance", &own, "DPoP", []string{m.text}))
}

// sendOwn sends the second instance an honest proof, once more where it asks for a nonce.
func (w *Prober) sendOwn() error {
	nonce := ""
	p, err := w.At()
	if err != nil {
		return err
	}
	for again := false; ; again = true {
		e, err := w.toInstance("an honest proof at the second instance", atSecond, nonce)
		if err != nil {
			return w.Begin(nil).End(e, err)
		}
		answer, _ := p.Classify(e)
		if answer != world.Challenged || again {
			return w.Begin(nil).End(e, nil)
		}
		nonce = givenBy(e)
	}
}

// sendNonceFrom gets a nonce at one instance, and sends the other a proof with it.
func (w *Prober) sendNonceFrom(from, to instance) error {
	e, err := w.toInstance("asking an instance for a nonce", from, "")
	if err != nil {
		return err
	}
	nonce := givenBy(e)
	if nonce == "" {
		return world.NotApplicablef("the instance hands out no nonce")
	}
	w.instances.challenged = to
	return w.Begin(nil).End(w.toInstance("a proof with a nonce of another instance", to, nonce))
}

// oneChallengeLeadsOut answers a challenge at the instance that has not made it.
func (w *Prober) oneChallengeLeadsOut() error {
	p, attempt, err := w.Judge("accepted")
	if err != nil {
		return err
	}
	if answer, _ := p.Classify(attempt.Exchange); answer != world.Challenged {
		return w.IsAccepted()
	}
	w.Observe("the nonce of another instance was challenged")
	nonce := givenBy(attempt.Exchange)
	e, err := w.toInstance("the repetition at the other instance", w.instances.challenged.other(), nonce)
	if err := w.Begin(nil).End(e, err); err != nil {
		return err
	}
	return w.IsAccepted()
}

// toInstance sends the endpoint's request with an honest proof and a nonce to an
// instance; an empty nonce is none.
func (w *Prober) toInstance(title string, at instance, nonce string) (*wire.Exchange, error) {
	key, err := w.Key("client")
	if err != nil {
		return nil, err
	}
	probe, err := w.PrepareToSpend(key.Thumbprint)
	if err != nil {
		return nil, err
	}
	probe.Occasion.Nonce = nonce
	proof, err := dpop.NewProof(key, probe.Occasion, w.Now(probe.Request.URL))
	if err != nil {
		return nil, err
	}
	if at == atSecond {
		SendTo(w.instances.second, &probe.Request)
	}
	return w.SendWith(title, probe, "DPoP", []string{proof})
}

// givenBy is the nonce of an answer; empty if there is none, or more than one.
func givenBy(e *wire.Exchange) string {
	nonce, _ := e.Answer.One("DPoP-Nonce")
	return nonce
}

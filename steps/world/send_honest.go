package world

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// SendHonest sends the endpoint's request with an honest proof by a key, as a
// sound client does: once more if a nonce is asked for (RFC 9449 §8).
func (w *World) SendHonest(title string, key *dpop.Key) (*wire.Exchange, error) {
	p, err := w.At()
	if err != nil {
		return nil, err
	}
	probe, err := w.Prepare(key.Thumbprint)
	if err != nil {
		return nil, err
	}
	return w.SendHonestAt(p, title, probe, key)
}

// SendHonestAt is SendHonest for a prepared request to an endpoint that need not
// be the one under test. Where the server has not accepted any honest proof yet and
// its Date tells another time than ours, that time is tried too.
func (w *World) SendHonestAt(p Endpoint, title string, probe *Probe, key *dpop.Key) (*wire.Exchange, error) {
	e, err := w.sendHonestNow(p, title, probe, key)
	if err != nil || w.lane == nil || w.Embedded(probe.Request.URL) {
		return e, err
	}
	origin := OriginOf(probe.Request.URL)
	w.answeredOwn(p, e)
	switch answer, _ := p.Classify(e); {
	case answer == Accepted:
		w.honestlyGranted(p, origin)
	case answer == Refused && w.lane.clocks.tryOther(origin):
		again, err := w.sendHonestNow(p, title+", by the clock of the server's Date", probe, key)
		if err != nil {
			return again, err
		}
		if answer, _ := p.Classify(again); answer == Accepted {
			w.honestlyGranted(p, origin)
			return again, nil
		}
		w.lane.clocks.revert(origin)
	}
	return e, nil
}

// honestlyGranted keeps for other cases that an endpoint takes honest proofs, by the
// present clock of its server.
func (w *World) honestlyGranted(p Endpoint, origin string) {
	if w.lane != nil {
		w.lane.clocks.good(origin)
		w.Session.Granted(p.Name)
		if p.Name == features.API && w.operation != nil {
			w.Session.Granted(PlaceOf(p.Name, w.operation))
		}
	}
}

func (w *World) sendHonestNow(p Endpoint, title string, probe *Probe, key *dpop.Key) (*wire.Exchange, error) {
	for again := false; ; again = true {
		used := probe.Occasion.Nonce
		proof, err := dpop.NewProof(key, probe.Occasion, w.Now(probe.Request.URL))
		if err != nil {
			return nil, err
		}
		e, err := w.SendWith(title, probe, "DPoP", []string{proof})
		if err != nil {
			return e, err
		}
		nonce := w.nonceAfter(probe.Request.URL, used)
		if wantsAttestationChallenge(e) && !again {
			continue
		}
		if answer, _ := p.Classify(e); answer != Challenged || nonce == used || again {
			return e, nil
		}
		probe.Occasion.Nonce = nonce
	}
}

// SendWith sends a prepared request with field lines of one name added: DPoP, or
// what stands in its place.
func (w *World) SendWith(title string, probe *Probe, name string, lines []string) (*wire.Exchange, error) {
	return w.Send(title, probe.With(name, lines))
}

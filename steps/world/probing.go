package world

import (
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// SendWith sends a prepared request with the given DPoP field lines.
func (w *World) SendWith(title string, probe *Probe, name string, lines []string) (*wire.Exchange, error) {
	return w.Send(title, probe.With(name, lines))
}

// With returns the request with DPoP field lines added.
func (p *Probe) With(name string, lines []string) wire.Request {
	request := p.Request
	request.Fields = slices.Clone(request.Fields)
	for _, line := range lines {
		request.Fields = append(request.Fields, wire.Field{Name: name, Value: line})
	}
	return request
}

func (w *World) Insist(title string, p Endpoint, probe *Probe, key *dpop.Key) (*wire.Exchange, error) {
	for attempt := 0; ; attempt++ {
		proof, err := dpop.NewProof(key, probe.Occasion, w.Now(probe.Request.URL))
		if err != nil {
			return nil, err
		}
		e, err := w.SendWith(title, probe, "DPoP", []string{proof})
		if err != nil {
			return e, err
		}
		nonce := w.Nonce(probe.Request.URL)
		if answer, _ := p.Classify(e); answer != Challenged || nonce == probe.Occasion.Nonce || attempt > 0 {
			return e, nil
		}
		probe.Occasion.Nonce = nonce
	}
}

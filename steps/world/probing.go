package world

import (
	"slices"

	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Probing is what a case knows of its requests.
type Probing struct {
	controlled bool     // an honest request was granted
	attempt    *Attempt // which Then steps judge
}

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

// Honest sends the endpoint's request with an honest proof by the named key,
// as a sound client does: once more if a nonce is asked for (RFC 9449 §8).
func (w *World) Honest(title string, key *dpop.Key) (*wire.Exchange, error) {
	p, err := w.At()
	if err != nil {
		return nil, err
	}
	probe, err := w.Prepare(key.Thumbprint)
	if err != nil {
		return nil, err
	}
	return w.Insist(title, p, probe, key)
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
		nonce := w.Nonces[OriginOf(probe.Request.URL)]
		if answer, _ := p.Classify(e); answer != Challenged || nonce == probe.Occasion.Nonce || attempt > 0 {
			return e, nil
		}
		probe.Occasion.Nonce = nonce
	}
}

// Disregarded says how a granted request shows that its proof did not count;
// empty if it counted or nothing can be seen.
func (w *World) Disregarded(p Endpoint, e *wire.Exchange) string {
	switch p {
	case TokenEndpoint:
		body, _ := dpop.ParseObject(e.Reply)
		if kind, _ := body.Text("token_type"); !strings.EqualFold(kind, dpop.Scheme) {
			return fmt.Sprintf("a token of the type %q, as if no proof had come", kind)
		}
	case PAREndpoint:
		if _, bound := e.Fact("bound-to"); !bound && w.Recorder(e.URL) != nil {
			return "a request_uri that is bound to no key, as if no proof had come"
		}
	}
	return ""
}

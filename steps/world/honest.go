package world

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

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

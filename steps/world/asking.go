package world

import (
	"cmp"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

// compose makes the request, with a proof that carries a nonce.
func (w *World) compose(a Ask, address, nonce string) (wire.Request, error) {
	form := url.Values{}
	for name, values := range a.Form {
		form[name] = values
	}
	r := FormRequest(address, form, a.Client)
	if a.Change != nil {
		a.Change(&r)
	}
	if a.Key == nil {
		return r, nil
	}
	occasion := dpop.Occasion{Method: r.Method, URI: r.URL, Nonce: nonce}
	if a.Meant != nil {
		a.Meant(&occasion)
	}
	draft := dpop.NewDraft(a.Key, occasion, w.Now(address))
	if a.Draft != nil {
		a.Draft(&draft)
	}
	proof, err := draft.Sign(a.Key)
	r.Fields = append(r.Fields, wire.Field{Name: "DPoP", Value: proof})
	return r, err
}

// SendAsk sends what was asked for, once more where the server asks for a nonce.
func (w *World) SendAsk(a Ask) (*wire.Exchange, error) {
	grant := a.Form.Get("grant_type")
	if a.Endpoint == PAREndpoint {
		grant = PAREndpoint.Name
	}
	if err := w.usable(a.Client, grant); err != nil {
		return nil, err
	}
	address, err := w.AddressFor(a.Endpoint, a.Client)
	if err != nil {
		return nil, err
	}
	lent := ""
	for again := false; ; again = true {
		used := cmp.Or(lent, w.Nonce(address))
		if a.Nonce != nil {
			used = *a.Nonce
		}
		r, err := w.compose(a, address, used)
		if err != nil {
			return nil, err
		}
		e, err := w.Send(a.Title, r)
		if err != nil {
			return e, err
		}
		answer, _ := a.Endpoint.Classify(e)
		if answer == Accepted && a.Key != nil && a.Defect == nil && a.Draft == nil && !w.Embedded(address) {
			w.honestlyGranted(a.Endpoint, OriginOf(address))
			if a.Endpoint == TokenEndpoint {
				w.noteIssued(a.Client, a.Form, e)
				if a.Form.Get("grant_type") == mockas.GrantDevice {
					w.Session.DeviceApproved()
				}
			}
		}
		if wantsAttestationChallenge(e) && !again {
			continue
		}
		if answer != Challenged || a.Key == nil || a.Nonce != nil || again {
			return e, nil
		}
		if lent = w.nonceAfter(address, used); lent == used {
			return e, nil
		}
	}
}

// Try sends a request whose answer the next steps judge, and keeps the tokens
// that it brings.
func (w *World) Try(a Ask) error {
	attempt := w.Begin(a.Defect)
	attempt.Ask = &a
	if err := attempt.End(w.SendAsk(a)); err != nil {
		return err
	}
	answer, _ := a.Endpoint.Classify(attempt.Exchange)
	if answer != Accepted || a.Endpoint.Grants != "access_token" {
		return nil
	}
	tokens, err := ReadTokens(a.Client, attempt.Exchange)
	if err != nil {
		return err
	}
	w.keep(tokens)
	return nil
}

// Demand is Try for what a scenario rests on: it must succeed.
func (w *World) Demand(a Ask) error {
	if err := w.Try(a); err != nil {
		return err
	}
	if answer, _ := a.Endpoint.Classify(w.Latest().Exchange); answer != Accepted {
		return Inconclusivef("the positive control failed: %s got %s", a.Title, a.Endpoint.Explain(w.Latest().Exchange, nil))
	}
	w.NoteControl()
	return nil
}

// Tokens returns what the latest token request of the scenario gave; nil if none
// gave anything yet.
func (w *World) Tokens() *Tokens { return w.tokens }

// keep remembers what was issued. A refresh token that is not replaced stays
// good (RFC 6749 §6).
func (w *World) keep(tokens *Tokens) {
	if tokens.RefreshToken == "" && w.tokens != nil {
		tokens.RefreshToken = w.tokens.RefreshToken
	}
	w.tokens = tokens
}

package world

import (
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

func (w *World) AddressOf(p Endpoint) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	if p == PAREndpoint {
		if metadata.PAR == "" {
			return "", NotApplicablef("the authorization server has no pushed authorization request endpoint")
		}
		return metadata.PAR, nil
	}
	return metadata.Token, nil
}

// SendAsk sends what was asked for, once more where the server asks for a nonce.
func (w *World) SendAsk(a Ask) (*wire.Exchange, error) {
	address, err := w.AddressOf(a.Place)
	if err != nil {
		return nil, err
	}
	for attempt := 0; ; attempt++ {
		used := w.Nonce(address)
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
		if a.after != nil {
			a.after(e)
		}
		answer, _ := a.Place.Classify(e)
		if answer != Challenged || a.Key == nil || a.Nonce != nil || attempt > 0 || w.Nonce(address) == used {
			return e, nil
		}
	}
}

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

// Try sends a request whose answer the next steps judge, and keeps the tokens.
func (w *World) Try(a Ask) error {
	attempt := w.Begin(a.Defect)
	err := attempt.End(w.SendAsk(a))
	w.Asked = Asked{a, attempt.Exchange}
	if err != nil {
		return err
	}
	if answer, _ := a.Place.Classify(attempt.Exchange); answer == Accepted && a.Place == TokenEndpoint {
		grant, err := ReadGrant(a.Client, attempt.Exchange)
		if err != nil {
			return err
		}
		w.keep(grant)
	}
	return nil
}

// keep remembers what was granted. A refresh token that is not replaced stays
// good (RFC 6749 §6).
func (w *World) keep(grant *Grant) {
	if grant.RefreshToken == "" && w.Granted != nil {
		grant.RefreshToken = w.Granted.RefreshToken
	}
	w.Granted = grant
}

// Demand is try for what a scenario rests on: it must succeed.
func (w *World) Demand(a Ask) error {
	if err := w.Try(a); err != nil {
		return err
	}
	if answer, _ := a.Place.Classify(w.Latest().Exchange); answer != Accepted {
		return Inconclusivef("the positive control failed: %s got %s", a.Title, a.Place.Explain(w.Latest().Exchange, nil))
	}
	w.Control()
	return nil
}

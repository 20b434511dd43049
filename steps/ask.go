package steps

import (
	"fmt"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// ask is a request of a client to the token or PAR endpoint, made anew for
// each attempt: a proof and a client assertion are good only once.
type ask struct {
	title  string
	place  Endpoint
	client target.RegisteredClient
	form   url.Values
	key    *dpop.Key              // nil: without a proof
	change func(*wire.Request)    // changes the request before it is sent
	draft  func(*dpop.Draft)      // changes the proof before it is signed
	defect *dpop.Defect           // what is then wrong with it; nil: nothing
	meant  func(*dpop.Occasion)   // changes what the proof is made for
	nonce  *string                // the proof's nonce in place of the newest; it is not asked for twice
	after  func(e *wire.Exchange) // sees every answer
}

func (w *World) addressOf(p Endpoint) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	if p == parEndpoint {
		if metadata.PAR == "" {
			return "", notApplicable("the authorization server has no pushed authorization request endpoint")
		}
		return metadata.PAR, nil
	}
	return metadata.Token, nil
}

// sendAsk sends what was asked for, once more where the server asks for a nonce.
func (w *World) sendAsk(a ask) (*wire.Exchange, error) {
	address, err := w.addressOf(a.place)
	if err != nil {
		return nil, err
	}
	for attempt := 0; ; attempt++ {
		used := w.nonces[originOf(address)]
		if a.nonce != nil {
			used = *a.nonce
		}
		r, err := w.compose(a, address, used)
		if err != nil {
			return nil, err
		}
		e, err := w.Send(a.title, r)
		if err != nil {
			return e, err
		}
		if a.after != nil {
			a.after(e)
		}
		answer, _ := a.place.Classify(e)
		if answer != Challenged || a.key == nil || a.nonce != nil || attempt > 0 || w.nonces[originOf(address)] == used {
			return e, nil
		}
	}
}

func (w *World) compose(a ask, address, nonce string) (wire.Request, error) {
	form := url.Values{}
	for name, values := range a.form {
		form[name] = values
	}
	r := formRequest(address, form, a.client)
	if a.change != nil {
		a.change(&r)
	}
	if a.key == nil {
		return r, nil
	}
	occasion := dpop.Occasion{Method: r.Method, URI: r.URL, Nonce: nonce}
	if a.meant != nil {
		a.meant(&occasion)
	}
	draft := dpop.NewDraft(a.key, occasion, w.Now(address))
	if a.draft != nil {
		a.draft(&draft)
	}
	proof, err := draft.Sign(a.key)
	r.Fields = append(r.Fields, wire.Field{Name: "DPoP", Value: proof})
	return r, err
}

// tokenAsk is a token request that succeeds as it stands, with a proof by the
// client's key.
func (w *World) tokenAsk(title string) (ask, error) {
	key, err := w.Key("client")
	if err != nil {
		return ask{}, err
	}
	client, grant, err := w.probeClient()
	if err != nil {
		return ask{}, err
	}
	form, err := w.grantForm(client, grant)
	return ask{title: title, place: tokenEndpoint, client: client, form: form, key: key}, err
}

// proofKey is the key pair that the words of a step mean; nil: no proof.
func (w *World) proofKey(words string) (*dpop.Key, error) {
	switch words {
	case "with a proof by its key":
		return w.Key("client")
	case "with a proof by another key":
		return w.Key("another")
	case "without a proof":
		return nil, nil
	}
	return nil, fmt.Errorf("%q does not say which proof", words)
}

// asked remembers the latest request to the token or PAR endpoint, and its answer.
type asked struct {
	latest ask
	answer *wire.Exchange
}

// try sends a request whose answer the next steps judge, and keeps the tokens.
func (w *World) try(a ask) error {
	attempt := w.Begin(a.defect)
	err := attempt.End(w.sendAsk(a))
	*of[asked](w) = asked{a, attempt.Exchange}
	if err != nil {
		return err
	}
	if answer, _ := a.place.Classify(attempt.Exchange); answer == Accepted && a.place == tokenEndpoint {
		grant, err := readGrant(a.client, attempt.Exchange)
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
	if grant.RefreshToken == "" && w.granted != nil {
		grant.RefreshToken = w.granted.RefreshToken
	}
	w.granted = grant
}

// demand is try for what a scenario rests on: it must succeed.
func (w *World) demand(a ask) error {
	if err := w.try(a); err != nil {
		return err
	}
	if answer, _ := a.place.Classify(w.Latest().Exchange); answer != Accepted {
		return inconclusive("the positive control failed: %s got %s", a.title, a.place.explain(w.Latest().Exchange, nil))
	}
	w.Control()
	return nil
}

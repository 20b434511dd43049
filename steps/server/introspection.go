package server

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func introspectionSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.When(`^the (access|refresh) token is introspected$`, (*Tester).introspectGranted,
		"A resource server introspects the newest token (RFC 7662), with its own credentials and without a proof.",
		"When the access token is introspected")
	g.When(`^the access token is introspected with a proof by another key$`, (*Tester).introspectWithProof,
		"The introspection request carries a proof that has nothing to do with the token.",
		"When the access token is introspected with a proof by another key")
	g.When(`^an unknown token is introspected$`, (*Tester).introspectUnknown,
		"A resource server introspects a token that was never issued.",
		"When an unknown token is introspected")
	g.When(`^the access token is introspected without credentials$`, (*Tester).introspectAnonymously,
		"Somebody introspects the newest token without authenticating.",
		"When the access token is introspected without credentials")
	g.Then(`^introspection says active with the binding to its key$`, (*Tester).introspectionShowsBinding,
		"The answer must be active and hold cnf.jkt of the client's key at its top level (RFC 9449 §6.2).",
		"Then introspection says active with the binding to its key")
	g.Then(`^introspection says active$`, (*Tester).introspectionIsActive,
		"The answer must be active: true.",
		"Then introspection says active")
	g.Then(`^introspection names no other token_type than DPoP$`, (*Tester).introspectionType,
		"token_type, if it is there, must be DPoP for a bound token (RFC 9449 §6.2).",
		"Then introspection names no other token_type than DPoP")
	g.Then(`^introspection spells token_type DPoP$`, (*Tester).introspectionSpelling,
		"token_type, if it is there, must be spelled DPoP.",
		"Then introspection spells token_type DPoP")
	g.Then(`^introspection shows no binding$`, (*Tester).introspectionUnbound,
		"The answer must have no cnf.jkt and no token_type DPoP.",
		"Then introspection shows no binding")
	g.Then(`^introspection says inactive and nothing else$`, (*Tester).introspectionInactive,
		"The answer must be active: false without any other member (RFC 7662 §2.2).",
		"Then introspection says inactive and nothing else")
	g.Then(`^introspection tells nothing to a stranger$`, (*Tester).introspectionProtected,
		"The answer must be 401, or at least hold nothing about the token (RFC 7662 §2.1, §4).",
		"Then introspection tells nothing to a stranger")
	g.Then(`^introspection declines or shows the binding to its key$`, (*Tester).introspectionMayShowBinding,
		"The endpoint may not serve refresh tokens; if it does, it shows their binding.",
		"Then introspection declines or shows the binding to its key")
}

// introspect sends an introspection request; a nil client sends no credentials.
func (w *Tester) introspect(token string, client *target.RegisteredClient, key *dpop.Key) error {
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	if metadata.Introspection == "" {
		return world.NotApplicablef("the authorization server has no introspection endpoint")
	}
	form := url.Values{"token": {token}}
	r := wire.Request{Method: "POST", URL: metadata.Introspection, Body: []byte(form.Encode()),
		Fields: wire.Fields{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}, {Name: "Accept", Value: "application/json"}}}
	if client != nil {
		r = world.FormRequest(metadata.Introspection, form, *client)
		r.Fields = append(r.Fields, wire.Field{Name: "Accept", Value: "application/json"})
	}
	if key != nil {
		proof, err := dpop.NewProof(key, dpop.Occasion{Method: "POST", URI: metadata.Introspection, Nonce: w.Nonce(metadata.Introspection)}, w.Now(metadata.Introspection))
		if err != nil {
			return err
		}
		r.Fields = append(r.Fields, wire.Field{Name: "DPoP", Value: proof})
	}
	e, err := w.Send("introspection", r)
	if err != nil {
		return err
	}
	known := &w.introspected
	known.exchange, known.answer = e, nil
	if body, err := dpop.ParseObject(e.Reply); err == nil {
		known.answer = body
	}
	return nil
}

// introspection returns what the endpoint says of a token that is good.
func (w *Tester) introspection(token string) (dpop.Object, error) {
	client, err := w.observer()
	if err != nil {
		return nil, err
	}
	if err := w.introspect(token, &client, nil); err != nil {
		return nil, err
	}
	known := &w.introspected
	if active, _ := known.answer.Get("active"); string(active) != "true" {
		return nil, world.NotApplicablef("introspection by the client %s does not tell of this token (status %d)", client.ID, known.exchange.Status)
	}
	return known.answer, nil
}

func (w *Tester) newestToken(kind string) (string, error) {
	if w.Granted == nil && w.Latest().Exchange != nil {
		return "", world.NotApplicablef("the server issued no such token: %s", world.TokenEndpoint.Describe(w.Latest().Exchange, w.Latest().Err))
	}
	if w.Granted == nil {
		return "", errors.New(`there is no token yet; put "When the client asks for a token with a proof by its key" first`)
	}
	if kind == "refresh" {
		return w.Granted.RefreshToken, nil
	}
	return w.Granted.AccessToken, nil
}

func (w *Tester) introspectGranted(kind string) error {
	token, err := w.newestToken(kind)
	if err != nil {
		return err
	}
	client, err := w.observer()
	if err != nil {
		return err
	}
	if err := w.introspect(token, &client, nil); err != nil || w.introspected.active() {
		return err
	}
	return w.unserved(token, client)
}

// unserved tells an endpoint that knows nothing of a token, as it may (RFC 7662
// §2.2), from one that wants a proof before it says what it knows.
func (w *Tester) unserved(token string, client target.RegisteredClient) error {
	known := &w.introspected
	plain := *known
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	if err := w.introspect(token, &client, key); err != nil {
		return err
	}
	if !known.active() {
		return world.NotApplicablef("introspection by the client %s tells nothing of this token (status %d)", client.ID, plain.exchange.Status)
	}
	*known = plain
	return nil
}

func (w *Tester) introspectWithProof() error {
	token, err := w.newestToken("access")
	if err != nil {
		return err
	}
	client, err := w.observer()
	if err != nil {
		return err
	}
	if err := w.introspectGranted("access"); err != nil { // the positive control
		return err
	}
	key, err := w.Key("another")
	if err != nil {
		return err
	}
	return w.introspect(token, &client, key)
}

func (w *Tester) introspectUnknown() error {
	client, err := w.observer()
	if err != nil {
		return err
	}
	return w.introspect(dpop.NewID()+dpop.NewID(), &client, nil)
}

func (w *Tester) introspectAnonymously() error {
	token, err := w.newestToken("access")
	if err != nil {
		return err
	}
	return w.introspect(token, nil, nil)
}

func (w *Tester) introspectionNow() (*introspected, error) {
	known := &w.introspected
	if known.exchange == nil {
		return nil, errors.New("nothing was introspected; put a When step before this one")
	}
	return known, nil
}

func (i *introspected) active() bool {
	value, _ := i.answer.Get("active")
	return string(value) == "true"
}

func (i *introspected) describe() string {
	names := make([]string, len(i.answer))
	for n, m := range i.answer {
		names[n] = m.Name
	}
	active, _ := i.answer.Get("active")
	cnf, _ := i.answer.Get("cnf")
	return fmt.Sprintf("status %d, active %s, cnf %s, members %v", i.exchange.Status, orNone(string(active)), orNone(string(cnf)), names)
}

func (w *Tester) introspectionIsActive() error {
	known, err := w.introspectionNow()
	if err != nil {
		return err
	}
	return w.Expect(known.exchange.Status == 200 && known.active(), "active: true", known.describe())
}

func (w *Tester) introspectionShowsBinding() error {
	known, err := w.introspectionNow()
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	return w.Expect(known.active() && confirmation(known.answer) == key.Thumbprint, "active: true with cnf.jkt "+key.Thumbprint, known.describe())
}

func (w *Tester) introspectionType() error {
	known, err := w.introspectionNow()
	if err != nil {
		return err
	}
	kind, err := known.answer.Text("token_type")
	absent := !known.answer.Has("token_type")
	return w.Expect(known.active() && (absent || err == nil && strings.EqualFold(kind, dpop.Scheme)), "token_type DPoP or none", fmt.Sprintf("token_type %q", kind))
}

func (w *Tester) introspectionSpelling() error {
	known, err := w.introspectionNow()
	if err != nil {
		return err
	}
	kind, _ := known.answer.Text("token_type")
	return w.Expect(kind == "" || kind == dpop.Scheme, "token_type spelled DPoP", fmt.Sprintf("token_type %q", kind))
}

func (w *Tester) introspectionUnbound() error {
	known, err := w.introspectionNow()
	if err != nil {
		return err
	}
	if !known.active() {
		return world.Inconclusivef("the token is not active: %s", known.describe())
	}
	kind, _ := known.answer.Text("token_type")
	return w.Expect(confirmation(known.answer) == "" && !strings.EqualFold(kind, dpop.Scheme), "no cnf.jkt and no token_type DPoP", known.describe()+", token_type "+orNone(kind))
}

func (w *Tester) introspectionInactive() error {
	known, err := w.introspectionNow()
	if err != nil {
		return err
	}
	active, _ := known.answer.Get("active")
	silent := !slices.ContainsFunc(known.answer, func(m dpop.Member) bool { return m.Name != "active" && string(m.Value) != "null" })
	return w.Expect(known.exchange.Status == 200 && string(active) == "false" && silent, "active: false and nothing else", known.describe())
}

func (w *Tester) introspectionProtected() error {
	known, err := w.introspectionNow()
	if err != nil {
		return err
	}
	refused := slices.Contains([]int{400, 401, 403}, known.exchange.Status)
	return w.Expect(refused && !known.active() && !known.answer.Has("cnf"), "a refusal", known.describe())
}

func (w *Tester) introspectionMayShowBinding() error {
	known, err := w.introspectionNow()
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	return w.Expect(confirmation(known.answer) == key.Thumbprint, "cnf.jkt "+key.Thumbprint, known.describe())
}

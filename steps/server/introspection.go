package server

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func introspectionSteps(v *vocabulary.Vocabulary) {
	v.Word("introspected-token", "The newest access or refresh token of the client, what has become of it, "+
		"or a token that was never issued.",
		introspectedTokens.Forms()...)
	v.Word("introspected", "What introspection says of a token (RFC 7662 §2.2, RFC 9449 §6.2).", sayings.Forms()...)
	g := vocabulary.For[Tester](v)
	g.When(`^{introspected-token} is introspected(?: {proof}| (without credentials))?$`, (*Tester).introspects,
		"A resource server introspects the token with its own credentials (RFC 7662 §2.1), and without a proof "+
			"unless the step says which; or somebody does who does not authenticate.",
		"When the access token is introspected with a proof by another key")
	g.When(`^{introspected-token} is introspected for a signed answer$`, (*Tester).introspectsSigned,
		"Asks for the answer as a JWT (RFC 9701 §4); a server that answers in JSON does not offer it.",
		"When the access token is introspected for a signed answer")
	g.Then(`^introspection says {introspected}$`, (*Tester).introspectionSays,
		"The answer must hold that, its cnf at the top level. To a stranger it must be a refusal. "+
			"A member token_type may be missing.",
		"Then introspection says active with the binding to its key")
}

// introspectedTokens find the token that is introspected; issued says that the
// server must know it.
var introspectedTokens = vocabulary.Meanings[func(*Tester) (token string, issued bool, err error)]{
	"the access token":  (*Tester).newestAccessToken,
	"the refresh token": (*Tester).newestRefresh,
	"an unknown token":  func(*Tester) (string, bool, error) { return dpop.NewID() + dpop.NewID(), false, nil },

	"the revoked access token":             (*Tester).revokedAccessToken,
	"the access token after its end":       (*Tester).expiredAccessToken,
	"the access token with another ending": (*Tester).changedAccessToken,
}

// revokedAccessToken is the one whose revocation the server has just confirmed. It may
// support that for refresh tokens alone (RFC 7009 §2).
func (w *Tester) revokedAccessToken() (string, bool, error) {
	token, _, err := w.newestAccessToken()
	if err == nil && w.Latest().Exchange.Status != 200 {
		err = world.NotApplicablef("the server revokes no access tokens: status %d", w.Latest().Exchange.Status)
	}
	return token, false, err
}

// expiredAccessToken lets the lifetime of the token pass, where that is a matter of
// moving our own clock.
func (w *Tester) expiredAccessToken() (string, bool, error) {
	grant, err := w.newestGrant()
	if err != nil {
		return "", false, err
	}
	if !w.EmbeddedAS() || !w.EmbeddedAPI() {
		return "", false, world.NotApplicablef("the time of a real server cannot be moved")
	}
	seconds, err := grant.Response.Number("expires_in")
	if err != nil {
		return "", false, world.NotApplicablef("the answer does not say how long the token lives")
	}
	return grant.AccessToken, false, w.Wait(time.Duration(seconds+1) * time.Second)
}

// changedAccessToken is what the server has not issued as it stands: the first
// character of the signature of a JWT is another, or of the second half of what is
// opaque.
func (w *Tester) changedAccessToken() (string, bool, error) {
	token, _, err := w.newestAccessToken()
	if err != nil {
		return "", false, err
	}
	at := len(token) / 2
	if dot := strings.LastIndexByte(token, '.'); dot >= 0 && dot+1 < len(token) {
		at = dot + 1
	}
	other := "A"
	if token[at] == 'A' {
		other = "B"
	}
	return token[:at] + other + token[at+1:], false, nil
}

func (w *Tester) newestAccessToken() (string, bool, error) {
	grant, err := w.newestGrant()
	if err != nil {
		return "", true, err
	}
	return grant.AccessToken, true, nil
}

func (w *Tester) newestRefresh() (string, bool, error) {
	grant, err := w.newestGrant()
	if err != nil {
		return "", true, err
	}
	return grant.RefreshToken, true, nil
}

func (w *Tester) newestGrant() (*world.Tokens, error) {
	switch latest := w.Latest(); {
	case w.Tokens() != nil:
		return w.Tokens(), nil
	case latest.Exchange != nil:
		return nil, world.NotApplicablef("the server issued no such token: %s",
			world.TokenEndpoint.Describe(latest.Exchange, latest.Err))
	}
	return nil, errors.New(
		`there is no token yet; put "When the client asks for a token with a proof by its key" first`)
}

func (w *Tester) introspects(which, proof, anonymous string) error {
	find, err := introspectedTokens.Of(which)
	if err != nil {
		return err
	}
	token, issued, err := find(w)
	if err != nil {
		return err
	}
	if anonymous != "" {
		return w.introspect(token, nil, nil)
	}
	if issued {
		if err := w.introspectIssued(token, which); err != nil || proof == "" {
			return err
		}
	}
	client, err := w.observer()
	if err != nil {
		return err
	}
	var key *dpop.Key
	if proof != "" {
		if key, err = w.ProofKey(proof); err != nil {
			return err
		}
	}
	return w.introspect(token, &client, key)
}

// introspect sends an introspection request; a nil client sends no credentials.
func (w *Tester) introspect(token string, client *target.RegisteredClient, key *dpop.Key) error {
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	address := metadata.Introspection
	if address == "" {
		return world.NotApplicablef("the authorization server has no introspection endpoint")
	}
	form := url.Values{"token": {token}}
	r := wire.Request{Method: "POST", URL: address, Body: []byte(form.Encode()), Fields: wire.Fields{
		{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}, {Name: "Accept", Value: "application/json"},
	}}
	if client != nil {
		address = metadata.For(*client).Introspection
		r = world.FormRequest(address, form, *client)
		r.Fields = append(r.Fields, wire.Field{Name: "Accept", Value: "application/json"})
	}
	if key != nil {
		occasion := dpop.Occasion{Method: "POST", URI: address, Nonce: w.Nonce(address)}
		proof, err := dpop.NewProof(key, occasion, w.Now(address))
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

// introspectsSigned reads the answer from token_introspection of the JWT (RFC 9701 §5).
func (w *Tester) introspectsSigned(which string) error {
	find, err := introspectedTokens.Of(which)
	if err != nil {
		return err
	}
	token, _, err := find(w)
	if err != nil {
		return err
	}
	client, err := w.observer()
	if err != nil {
		return err
	}
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	if metadata.Introspection == "" {
		return world.NotApplicablef("the authorization server has no introspection endpoint")
	}
	r := world.FormRequest(metadata.For(client).Introspection, url.Values{"token": {token}}, client)
	r.Fields = append(r.Fields, wire.Field{Name: "Accept", Value: signedIntrospection})
	e, err := w.Send("introspection for a signed answer", r)
	if err != nil {
		return err
	}
	kind, _ := e.Answer.One("Content-Type")
	if !strings.HasPrefix(strings.ToLower(kind), signedIntrospection) {
		return world.NotApplicablef("the server does not sign introspection answers: status %d, %s", e.Status, orNone(kind))
	}
	known := &w.introspected
	known.exchange, known.answer = e, nil
	_, payload, _, err := dpop.SplitCompact(strings.TrimSpace(string(e.Reply)), dpop.DecodeSegment)
	if err != nil {
		return w.Expect(false, "a JWT", err.Error())
	}
	claims, err := dpop.ParseObject(payload)
	if err != nil {
		return w.Expect(false, "a JWT with claims", err.Error())
	}
	value, _ := claims.Get("token_introspection")
	if known.answer, err = dpop.ParseObject(value); err != nil {
		return w.Expect(false, "the claim token_introspection, an object", orNone(string(value)))
	}
	return nil
}

const signedIntrospection = "application/token-introspection+jwt"

// introspection returns what the endpoint says of an access token that is good.
func (w *Tester) introspection(token string) (dpop.Object, error) {
	if err := w.introspectIssued(token, "the access token"); err != nil {
		return nil, err
	}
	known := &w.introspected
	if !known.active() {
		return nil, world.NotApplicablef("introspection without a proof does not tell of this token (status %d)",
			known.exchange.Status)
	}
	return known.answer, nil
}

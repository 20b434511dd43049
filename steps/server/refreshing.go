package server

import (
	"errors"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func refreshingSteps(v *vocabulary.Vocabulary) {
	v.Word("how-often", "How many times, if not once.", timesMore.Forms()...)
	g := vocabulary.For[Tester](v)
	g.Given(`^the client has logged in(?: by "{grant-type}")? {proof}$`, (*Tester).hasLoggedIn,
		"The person logs in, or approves the device (RFC 8628 §3.3), and the client redeems the code; "+
			"it must get a refresh token. Unless the step says more, it is an authorization code.",
		"Given the client has logged in with a proof by its key")
	g.Given(`^the client has logged in with a proof by its key and got an unbound access token$`,
		(*Tester).hasLoggedInForBearer,
		"Lets an embedded server bind no access token, as RFC 9449 §5 allows; where a real one binds it, "+
			"the case does not apply.",
		"Given the client has logged in with a proof by its key and got an unbound access token")
	g.Given(`^the client has refreshed its tokens(?: {how-often})?(?: {proof})?$`, (*Tester).hasRefreshed,
		"The positive control of refreshing: it must be granted, each time with the newest refresh token; "+
			"with a proof by the client's key unless the step says which.",
		"Given the client has refreshed its tokens twice")
	g.When(`^the client refreshes( with its first refresh token)? (?:{proof}|with a proof whose (.+?) is (.+))$`,
		(*Tester).refreshes,
		"Sends a token request with the newest refresh token, or with that which came with the login, "+
			"although it may have been replaced since.",
		"When the client refreshes with a proof by another key")
	g.When(`^the client refreshes with the very proof of its login$`, (*Tester).refreshesWithOldProof,
		"Sends the proof of the code exchange once more, beside the refresh token.",
		"When the client refreshes with the very proof of its login")
	g.Then(`^the refresh token stays good$`, (*Tester).refreshTokenStays,
		"After a refresh the same refresh token, or the one before, must still work (no routine rotation).",
		"Then the refresh token stays good")
}

var timesMore = vocabulary.Meanings[int]{"twice": 2, "three times": 3}

// hasLoggedIn lets the client have an access token and a refresh token by a
// grant of a person.
func (w *Tester) hasLoggedIn(by, proof string) error {
	grant := mockas.GrantCode
	if by != "" {
		var err error
		if grant, err = grantTypes.Of(by); err != nil {
			return err
		}
	}
	key, err := w.ProofKey(proof)
	if err != nil {
		return err
	}
	if err := w.LogInBy(grant, key); err != nil {
		return err
	}
	e := w.Latest().Exchange
	answer, _ := world.TokenEndpoint.Classify(e)
	switch {
	case answer == world.Refused && key == nil:
		return world.NotApplicablef("the authorization server gives this client no token without a proof")
	case answer != world.Accepted:
		return world.Inconclusivef("the login failed: %s", world.TokenEndpoint.Describe(e, nil))
	case w.Tokens().RefreshToken == "":
		return world.NotApplicablef(
			"the client %s gets no refresh token; give it a scope that brings one, such as offline_access", w.Tokens().Client.ID)
	}
	w.login.refreshToken = w.Tokens().RefreshToken
	w.login.proof, _ = w.Latest().Exchange.Fields.One("DPoP")
	w.NoteControl()
	return nil
}

// hasLoggedInForBearer is a login whose proof binds nothing but the refresh token.
func (w *Tester) hasLoggedInForBearer() error {
	if w.EmbeddedAS() {
		if err := w.ArrangeAS(func(c *mockas.Config) { c.OwnTokens = mockas.ConstraintNone }); err != nil {
			return err
		}
	}
	if err := w.hasLoggedIn("", "with a proof by its key"); err != nil {
		return err
	}
	if strings.EqualFold(w.Tokens().TokenType, dpop.Scheme) {
		return world.NotApplicablef("the server binds the access token as well")
	}
	return nil
}

// refreshWith is a token request of the client that has tokens.
func (w *Tester) refreshWith(token string, key *dpop.Key, title string) (world.Ask, error) {
	if w.Tokens() == nil || token == "" {
		return world.Ask{}, errors.New(
			`there is no refresh token yet; put "Given the client has logged in with a proof by its key" first`)
	}
	return world.Ask{
		Title: title, Endpoint: world.TokenEndpoint, Client: w.Tokens().Client, Form: world.RefreshForm(token), Key: key,
	}, nil
}

// newestRefreshToken is empty if there is none.
func (w *Tester) newestRefreshToken() string {
	if w.Tokens() == nil {
		return ""
	}
	return w.Tokens().RefreshToken
}

func (w *Tester) hasRefreshed(often, proof string) error {
	times := 1
	if often != "" {
		var err error
		if times, err = timesMore.Of(often); err != nil {
			return err
		}
	}
	if proof == "" {
		proof = "with a proof by its key"
	}
	key, err := w.ProofKey(proof)
	if err != nil {
		return err
	}
	for range times {
		a, err := w.refreshWith(w.newestRefreshToken(), key, "positive control of refreshing")
		if err != nil {
			return err
		}
		if err := w.Demand(a); err != nil {
			return err
		}
	}
	return nil
}

// refreshes takes one of proof and defect; the other is empty.
func (w *Tester) refreshes(first, proof, part, value string) (err error) {
	var key *dpop.Key
	if proof != "" {
		if key, err = w.ProofKey(proof); err != nil {
			return err
		}
	}
	if own, known := w.attestedKey(); known && key != nil && key.Thumbprint != own {
		return world.NotApplicablef("the client authenticates by its DPoP proof, so its refresh token is bound to the " +
			"attested key (draft-ietf-oauth-attestation-based-client-auth, section 10.3)")
	}
	if w.Latest().Defect != nil {
		if err := w.UnlessTaken(world.TokenEndpoint); err != nil {
			return err
		}
	}
	token := w.newestRefreshToken()
	if first != "" {
		token = w.login.refreshToken
	}
	a, err := w.refreshWith(token, key, "refresh"+first+" "+proof)
	if err == nil && proof == "" {
		err = w.spoil(&a, part, value)
	}
	if err != nil {
		return err
	}
	return w.Try(a)
}

// attestedKey returns the thumbprint of the key that the client's login attested by its
// proof; false if it authenticates otherwise.
func (w *Tester) attestedKey() (string, bool) {
	client, chosen := w.ChosenClient()
	if !chosen || client.Instance == nil || !client.Instance.Combined {
		return "", false
	}
	key, err := w.Key("client")
	if err != nil {
		return "", false
	}
	return key.Thumbprint, true
}

func (w *Tester) refreshesWithOldProof() error {
	a, err := w.refreshWith(w.login.refreshToken, nil, "refresh with the proof of the login")
	if err != nil {
		return err
	}
	a.Change = func(r *wire.Request) {
		r.Fields = append(r.Fields, wire.Field{Name: "DPoP", Value: w.login.proof})
	}
	return w.Try(a)
}

func (w *Tester) refreshTokenStays() error {
	grant, err := w.grantedNow()
	if err != nil {
		return err
	}
	first := w.login.refreshToken
	if grant.RefreshToken == first {
		return w.Expect(true, "the same refresh token", "the same refresh token")
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	a, err := w.refreshWith(first, key, "refresh with the token before")
	if err != nil {
		return err
	}
	if err := w.Try(a); err != nil {
		return err
	}
	e := w.Latest().Exchange
	answer, _ := world.TokenEndpoint.Classify(e)
	return w.Expect(answer == world.Accepted, "the refresh token before to work for a retry",
		world.TokenEndpoint.Describe(e, nil))
}

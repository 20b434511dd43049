package server

import (
	"errors"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func grantsSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.When(`^the client asks for a token (with a proof by its key|with a proof by another key|without a proof)$`, (*Tester).asksForToken,
		"Sends a token request for the scenario's grant, with a new code, refresh token or device code each time.",
		"When the client asks for a token with a proof by its key")
	g.Given(`^the client has logged in (with a proof by its key|without a proof)$`, (*Tester).hasLoggedIn,
		"The person logs in and the client redeems the code; the client must get a refresh token.",
		"Given the client has logged in with a proof by its key")
	g.Given(`^the client has got its tokens by a device code (with a proof by its key|without a proof)$`, (*Tester).hasDeviceTokens,
		"The person approves the device and the client redeems its device code (RFC 8628 §3.4); it must get a refresh token.",
		"Given the client has got its tokens by a device code with a proof by its key")
	g.Given(`^the client has refreshed its (unbound )?tokens( twice| three times)?$`, (*Tester).hasRefreshed,
		"The positive control of refreshing: a proof by the client's key (none for unbound tokens) must be accepted, each time with the newest refresh token.",
		"Given the client has refreshed its tokens twice")
	g.When(`^the client refreshes (with a proof by its key|with a proof by another key|without a proof)$`, (*Tester).refreshes,
		"Sends a token request with the newest refresh token.",
		"When the client refreshes with a proof by another key")
	g.When(`^the client refreshes with its first refresh token (with a proof by its key|without a proof)$`, (*Tester).refreshesAgain,
		"Sends a token request with the refresh token that came with the login, although it may have been replaced since.",
		"When the client refreshes with its first refresh token without a proof")
	g.When(`^the client refreshes with the very proof of its login$`, (*Tester).refreshesWithOldProof,
		"Sends the proof of the code exchange once more, beside the refresh token.",
		"When the client refreshes with the very proof of its login")
}

func (w *Tester) asksForToken(proof string) error {
	key, err := w.ProofKey(proof)
	if err != nil {
		return err
	}
	client, grant, err := w.ProbeClient()
	if err != nil {
		return err
	}
	if client.Public() && client.Refreshes() && proof != "with a proof by its key" {
		return world.NotApplicablef("the refresh token of the public client %s is good with its key alone (RFC 9449 §5); this needs another grant", client.ID)
	}
	form, err := w.GrantForm(client, grant)
	if err != nil {
		return err
	}
	return w.Try(world.Ask{Title: "token request " + proof, Place: world.TokenEndpoint, Client: client, Form: form, Key: key})
}

func (w *Tester) hasLoggedIn(proof string) error { return w.hasTokensBy(mockas.GrantCode, proof) }

func (w *Tester) hasDeviceTokens(proof string) error { return w.hasTokensBy(mockas.GrantDevice, proof) }

// hasTokensBy lets the client have an access token and a refresh token by a
// grant of a person.
func (w *Tester) hasTokensBy(grant, proof string) error {
	key, err := w.ProofKey(proof)
	if err != nil {
		return err
	}
	if err := w.LogInBy(grant, key); err != nil {
		return err
	}
	answer, _ := world.TokenEndpoint.Classify(w.Latest().Exchange)
	switch {
	case answer == world.Refused && key == nil:
		return world.NotApplicablef("the authorization server gives this client no token without a proof")
	case answer != world.Accepted:
		return world.Inconclusivef("the login failed: %s", world.TokenEndpoint.Describe(w.Latest().Exchange, nil))
	case w.Granted.RefreshToken == "":
		return world.NotApplicablef("the client %s gets no refresh token; give it a scope that brings one, such as offline_access", w.Chosen.ID)
	}
	w.LastLogin.First = w.Granted.RefreshToken
	w.Control()
	return nil
}

func (w *Tester) refreshWith(token string, key *dpop.Key, title string) (world.Ask, error) {
	if w.Granted == nil || token == "" {
		return world.Ask{}, errors.New(`there is no refresh token yet; put "Given the client has logged in with a proof by its key" first`)
	}
	return world.Ask{Title: title, Place: world.TokenEndpoint, Client: w.Granted.Client, Form: world.RefreshForm(token), Key: key}, nil
}

func (w *Tester) hasRefreshed(unbound, times string) error {
	var key *dpop.Key
	if unbound == "" {
		var err error
		if key, err = w.Key("client"); err != nil {
			return err
		}
	}
	for range map[string]int{"": 1, " twice": 2, " three times": 3}[times] {
		if w.Granted == nil {
			return errors.New(`there is no refresh token yet; put "Given the client has logged in with a proof by its key" first`)
		}
		a, err := w.refreshWith(w.Granted.RefreshToken, key, "positive control of refreshing")
		if err != nil {
			return err
		}
		if err := w.Demand(a); err != nil {
			return err
		}
	}
	return nil
}

func (w *Tester) refreshes(proof string) error {
	key, err := w.ProofKey(proof)
	if err != nil {
		return err
	}
	if w.Granted == nil {
		return errors.New(`there is no refresh token yet; put "Given the client has logged in with a proof by its key" first`)
	}
	a, err := w.refreshWith(w.Granted.RefreshToken, key, "refresh "+proof)
	if err != nil {
		return err
	}
	return w.Try(a)
}

func (w *Tester) refreshesAgain(proof string) error {
	key, err := w.ProofKey(proof)
	if err != nil {
		return err
	}
	a, err := w.refreshWith(w.LastLogin.First, key, "refresh with the first refresh token "+proof)
	if err != nil {
		return err
	}
	return w.Try(a)
}

func (w *Tester) refreshesWithOldProof() error {
	known := &w.LastLogin
	a, err := w.refreshWith(known.First, nil, "refresh with the proof of the login")
	if err != nil {
		return err
	}
	a.Change = func(r *wire.Request) { r.Fields = append(r.Fields, wire.Field{Name: "DPoP", Value: known.Proof}) }
	return w.Try(a)
}

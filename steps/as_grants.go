package steps

import (
	"errors"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.When(`^the client asks for a token (with a proof by its key|with a proof by another key|without a proof)$`, (*World).asksForToken,
			"Sends a token request for the scenario's grant, with a new code, refresh token or device code each time.",
			"When the client asks for a token with a proof by its key")
		v.Given(`^the client has logged in (with a proof by its key|without a proof)$`, (*World).hasLoggedIn,
			"The person logs in and the client redeems the code; the client must get a refresh token.",
			"Given the client has logged in with a proof by its key")
		v.Given(`^the client has got its tokens by a device code (with a proof by its key|without a proof)$`, (*World).hasDeviceTokens,
			"The person approves the device and the client redeems its device code (RFC 8628 §3.4); it must get a refresh token.",
			"Given the client has got its tokens by a device code with a proof by its key")
		v.Given(`^the client has refreshed its (unbound )?tokens( twice| three times)?$`, (*World).hasRefreshed,
			"The positive control of refreshing: a proof by the client's key (none for unbound tokens) must be accepted, each time with the newest refresh token.",
			"Given the client has refreshed its tokens twice")
		v.When(`^the client refreshes (with a proof by its key|with a proof by another key|without a proof)$`, (*World).refreshes,
			"Sends a token request with the newest refresh token.",
			"When the client refreshes with a proof by another key")
		v.When(`^the client refreshes with its first refresh token (with a proof by its key|without a proof)$`, (*World).refreshesAgain,
			"Sends a token request with the refresh token that came with the login, although it may have been replaced since.",
			"When the client refreshes with its first refresh token without a proof")
		v.When(`^the client refreshes with the very proof of its login$`, (*World).refreshesWithOldProof,
			"Sends the proof of the code exchange once more, beside the refresh token.",
			"When the client refreshes with the very proof of its login")
	})
}

func (w *World) asksForToken(proof string) error {
	key, err := w.proofKey(proof)
	if err != nil {
		return err
	}
	client, grant, err := w.probeClient()
	if err != nil {
		return err
	}
	if client.Public() && client.Refreshes() && proof != "with a proof by its key" {
		return notApplicable("the refresh token of the public client %s is good with its key alone (RFC 9449 §5); this needs another grant", client.ID)
	}
	form, err := w.grantForm(client, grant)
	if err != nil {
		return err
	}
	return w.try(ask{title: "token request " + proof, place: tokenEndpoint, client: client, form: form, key: key})
}

func (w *World) hasLoggedIn(proof string) error { return w.hasTokensBy(mockas.GrantCode, proof) }

func (w *World) hasDeviceTokens(proof string) error { return w.hasTokensBy(mockas.GrantDevice, proof) }

// hasTokensBy lets the client have an access token and a refresh token by a
// grant of a person.
func (w *World) hasTokensBy(grant, proof string) error {
	key, err := w.proofKey(proof)
	if err != nil {
		return err
	}
	if err := w.logInBy(grant, key); err != nil {
		return err
	}
	answer, _ := tokenEndpoint.Classify(w.Latest().Exchange)
	switch {
	case answer == Refused && key == nil:
		return notApplicable("the authorization server gives this client no token without a proof")
	case answer != Accepted:
		return inconclusive("the login failed: %s", tokenEndpoint.describe(w.Latest().Exchange, nil))
	case w.granted.RefreshToken == "":
		return notApplicable("the client %s gets no refresh token; give it a scope that brings one, such as offline_access", w.chosen.ID)
	}
	of[lastLogin](w).first = w.granted.RefreshToken
	w.Control()
	return nil
}

func (w *World) refreshWith(token string, key *dpop.Key, title string) (ask, error) {
	if w.granted == nil || token == "" {
		return ask{}, errors.New(`there is no refresh token yet; put "Given the client has logged in with a proof by its key" first`)
	}
	return ask{title: title, place: tokenEndpoint, client: w.granted.Client, form: refreshForm(token), key: key}, nil
}

func (w *World) hasRefreshed(unbound, times string) error {
	var key *dpop.Key
	if unbound == "" {
		var err error
		if key, err = w.Key("client"); err != nil {
			return err
		}
	}
	for range map[string]int{"": 1, " twice": 2, " three times": 3}[times] {
		if w.granted == nil {
			return errors.New(`there is no refresh token yet; put "Given the client has logged in with a proof by its key" first`)
		}
		a, err := w.refreshWith(w.granted.RefreshToken, key, "positive control of refreshing")
		if err != nil {
			return err
		}
		if err := w.demand(a); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) refreshes(proof string) error {
	key, err := w.proofKey(proof)
	if err != nil {
		return err
	}
	if w.granted == nil {
		return errors.New(`there is no refresh token yet; put "Given the client has logged in with a proof by its key" first`)
	}
	a, err := w.refreshWith(w.granted.RefreshToken, key, "refresh "+proof)
	if err != nil {
		return err
	}
	return w.try(a)
}

func (w *World) refreshesAgain(proof string) error {
	key, err := w.proofKey(proof)
	if err != nil {
		return err
	}
	a, err := w.refreshWith(of[lastLogin](w).first, key, "refresh with the first refresh token "+proof)
	if err != nil {
		return err
	}
	return w.try(a)
}

func (w *World) refreshesWithOldProof() error {
	known := of[lastLogin](w)
	a, err := w.refreshWith(known.first, nil, "refresh with the proof of the login")
	if err != nil {
		return err
	}
	a.change = func(r *wire.Request) { r.Fields = append(r.Fields, wire.Field{Name: "DPoP", Value: known.proof}) }
	return w.try(a)
}

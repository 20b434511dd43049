package world

import (
	"fmt"
	"net/url"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// GrantForm makes the parameters of a token request (RFC 6749 §4): each time with
// a new code, refresh token or device code, for which the person logs in anew. key is
// that of the proof by which it will be redeemed, which a pushed request may have to be
// bound to; nil: the client's.
func (w *World) GrantForm(client target.RegisteredClient, grant string, key *dpop.Key) (url.Values, error) {
	form := url.Values{"grant_type": {grant}}
	switch grant {
	case mockas.GrantCode:
		wanted := w.codeFor(client)
		code, verifier, err := w.Authorize(client, wanted, key)
		if err != nil {
			return nil, UnlessDenied(err)
		}
		if resource := wanted.Get("resource"); resource != "" { // RFC 8707 §2.2
			form.Set("resource", resource)
		}
		form.Set("code", code)
		form.Set("redirect_uri", client.RedirectURI)
		form.Set("code_verifier", verifier)
	case mockas.GrantClientCredentials:
		w.AddResource(form, client)
	case mockas.GrantRefresh:
		token, err := w.goodRefreshToken(client)
		if err != nil {
			return nil, err
		}
		form.Set("refresh_token", token)
	case mockas.GrantDevice:
		code, err := w.deviceCode(client, func(code string) (string, error) { return w.isApproved(client, code) })
		if err != nil {
			return nil, err
		}
		form.Set("device_code", code)
	case mockas.GrantPreAuthorized:
		if err := w.preAuthorized(form, client); err != nil {
			return nil, err
		}
	case mockas.GrantTokenExchange:
		token, err := w.subjectToken(client)
		if err != nil {
			return nil, err
		}
		form.Set("subject_token", token)
		form.Set("subject_token_type", "urn:ietf:params:oauth:token-type:access_token")
	default:
		return nil, fmt.Errorf("the grant %s is not known here", grant)
	}
	return form, nil
}

// isApproved tells a server that approves each device by itself, as test servers do: a
// code that nobody has approved is redeemed. Empty: it does not.
func (w *World) isApproved(client target.RegisteredClient, code string) (string, error) {
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	form := url.Values{"grant_type": {mockas.GrantDevice}, "device_code": {code}}
	e, err := w.SendAsk(Ask{
		Title: "is a device approved without a person?", Endpoint: TokenEndpoint, Client: client, Form: form, Key: key,
	})
	if err != nil {
		return "", err
	}
	if answer, _ := TokenEndpoint.Classify(e); answer != Accepted {
		return "", nil
	}
	return "yes", nil
}

// probeForm is GrantForm for a probe that is expected to be refused. A refused proof
// leaves the code of its request usable, at most servers: then a code with which
// nothing was granted yet serves again. Whether it does is found out once.
func (w *World) probeForm(client target.RegisteredClient, grant string, key *dpop.Key) (url.Values, error) {
	if grant != mockas.GrantCode || !w.shares() || w.spends {
		return w.GrantForm(client, grant, key)
	}
	name := client.ID
	if w.bindsLogins(client) && key != nil {
		name += " " + key.Thumbprint
	}
	kept, found := w.lane.codes[name]
	if found {
		if again, err := w.codesServeAgain(client, kept, key); err != nil || again {
			w.lane.reused = true
			return kept, err
		}
		delete(w.lane.codes, name)
	}
	form, err := w.GrantForm(client, grant, key)
	if err == nil && w.lane.reuse != never {
		w.lane.codes[name] = form
	}
	return form, err
}

// CodesAfterwards is what a report calls the codes that came with refused proofs.
const CodesAfterwards = "codes of refused proofs"

// codesServeAgain reports whether a code that came with a refused proof can be used
// once more. The first time it is redeemed for that, and so cannot.
func (w *World) codesServeAgain(client target.RegisteredClient, kept url.Values, key *dpop.Key) (bool, error) {
	if w.lane.reuse != unknown {
		return w.lane.reuse == always, nil
	}
	key, err := w.redeeming(client, key)
	if err != nil {
		return false, err
	}
	address, err := w.AddressFor(TokenEndpoint, client)
	if err != nil {
		return false, err
	}
	probe := &Probe{
		FormRequest(address, kept, client), dpop.Occasion{Method: "POST", URI: address, Nonce: w.Nonce(address)},
	}
	e, err := w.SendHonestAt(TokenEndpoint, "can the code of a refused proof be redeemed still?", probe, key)
	if err != nil {
		return false, err
	}
	value := "can be redeemed still"
	if answer, _ := TokenEndpoint.Classify(e); answer == Accepted {
		w.lane.reuse = always
	} else {
		w.lane.reuse, value = never, "cannot be redeemed any more"
	}
	w.Session.Note(target.AuthorizationServer, CodesAfterwards, value)
	return false, nil
}

// subjectToken gets a token to be exchanged, bound to the client's key.
func (w *World) subjectToken(client target.RegisteredClient) (string, error) {
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	form := url.Values{"grant_type": {mockas.GrantClientCredentials}}
	w.AddResource(form, client)
	e, err := w.SendAsk(Ask{
		Title: "token request for a subject_token", Endpoint: TokenEndpoint, Client: client, Form: form, Key: key,
	})
	if err != nil {
		return "", err
	}
	tokens, err := ReadTokens(client, e)
	if err != nil {
		return "", Inconclusivef("no subject_token to test with: %s", TokenEndpoint.Describe(e, nil))
	}
	return tokens.AccessToken, nil
}

// TokenAsk is a token request that succeeds as it stands, with a proof by the
// client's key.
func (w *World) TokenAsk(title string) (Ask, error) {
	key, err := w.Key("client")
	if err != nil {
		return Ask{}, err
	}
	client, grant, err := w.ProbeClient()
	if err != nil {
		return Ask{}, err
	}
	form, err := w.GrantForm(client, grant, key)
	return Ask{Title: title, Endpoint: TokenEndpoint, Client: client, Form: form, Key: key}, err
}

// Redeem sends a token request with an honest proof by a key. The case is
// inconclusive unless it brings a token.
func (w *World) Redeem(client target.RegisteredClient, form url.Values, key *dpop.Key) (*Tokens, error) {
	address, err := w.AddressFor(TokenEndpoint, client)
	if err != nil {
		return nil, err
	}
	occasion := dpop.Occasion{Method: "POST", URI: address, Nonce: w.Nonce(address)}
	e, err := w.SendHonestAt(TokenEndpoint, "token request", &Probe{FormRequest(address, form, client), occasion}, key)
	if err != nil {
		return nil, err
	}
	tokens, err := ReadTokens(client, e)
	if err != nil {
		return nil, because(&Ungranted{client, form.Get("grant_type"), TokenEndpoint, e},
			Inconclusivef("no token to test with: %s", TokenEndpoint.Describe(e, nil)))
	}
	w.noteSubject(tokens)
	if !looksBound(tokens) {
		if _, err := w.MayBeUnbound(client, form.Get("grant_type")); err != nil {
			return nil, err
		}
	}
	if seconds, err := tokens.Response.Number("expires_in"); err == nil && seconds > 0 {
		w.life = time.Duration(min(seconds, 3600)) * time.Second
	}
	return tokens, nil
}

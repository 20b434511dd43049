package client

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func setupSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Given(`^the client signs with (ES384|ES512|RS256|PS256|EdDSA|Ed25519)$`, (*Actor).keyFor,
		"Gives the client a key pair for another algorithm than ES256.",
		"Given the client signs with PS256")
	g.Given(`^the client's key has a coordinate that begins with zeros$`, (*Actor).keyWithZeros,
		"Gives the client an ES256 key pair whose x or y begins with a zero octet.",
		"Given the client's key has a coordinate that begins with zeros")
	g.Given(`^the client makes its own key pair$`, (*Actor).makesKey,
		"Gives the client no key pair, and lets it make one where that is an option.",
		"Given the client makes its own key pair")
	g.Given(`^the client authenticates by a signed assertion$`, (*Actor).signsAssertions,
		"Lets the client authenticate by private_key_jwt (RFC 7523).",
		"Given the client authenticates by a signed assertion")
	g.Given(`^the client demands a nonce of every server$`, (*Actor).demandsNonces,
		"Switches on that the client refuses answers without DPoP-Nonce, as the atproto profile demands.",
		"Given the client demands a nonce of every server")
	g.Given(`^the client repeats what fails for a while$`, (*Actor).repeatsFailures,
		"Switches on that the client repeats safe requests after a transient failure, where it can.",
		"Given the client repeats what fails for a while")
	g.Given(`^the client is given an access token (of one character|of 4096 characters|with every character of token68|that ends with equals signs)$`, (*Actor).isGivenToken,
		"Lets the token endpoint issue an access token of that form.",
		"Given the client is given an access token of one character")
	g.Given(`^both servers demand nonces of the client$`, (*Actor).bothDemandNonces,
		"Lets the authorization server and the API demand nonces (RFC 9449 §8, §9).",
		"Given both servers demand nonces of the client")
	g.Given(`^the other API trusts the same tokens and hands out nonces of its own$`, (*Actor).otherAPIHandsNonces,
		"Starts a second API on the same host, for the same audience, which hands out nonces.",
		"Given the other API trusts the same tokens and hands out nonces of its own")
	g.When(`^the client obtains a token from another authorization server$`, (*Actor).obtainsElsewhere,
		"Starts another authorization server and lets a second client with the same settings get a token there.",
		"When the client obtains a token from another authorization server")
	g.Then(`^the two authorization servers see different keys$`, (*Actor).keysDiffer,
		"The proofs sent to one authorization server must be by another key than those sent to the other.",
		"Then the two authorization servers see different keys")
}

// setKey gives the client's environment another key pair.
func (w *Actor) setKey(key *dpop.Key) error {
	a, err := w.can(target.CanEnvironmentKeys)
	if err != nil {
		return err
	}
	pair, err := pemPairOf(key)
	if err != nil {
		return err
	}
	w.SetKey("client", key)
	a.env[envPublicKey], a.env[envPrivateKey] = pair.Public, pair.Private
	w.restart(a)
	return nil
}

func (w *Actor) keyFor(algorithm string) error {
	a, err := w.can(target.CanAlgorithms)
	if err != nil {
		return err
	}
	key, err := w.NewKey("environment", algorithm)
	if err != nil {
		return err
	}
	a.setup.Algorithm = algorithm
	return w.setKey(key)
}

func (w *Actor) keyWithZeros() error {
	for {
		pair, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return err
		}
		point, err := pair.PublicKey.Bytes() // 4, x, y
		if err != nil {
			return err
		}
		if point[1] != 0 && point[33] != 0 {
			continue
		}
		key, err := dpop.NewKey(pair, "ES256")
		if err != nil {
			return err
		}
		return w.setKey(key)
	}
}

func (w *Actor) makesKey() error {
	a, err := w.can(target.CanEnvironmentKeys)
	if err != nil {
		return err
	}
	delete(a.env, envPublicKey)
	delete(a.env, envPrivateKey)
	if a.hello.Can(target.CanGenerateKey) {
		a.setup.Options.Key = "generated"
	}
	w.restart(a)
	return nil
}

func (w *Actor) signsAssertions() error {
	a, err := w.can(target.SignsAssertions)
	if err != nil {
		return err
	}
	key, err := w.Key("assertion")
	if err != nil {
		return err
	}
	private, err := key.PrivateJWK()
	if err != nil {
		return err
	}
	a.setup.Client = target.ClientLogin{ID: "asserting app", Auth: mockas.AuthPrivateKeyJWT, JWK: private.JSON()}
	keys, err := json.Marshal(map[string]any{"keys": []dpop.Object{key.JWK()}})
	if err != nil {
		return err
	}
	return w.ArrangeAS(func(c *mockas.Config) {
		c.Clients = append(c.Clients, mockas.Client{ID: "asserting app", Auth: mockas.AuthPrivateKeyJWT, JWKS: keys, RedirectURIs: []string{appRedirect}})
	})
}

func (w *Actor) demandsNonces() error {
	a, err := w.can(target.CanRequireNonces)
	if err == nil {
		a.setup.Options.RequireNonces = true
	}
	return err
}

func (w *Actor) repeatsFailures() error {
	a, err := w.running()
	if err == nil {
		a.setup.Options.RetryUnavailable = a.hello.Can(target.CanRetryUnavailable)
	}
	return err
}

// tokenForms are access tokens that a client must be able to hash and send
// (RFC 9110 §11.2).
var tokenForms = map[string]string{
	"of one character":                "t",
	"of 4096 characters":              strings.Repeat("Abc-123~", 512),
	"with every character of token68": "azAZ09-._~+/",
	"that ends with equals signs":     "dG9rZW4==",
}

func (w *Actor) isGivenToken(form string) error {
	if err := w.everyCallSucceeds(); err != nil {
		return err
	}
	return w.alterTokenResponses(func(body *dpop.Object) { body.Set("access_token", tokenForms[form]) })
}

// alterTokenResponses changes every success of the token endpoint.
func (w *Actor) alterTokenResponses(change func(*dpop.Object)) error {
	script, match, err := w.provoked(toToken)
	if err != nil {
		return err
	}
	script.Then(wire.Answer{Match: match, Times: -1, Play: wire.Altered(func(status *int, header http.Header, body *[]byte) {
		object, err := dpop.ParseObject(*body)
		if *status != http.StatusOK || err != nil {
			return
		}
		change(&object)
		*body = object.JSON()
		header.Del("Content-Length")
	})})
	return nil
}

func (w *Actor) bothDemandNonces() error {
	if _, err := w.arranged(); err != nil {
		return err
	}
	if err := w.ArrangeAS(func(c *mockas.Config) { c.Nonces = mockas.NonceRequired }); err != nil {
		return err
	}
	return w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) {
		c.Verifier.Nonces = dpop.NewNonceWindow(5*time.Minute, c.Clock)
	})
}

func (w *Actor) otherAPIHandsNonces() error {
	if _, err := w.arranged(); err != nil {
		return err
	}
	if err := w.ArrangeAPI("invoices", func(c *mockrs.Config) { c.Audience = world.AudienceOf(world.DefaultAPI) }); err != nil {
		return err
	}
	api, err := w.API("invoices")
	if err == nil {
		api.HTTP.Then(wire.Answer{Times: -1, Play: givingNonces(freshNonce)})
	}
	return err
}

func (w *Actor) obtainsElsewhere() error {
	a, err := w.configured()
	if err != nil {
		return w.outcome(err)
	}
	second, err := w.StartAnotherAS()
	if err != nil {
		return err
	}
	w.AtClose(func() { second.HTTP.Close() })
	w.secondServer.as = second
	first, setup := a.driver, a.setup
	setup.Issuer = second.Issuer()
	a.driver = nil
	if _, err := w.running(); err != nil {
		return err
	}
	other := a.driver
	a.driver = first
	if err := other.Configure(w.Context, setup); err != nil {
		return a.outcome(err)
	}
	return a.outcome(obtainWith(w.Context, other, a.hello))
}

func obtainWith(ctx context.Context, d target.Driver, hello target.Hello) error {
	var err error
	if hello.Can(target.CanClientCredentials) {
		_, err = d.Token(ctx, target.TokenOrder{Grant: target.CanClientCredentials})
	} else {
		_, err = d.Login(ctx, target.LoginOrder{})
	}
	return err
}

func (w *Actor) keysDiffer() error {
	other := w.secondServer.as
	switch {
	case other == nil && w.problem != nil:
		return w.withoutProofs()
	case other == nil:
		return fmt.Errorf("there is no second authorization server yet; put a When step before this one")
	}
	var there []sent
	for _, e := range other.HTTP.Exchanges() {
		there = append(there, sent{Exchange: e, kind: toToken, origin: other.HTTP.URL})
	}
	one, two := proofsIn(w.sentTo(toToken)), proofsIn(there)
	if len(one) == 0 || len(two) == 0 {
		return w.withoutProofs()
	}
	return w.Expect(one[0].thumbprint() != two[0].thumbprint(), "another key for the other authorization server",
		fmt.Sprintf("the keys %s and %s", one[0].thumbprint(), two[0].thumbprint()))
}

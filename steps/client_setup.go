package steps

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
	"github.com/dpopspec/dpopspec/target"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.Given(`^the client signs with (ES384|ES512|RS256|PS256|EdDSA|Ed25519)$`, (*World).clientKeyFor,
			"Gives the client a key pair for another algorithm than ES256.",
			"Given the client signs with PS256")
		v.Given(`^the client's key has a coordinate that begins with zeros$`, (*World).clientKeyWithZeros,
			"Gives the client an ES256 key pair whose x or y begins with a zero octet.",
			"Given the client's key has a coordinate that begins with zeros")
		v.Given(`^the client makes its own key pair$`, (*World).clientMakesKey,
			"Gives the client no key pair, and lets it make one where that is an option.",
			"Given the client makes its own key pair")
		v.Given(`^the client authenticates by a signed assertion$`, (*World).clientSignsAssertions,
			"Lets the client authenticate by private_key_jwt (RFC 7523).",
			"Given the client authenticates by a signed assertion")
		v.Given(`^the client demands a nonce of every server$`, (*World).clientDemandsNonces,
			"Switches on that the client refuses answers without DPoP-Nonce, as the atproto profile demands.",
			"Given the client demands a nonce of every server")
		v.Given(`^the client repeats what fails for a while$`, (*World).clientRepeatsFailures,
			"Switches on that the client repeats safe requests after a transient failure, where it can.",
			"Given the client repeats what fails for a while")
		v.Given(`^the client is given an access token (of one character|of 4096 characters|with every character of token68|that ends with equals signs)$`, (*World).clientIsGivenToken,
			"Lets the token endpoint issue an access token of that form.",
			"Given the client is given an access token of one character")
		v.Given(`^both servers demand nonces of the client$`, (*World).clientBothDemandNonces,
			"Lets the authorization server and the API demand nonces (RFC 9449 §8, §9).",
			"Given both servers demand nonces of the client")
		v.Given(`^the other API trusts the same tokens and hands out nonces of its own$`, (*World).clientOtherAPIHandsNonces,
			"Starts a second API on the same host, for the same audience, which hands out nonces.",
			"Given the other API trusts the same tokens and hands out nonces of its own")
		v.When(`^the client obtains a token from another authorization server$`, (*World).clientObtainsElsewhere,
			"Starts another authorization server and lets a second client with the same settings get a token there.",
			"When the client obtains a token from another authorization server")
		v.Then(`^the two authorization servers see different keys$`, (*World).clientKeysDiffer,
			"The proofs sent to one authorization server must be by another key than those sent to the other.",
			"Then the two authorization servers see different keys")
	})
}

// clientSetKey gives the client's environment another key pair.
func (w *World) clientSetKey(key *dpop.Key) error {
	a, err := w.clientCan(target.CanEnvironmentKeys)
	if err != nil {
		return err
	}
	pair, err := pemPairOf(key)
	if err != nil {
		return err
	}
	w.keys["client"] = key
	a.env[envPublicKey], a.env[envPrivateKey] = pair.Public, pair.Private
	w.clientRestart(a)
	return nil
}

func (w *World) clientKeyFor(algorithm string) error {
	a, err := w.clientCan(target.CanAlgorithms)
	if err != nil {
		return err
	}
	key, err := w.newKey("environment", algorithm)
	if err != nil {
		return err
	}
	a.setup.Algorithm = algorithm
	return w.clientSetKey(key)
}

func (w *World) clientKeyWithZeros() error {
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
		return w.clientSetKey(key)
	}
}

func (w *World) clientMakesKey() error {
	a, err := w.clientCan(target.CanEnvironmentKeys)
	if err != nil {
		return err
	}
	delete(a.env, envPublicKey)
	delete(a.env, envPrivateKey)
	if a.hello.Can(target.CanGenerateKey) {
		a.setup.Options.Key = "generated"
	}
	w.clientRestart(a)
	return nil
}

func (w *World) clientSignsAssertions() error {
	a, err := w.clientCan(target.SignsAssertions)
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

func (w *World) clientDemandsNonces() error {
	a, err := w.clientCan(target.CanRequireNonces)
	if err == nil {
		a.setup.Options.RequireNonces = true
	}
	return err
}

func (w *World) clientRepeatsFailures() error {
	a, err := w.clientRunning()
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

func (w *World) clientIsGivenToken(form string) error {
	if err := w.clientEveryCallSucceeds(); err != nil {
		return err
	}
	return w.clientAlterTokenResponses(func(body *dpop.Object) { body.Set("access_token", tokenForms[form]) })
}

// clientAlterTokenResponses changes every success of the token endpoint.
func (w *World) clientAlterTokenResponses(change func(*dpop.Object)) error {
	script, match, err := w.clientProvoked(toToken)
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

func (w *World) clientBothDemandNonces() error {
	if _, err := w.clientActor(); err != nil {
		return err
	}
	if err := w.ArrangeAS(func(c *mockas.Config) { c.Nonces = mockas.NonceRequired }); err != nil {
		return err
	}
	return w.ArrangeAPI(defaultAPI, func(c *mockrs.Config) {
		c.Verifier.Nonces = dpop.NewNonceWindow(5*time.Minute, c.Clock)
	})
}

func (w *World) clientOtherAPIHandsNonces() error {
	if _, err := w.clientActor(); err != nil {
		return err
	}
	if err := w.ArrangeAPI("invoices", func(c *mockrs.Config) { c.Audience = audienceOf(defaultAPI) }); err != nil {
		return err
	}
	api, err := w.API("invoices")
	if err == nil {
		api.HTTP.Then(wire.Answer{Times: -1, Play: givingNonces(freshNonce)})
	}
	return err
}

// secondServer is a second authorization server and what came to it.
type secondServer struct{ as *target.EmbeddedAS }

func (w *World) clientObtainsElsewhere() error {
	a, err := w.clientConfigured()
	if err != nil {
		return of[actor](w).outcome(err)
	}
	second, err := w.Session.StartAuthorizationServer(w.Clock, w.addressed(), append([]func(*mockas.Config){StandardAS}, w.arrangeAS...)...)
	if err != nil {
		return err
	}
	w.closers = append(w.closers, func() { second.HTTP.Close() })
	of[secondServer](w).as = second
	first, setup := a.driver, a.setup
	setup.Issuer = second.Issuer()
	a.driver = nil
	if _, err := w.clientRunning(); err != nil {
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

func (w *World) clientKeysDiffer() error {
	other := of[secondServer](w).as
	switch {
	case other == nil && of[actor](w).problem != nil:
		return w.clientWithoutProofs()
	case other == nil:
		return fmt.Errorf("there is no second authorization server yet; put a When step before this one")
	}
	var there []sent
	for _, e := range other.HTTP.Exchanges() {
		there = append(there, sent{Exchange: e, kind: toToken, origin: other.HTTP.URL})
	}
	one, two := proofsIn(w.clientSentTo(toToken)), proofsIn(there)
	if len(one) == 0 || len(two) == 0 {
		return w.clientWithoutProofs()
	}
	return w.Expect(one[0].thumbprint() != two[0].thumbprint(), "another key for the other authorization server",
		fmt.Sprintf("the keys %s and %s", one[0].thumbprint(), two[0].thumbprint()))
}

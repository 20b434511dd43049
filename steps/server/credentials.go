package server

import (
	"maps"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func credentialsSteps(v *vocabulary.Vocabulary) {
	v.Word("proof-quality", "Whether a proof is as RFC 9449 §4.3 wants it.", proofQualities.Forms()...)
	v.Word("bad-credentials", "What is wrong with the credentials of a client.", badCredentials.Forms()...)
	g := vocabulary.For[Tester](v)
	g.When(`^a {proof-quality} proof comes with {bad-credentials} client credentials$`, (*Tester).withCredentials,
		"Sends the endpoint's request of a confidential client without its credentials, or with false ones.",
		"When a sound proof comes with no client credentials")
}

// proofQualities change the drafts of proofs.
var proofQualities = vocabulary.Meanings[func(*dpop.Draft)]{
	"sound": nil, "defective": func(d *dpop.Draft) { d.Claims.Set("htm", "DELETE") },
}

// badCredentials let a request come from who takes itself for the given client.
var badCredentials = vocabulary.Meanings[func(*Tester, *world.Ask, target.RegisteredClient) error]{
	"no": anonymous, "false": falsified, "self-signed": selfSigned, "proof-signed": proofSigned,
}

func anonymous(_ *Tester, a *world.Ask, client target.RegisteredClient) error {
	a.Client = target.RegisteredClient{ID: client.ID, Auth: mockas.AuthNone}
	return nil
}

// falsified sends credentials of the right kind that are not the client's own.
func falsified(_ *Tester, a *world.Ask, client target.RegisteredClient) (err error) {
	a.Client = target.RegisteredClient{ID: client.ID, Auth: client.Auth, Secret: "not-the-secret-" + dpop.NewID()}
	if client.Certificate != nil {
		a.Client.Certificate, err = world.SameSubject(client.Certificate)
	}
	return err
}

// selfSigned sends an assertion by a key that nobody has registered, which stands in
// its header as that of a proof does.
func selfSigned(w *Tester, a *world.Ask, client target.RegisteredClient) error {
	key, err := w.Key("another party")
	if err != nil {
		return err
	}
	return w.assertAs(a, client, key, func(header, _ *dpop.Object) { header.Add("jwk", key.JWK()) })
}

// proofSigned sends an assertion by the key of the proof that comes with it.
func proofSigned(w *Tester, a *world.Ask, client target.RegisteredClient) error {
	return w.assertAs(a, client, a.Key, func(_, _ *dpop.Object) {})
}

// assertAs sends an assertion about a client that is signed by a key, changed
// before that.
func (w *Tester) assertAs(
	a *world.Ask, client target.RegisteredClient, key *dpop.Key, edit func(header, claims *dpop.Object),
) error {
	if client.Auth != mockas.AuthPrivateKeyJWT {
		return world.NotApplicablef("the client %s does not authenticate by an assertion", client.ID)
	}
	audience := client.AssertionAudience
	if audience == "" {
		address, err := w.AddressFor(a.Endpoint, client)
		if err != nil {
			return err
		}
		audience = world.OriginOf(address)
	}
	now := w.Now(audience).Unix()
	var header, claims dpop.Object
	header.Add("alg", key.Algorithm)
	header.Add("typ", "JWT")
	claims.Add("iss", client.ID)
	claims.Add("sub", client.ID)
	claims.Add("aud", audience)
	claims.Add("jti", dpop.NewID())
	claims.Add("iat", now)
	claims.Add("exp", now+60)
	edit(&header, &claims)
	assertion, err := dpop.SignCompact(key, header.JSON(), claims.JSON())
	if err != nil {
		return err
	}
	a.Form = maps.Clone(a.Form)
	a.Form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
	a.Form.Set("client_assertion", assertion)
	return anonymous(w, a, client)
}

// confidentialClient is the scenario's client if it has credentials to leave
// out, else the first one that has.
func (w *Tester) confidentialClient() (target.RegisteredClient, error) {
	if client, chosen := w.ChosenClient(); chosen && !client.Public() {
		return client, nil
	}
	return w.observer()
}

func (w *Tester) withCredentials(quality, credentials string) error {
	draft, err := proofQualities.Of(quality)
	if err != nil {
		return err
	}
	spoil, err := badCredentials.Of(credentials)
	if err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	client, err := w.confidentialClient()
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	a := world.Ask{Title: "a " + quality + " proof, " + credentials + " credentials", Endpoint: p, Key: key, Draft: draft}
	if p == world.PAREndpoint {
		a.Form, _ = w.AuthorizationForm(client)
	} else if a.Form, err = w.formFor(client); err != nil {
		return err
	}
	if err = spoil(w, &a, client); err != nil {
		return err
	}
	err = w.Try(a)
	if client.ByCertificate() && wire.Alerted(err) {
		return nil // the handshake was the refusal (RFC 8705 §2.1)
	}
	return err
}

package server

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// assertionsSteps are about whom a client assertion is for (RFC 7523 §3), beside a
// proof that is sound.
func assertionsSteps(v *vocabulary.Vocabulary) {
	v.Word("assertion-audience", "What aud of a client assertion says.", assertionAudiences.Forms()...)
	g := vocabulary.For[Tester](v)
	g.Given(`^a client whose assertions are for the issuer alone$`, (*Tester).clientForIssuer,
		"Chooses a client that authenticates by private_key_jwt, with the issuer identifier as aud; "+
			"an embedded server takes no other.",
		"Given a client whose assertions are for the issuer alone")
	g.When(`^the request comes with a client assertion for {assertion-audience}$`, (*Tester).assertsFor,
		"Sends the endpoint's request with a sound proof and an assertion by the client's own key.",
		"When the request comes with a client assertion for the token endpoint")
}

// assertionAudiences make aud, a text or a list, of the issuer.
var assertionAudiences = vocabulary.Meanings[func(w *Tester, issuer string) (any, error)]{
	"the token endpoint": func(w *Tester, _ string) (any, error) { return w.AddressOf(world.TokenEndpoint) },
	"the PAR endpoint":   func(w *Tester, _ string) (any, error) { return w.AddressOf(world.PAREndpoint) },
	"a list that holds the issuer": func(_ *Tester, issuer string) (any, error) {
		return []string{issuer}, nil
	},
	"the issuer and another server": func(_ *Tester, issuer string) (any, error) {
		return []string{issuer, "https://other.example"}, nil
	},
}

func (w *Tester) clientForIssuer() error {
	if w.EmbeddedAS() {
		if err := w.embeddedClientBy(mockas.AuthPrivateKeyJWT); err != nil {
			return err
		}
		if err := w.ArrangeAS(func(c *mockas.Config) { c.IssuerAudience = true }); err != nil {
			return err
		}
	} else if err := w.chooseClient(w.announces(mockas.AuthPrivateKeyJWT), "client that authenticates by private_key_jwt",
		func(c target.RegisteredClient) bool { return c.Auth == mockas.AuthPrivateKeyJWT }); err != nil {
		return err
	}
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	client, _ := w.ChosenClient()
	client.AssertionAudience = metadata.Issuer
	w.ChooseClient(client)
	return nil
}

func (w *Tester) assertsFor(audience string) error {
	aud, err := assertionAudiences.Of(audience)
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
	value, err := aud(w, client.AssertionAudience)
	if err != nil {
		return err
	}
	a, err := w.askAt(p, "a sound proof, and an assertion for "+audience)
	if err != nil {
		return err
	}
	if err := w.assertAs(&a, client, client.Key, func(_, claims *dpop.Object) { claims.Set("aud", value) }); err != nil {
		return err
	}
	return w.Try(a)
}

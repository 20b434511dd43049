package server

import (
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

// badCredentials make a client that takes itself for the given one.
var badCredentials = vocabulary.Meanings[func(target.RegisteredClient) (target.RegisteredClient, error)]{
	"no": anonymous, "false": falsified,
}

func anonymous(client target.RegisteredClient) (target.RegisteredClient, error) {
	return target.RegisteredClient{ID: client.ID, Auth: mockas.AuthNone}, nil
}

// falsified is the client with credentials of the right kind that are not its own.
func falsified(client target.RegisteredClient) (target.RegisteredClient, error) {
	liar := target.RegisteredClient{ID: client.ID, Auth: client.Auth, Secret: "not-the-secret-" + dpop.NewID()}
	if client.Certificate == nil {
		return liar, nil
	}
	certificate, err := world.SameSubject(client.Certificate)
	liar.Certificate = certificate
	return liar, err
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
	if a.Client, err = spoil(client); err != nil {
		return err
	}
	err = w.Try(a)
	if client.ByCertificate() && wire.Alerted(err) {
		return nil // the handshake was the refusal (RFC 8705 §2.1)
	}
	return err
}

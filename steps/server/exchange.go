package server

import (
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func exchangeSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.When(`^a token bound to its key is exchanged( by another client)? {proof}$`, (*Tester).exchanges,
		"Sends a token exchange whose subject_token is bound (RFC 8693 §2.1).",
		"When a token bound to its key is exchanged by another client with a proof by another key")
	g.When(`^an unbound token of another client is exchanged {proof}$`, (*Tester).exchangesUnbound,
		"Sends a token exchange whose subject_token is bound to no key and was issued to another client "+
			"(RFC 8693 §2.1). With a proof it is the positive control and must be granted.",
		"When an unbound token of another client is exchanged without a proof")
}

func (w *Tester) exchanges(byAnother, proof string) error {
	if err := w.chooseGrant(mockas.GrantTokenExchange); err != nil {
		return err
	}
	client, _ := w.ChosenClient()
	form, err := w.GrantForm(client, mockas.GrantTokenExchange, nil)
	if err != nil {
		return err
	}
	if byAnother != "" {
		list := w.Clients()
		i := slices.IndexFunc(list, func(c target.RegisteredClient) bool {
			return c.ID != client.ID && c.Has(mockas.GrantTokenExchange) && !c.Bound
		})
		if i >= 0 {
			client = list[i]
		}
	}
	key, err := w.ProofKey(proof)
	if err != nil {
		return err
	}
	w.NoteControl() // the subject token was issued; there is no honest answer to compare with
	return w.Try(world.Ask{
		Title:    "token exchange" + byAnother + " " + proof,
		Endpoint: world.TokenEndpoint, Client: client, Form: form, Key: key,
	})
}

// exchangesUnbound is the exchange in which nothing but the client's own
// registration can demand a proof.
func (w *Tester) exchangesUnbound(proof string) error {
	client, err := w.ClientWith(mockas.GrantTokenExchange)
	if err != nil {
		return err
	}
	token, err := w.foreignToken(client)
	if err != nil {
		return err
	}
	key, err := w.ProofKey(proof)
	if err != nil {
		return err
	}
	form := url.Values{
		"grant_type": {mockas.GrantTokenExchange}, "subject_token": {token},
		"subject_token_type": {"urn:ietf:params:oauth:token-type:access_token"},
	}
	a := world.Ask{
		Title:    "exchange of an unbound token " + proof,
		Endpoint: world.TokenEndpoint, Client: client, Form: form, Key: key,
	}
	if key != nil {
		return w.Demand(a)
	}
	return w.Try(a)
}

// foreignToken gets a token that is bound to no key for another client.
func (w *Tester) foreignToken(than target.RegisteredClient) (string, error) {
	for _, c := range w.Clients() {
		if c.ID == than.ID || c.Bound || !c.Has(mockas.GrantClientCredentials) {
			continue
		}
		form := url.Values{"grant_type": {mockas.GrantClientCredentials}}
		w.AddResource(form, c)
		e, err := w.SendAsk(world.Ask{
			Title: "token request of another client without a proof", Endpoint: world.TokenEndpoint, Client: c, Form: form,
		})
		if err != nil {
			return "", err
		}
		grant, err := world.ReadTokens(c, e)
		if answer, _ := world.TokenEndpoint.Classify(e); err != nil && answer == world.Refused {
			return "", world.NotApplicablef("the authorization server gives no token without a proof: %s",
				world.TokenEndpoint.Describe(e, nil))
		}
		if err != nil {
			return "", world.Inconclusivef("no subject_token to test with: %s", world.TokenEndpoint.Describe(e, nil))
		}
		if strings.EqualFold(grant.TokenType, dpop.Scheme) {
			return "", world.NotApplicablef("the other client gets bound tokens alone")
		}
		return grant.AccessToken, nil
	}
	return "", world.Lackingf(world.ClientsKey,
		"the configuration has no other client that gets an unbound token by client_credentials")
}

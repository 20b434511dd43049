package server

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// challengesSteps are about the challenge endpoint, and what else an attested client
// has to do with over time (draft-ietf-oauth-attestation-based-client-auth, sections
// 6.3 and 10.3).
func challengesSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Given(`^the server has a challenge endpoint$`, (*Tester).hasChallengeEndpoint,
		"challenge_endpoint in its metadata; without it the case does not apply.",
		"Given the server has a challenge endpoint")
	g.Given(`^the server gives (nonces|challenges) to attested clients$`, (*Tester).givesChallenges,
		"Arranged at the embedded server. Of a real one it is seen by what comes with the answer to an honest "+
			"request: DPoP-Nonce, or OAuth-Client-Attestation-Challenge; without it the case does not apply.",
		"Given the server gives nonces to attested clients")
	g.When(`^a challenge is fetched$`, (*Tester).fetchesChallenge,
		"Sends an empty POST to the challenge endpoint.",
		"When a challenge is fetched")
	g.When(`^the client authenticates by its attestation and the fetched challenge$`, (*Tester).usesChallenge,
		"The challenge stands in the proof of possession: as the nonce of the DPoP proof, which is DPoP-Nonce "+
			"where that came along, or as the challenge claim of a proof of its own.",
		"When the client authenticates by its attestation and the fetched challenge")
	g.Then(`^it is a challenge that no cache keeps$`, (*Tester).isChallenge,
		"Status 200, attestation_challenge or DPoP-Nonce, and Cache-Control: no-store.",
		"Then it is a challenge that no cache keeps")
	g.Given(`^the client has got a refresh token by its attestation$`, (*Tester).attestedLogin,
		"The person logs in, or an offer is redeemed; without a refresh token the case does not apply. "+
			"A refresh by the same attested key is the positive control.",
		"Given the client has got a refresh token by its attestation")
	g.When(`^the client refreshes by an attestation of another key$`, (*Tester).refreshesElsewhere,
		"Everything fits together, as at another installation of the same client: attestation and proof of "+
			"possession are by a key of its own.",
		"When the client refreshes by an attestation of another key")
}

func (w *Tester) challengeEndpoint() (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	address, err := metadata.Document.Text("challenge_endpoint")
	if err != nil || address == "" {
		return "", world.NotApplicablef("the authorization server has no challenge endpoint")
	}
	return address, nil
}

// wantsNonces lets the embedded server ask for nonces, which are its challenges.
func wantsNonces(c *mockas.Config) { c.Nonces = mockas.NonceRequired }

func (w *Tester) givesChallenges(what string) error {
	if w.EmbeddedAS() {
		return w.ArrangeAS(wantsNonces)
	}
	if err := w.attestationIsAccepted(); err != nil {
		return err
	}
	address, err := w.AddressOf(w.Endpoint)
	if err != nil {
		return err
	}
	given := w.Nonce(address)
	if what == "challenges" {
		given = w.attesting.client.Instance.Challenge()
	}
	if given == "" {
		return world.NotApplicablef("the server gives no %s to clients that authenticate by attestation", what)
	}
	return nil
}

func (w *Tester) hasChallengeEndpoint() error {
	if w.EmbeddedAS() {
		if err := w.ArrangeAS(wantsNonces); err != nil {
			return err
		}
	}
	_, err := w.challengeEndpoint()
	return err
}

func (w *Tester) fetchesChallenge() error {
	address, err := w.challengeEndpoint()
	if err != nil {
		return err
	}
	attempt := w.Begin(nil)
	if err := attempt.End(w.Send("a challenge", wire.Request{Method: "POST", URL: address})); err != nil {
		return err
	}
	w.fetched = fetched{}
	if body, err := dpop.ParseObject(attempt.Exchange.Reply); err == nil {
		w.fetched.challenge, _ = body.Text("attestation_challenge")
	}
	w.fetched.nonce, _ = attempt.Exchange.Answer.One("DPoP-Nonce")
	return nil
}

func (w *Tester) isChallenge() error {
	e := w.Latest().Exchange
	if e == nil {
		return errors.New(`no challenge was fetched; put "When a challenge is fetched" first`)
	}
	unkept := false
	for _, line := range e.Answer.Values("Cache-Control") {
		for directive := range strings.SplitSeq(line, ",") {
			unkept = unkept || strings.EqualFold(strings.TrimSpace(directive), "no-store")
		}
	}
	given := w.fetched.challenge != "" || w.fetched.nonce != ""
	return w.Expect(e.Status == 200 && given && unkept,
		"status 200 with attestation_challenge or DPoP-Nonce, and Cache-Control: no-store",
		fmt.Sprintf("status %d, a challenge: %v, no-store: %v", e.Status, given, unkept))
}

func (w *Tester) usesChallenge() error {
	how := attested{nonce: w.fetched.nonce}
	if how.nonce == "" {
		how.nonce = w.fetched.challenge
	}
	if w.attesting != nil && w.withPoP() {
		how = attested{pop: "client", challenge: &w.fetched.challenge}
	}
	if w.fetched.challenge == "" && (how.nonce == "" || how.pop != "") {
		return world.Inconclusivef("the challenge endpoint gave no challenge")
	}
	a, err := w.attestedAsk("its attestation and the fetched challenge", how)
	if err != nil {
		return err
	}
	return w.Try(a)
}

// attestedLogin gets tokens by the grant of a person, and refreshes them once.
func (w *Tester) attestedLogin() error {
	if w.attesting == nil {
		return errNoAttested
	}
	grant := mockas.GrantCode
	if w.attesting.client.Has(mockas.GrantPreAuthorized) {
		grant = mockas.GrantPreAuthorized
	}
	client, err := w.ClientWith(grant)
	if err != nil {
		return err
	}
	form, err := w.GrantForm(client, grant, nil)
	if err != nil {
		return err
	}
	first := world.Ask{Title: "token request", Endpoint: world.TokenEndpoint, Client: client, Form: form}
	if err := w.demandAttested(first); err != nil {
		return err
	}
	if w.Tokens().RefreshToken == "" {
		return world.NotApplicablef("the client %s gets no refresh token", client.ID)
	}
	return w.demandAttested(w.attestedRefresh("refresh by the same key"))
}

func (w *Tester) attestedRefresh(title string) world.Ask {
	return world.Ask{
		Title: title, Endpoint: world.TokenEndpoint, Client: w.attesting.client,
		Form: world.RefreshForm(w.Tokens().RefreshToken),
	}
}

// demandAttested sends a request with the client's attestation and proof; it must
// succeed.
func (w *Tester) demandAttested(a world.Ask) (err error) {
	if a.Key, err = w.Key("client"); err != nil {
		return err
	}
	if a, err = w.attest(a, attested{}); err != nil {
		return err
	}
	return w.Demand(a)
}

func (w *Tester) refreshesElsewhere() (err error) {
	a := w.attestedRefresh("refresh by another installation")
	const elsewhere = "another installation"
	how := attested{about: elsewhere}
	if a.Key, err = w.Key("client"); err != nil {
		return err
	}
	if !w.withPoP() { // the DPoP proof is the proof of possession
		how.proofKey = elsewhere
	}
	if a, err = w.attest(a, how); err != nil {
		return err
	}
	return w.Try(a)
}

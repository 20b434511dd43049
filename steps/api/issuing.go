package api

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// issuingSteps are about APIs that issue credentials, and their nonce endpoint
// (OpenID4VCI 1.0 §7, §8).
func issuingSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.When(`^a c_nonce is fetched$`, (*Tester).fetchesNonce,
		"Sends an empty POST to the nonce endpoint, without an access token. An issuer without one makes the "+
			"case not applicable.",
		"When a c_nonce is fetched")
	g.Then(`^it is a c_nonce that no cache keeps$`, (*Tester).isNonce,
		"A status of success, c_nonce as a text, and Cache-Control: no-store.",
		"Then it is a c_nonce that no cache keeps")
	g.When(`^the client asks for a credential with the DPoP nonce that came along$`, (*Tester).usesNonce,
		"A proof that is honest and holds the DPoP-Nonce of the nonce endpoint. Without one the case does not apply.",
		"When the client asks for a credential with the DPoP nonce that came along")
}

// configuration is the credential of the embedded issuer.
const configuration = "example"

// issuesCredentials arranges an embedded issuer, or finds out whether the API is one.
func (w *Tester) issuesCredentials() error {
	if w.EmbeddedAPI() {
		return w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) {
			if c.Issuance == nil {
				c.Issuance = &mockrs.Issuance{Configuration: configuration}
			}
		})
	}
	_, err := w.issuance()
	return err
}

// issuance is how credentials are got from the API.
func (w *Tester) issuance() (*target.Issuance, error) {
	resource, err := w.Resource(world.DefaultAPI)
	if err != nil {
		return nil, err
	}
	if resource.Issuance == nil {
		return nil, world.NotApplicablef("the API issues no credentials: its configuration has no credential: {issuer: …}")
	}
	return resource.Issuance, nil
}

func (w *Tester) fetchesNonce() error {
	issuance, err := w.issuance()
	if err != nil {
		return err
	}
	if issuance.Nonce == "" {
		return world.NotApplicablef("the credential issuer has no nonce endpoint")
	}
	attempt := w.Begin(nil)
	return attempt.End(w.Send("a c_nonce", wire.Request{Method: "POST", URL: issuance.Nonce}))
}

func (w *Tester) isNonce() error {
	e := w.Latest().Exchange
	if e == nil {
		return wrongOrder(`"When a c_nonce is fetched" first`)
	}
	var nonce string
	if body, err := dpop.ParseObject(e.Reply); err == nil {
		nonce, _ = body.Text("c_nonce")
	}
	unkept := false
	for _, line := range e.Answer.Values("Cache-Control") {
		for directive := range strings.SplitSeq(line, ",") {
			unkept = unkept || strings.EqualFold(strings.TrimSpace(directive), "no-store")
		}
	}
	return w.Expect(e.Status/100 == 2 && nonce != "" && unkept, "a status of success with c_nonce and Cache-Control: no-store",
		fmt.Sprintf("status %d, c_nonce: %v, no-store: %v", e.Status, nonce != "", unkept))
}

// usesNonce leaves no room for another nonce: a challenge is no success.
func (w *Tester) usesNonce() error {
	e := w.Latest().Exchange
	if e == nil {
		return wrongOrder(`"When a c_nonce is fetched" first`)
	}
	nonce, found := e.Answer.One("DPoP-Nonce")
	if !found {
		return world.NotApplicablef("the nonce endpoint gives no DPoP nonce, which is its choice (OpenID4VCI 1.0 §7.2)")
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	probe, err := w.Prepare(key.Thumbprint)
	if err != nil {
		return err
	}
	probe.Occasion.Nonce = nonce
	proof, err := dpop.NewProof(key, probe.Occasion, w.Now(probe.Request.URL))
	if err != nil {
		return err
	}
	return w.Begin(nil).End(w.SendWith("a credential request", probe, "DPoP", []string{proof}))
}

package server

import (
	"errors"
	"net/url"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func revocationSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.When(`^the client revokes the access token without a proof$`, (*Tester).revokesPlainly,
		"Sends a revocation request with the client's credentials alone (RFC 7009 §2.1).",
		"When the client revokes the access token without a proof")
	g.Then(`^the access token is revoked$`, (*Tester).isRevoked,
		"The revocation must be answered with status 200.",
		"Then the access token is revoked")
}

func (w *Tester) revokesPlainly() error {
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	if metadata.Revocation == "" {
		return world.NotApplicablef("the authorization server has no revocation endpoint")
	}
	grant, err := w.newestGrant()
	if err != nil {
		return err
	}
	r := world.FormRequest(metadata.For(grant.Client).Revocation, url.Values{"token": {grant.AccessToken}}, grant.Client)
	return w.Begin(nil).End(w.Send("revocation", r))
}

func (w *Tester) isRevoked() error {
	e := w.Latest().Exchange
	if e == nil {
		return errors.New("nothing was revoked; put a When step before this one")
	}
	return w.Expect(e.Status == 200, "status 200", world.TokenEndpoint.Describe(e, nil))
}

package server

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// assertionAudienceSteps are about the aud of client assertions (RFC 7523 §3; FAPI
// 2.0 Security Profile §5.3.2.1).
func assertionAudienceSteps(v *vocabulary.Vocabulary) {
	v.Word("assertion-audience", "Whom a client assertion is for.", assertionAudiences.Forms()...)
	g := vocabulary.For[Tester](v)
	g.When(`^the client's assertion is for {assertion-audience}$`, (*Tester).assertsTo,
		"Sends the endpoint's request with an honest proof and a client assertion of that aud, signed by the client's key.",
		"When the client's assertion is for the token endpoint")
}

// assertionAudiences make an aud from the issuer and the URL of the token endpoint.
var assertionAudiences = vocabulary.Meanings[func(issuer, endpoint string) any]{
	"the issuer":                        func(issuer, _ string) any { return issuer },
	"the issuer, in a list":             func(issuer, _ string) any { return []string{issuer} },
	"the issuer and the token endpoint": func(issuer, endpoint string) any { return []string{issuer, endpoint} },
	"the token endpoint":                func(_, endpoint string) any { return endpoint },
	"another server":                    func(string, string) any { return "https://another.example" },
}

func (w *Tester) assertsTo(whom string) error {
	audience, err := assertionAudiences.Of(whom)
	if err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	client, err := w.confidentialClient()
	if err != nil {
		return err
	}
	if client.Key == nil {
		return world.NotApplicablef("the client %s does not authenticate by an assertion", client.ID)
	}
	a, err := w.askAt(p, "a client assertion for "+whom)
	if err != nil {
		return err
	}
	err = w.assertAs(&a, client, client.Key, func(_, claims *dpop.Object) {
		claims.Set("aud", audience(metadata.Issuer, metadata.Token))
	})
	if err != nil {
		return err
	}
	return w.Try(a)
}

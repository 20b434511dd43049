package proof

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func mixupSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.When(`^the request carries a proof in place of its (client assertion|subject token|request object|Bearer token|DPoP token)$`, (*Prober).sendProofAs,
		"Sends a sound proof where another JWT belongs (RFC 8725 §3.12), beside an honest proof in its field.",
		"When the request carries a proof in place of its client assertion")
}

// sendProofAs uses a proof for a purpose that it was not made for.
func (w *Prober) sendProofAs(what string) error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	return w.sendStripped("a proof in place of a "+what, func(probe *world.Probe) error {
		other, err := dpop.NewProof(key, probe.Occasion, w.Now(probe.Request.URL))
		if err != nil {
			return err
		}
		return w.misuse(probe, what, other)
	})
}

func (w *Prober) misuse(probe *world.Probe, what, proof string) error {
	if scheme, token := strings.CutSuffix(what, " token"); token && (scheme == "Bearer" || scheme == dpop.Scheme) {
		probe.Request.Fields = append(Without(probe.Request.Fields, "Authorization"), wire.Field{Name: "Authorization", Value: scheme + " " + proof})
		probe.Occasion.AccessToken = proof
		return nil
	}
	form, err := url.ParseQuery(string(probe.Request.Body))
	if err != nil {
		return fmt.Errorf("the endpoint's request is no form: %w", err)
	}
	switch what {
	case "client assertion":
		probe.Request.Fields = slices.Clone(Without(probe.Request.Fields, "Authorization"))
		form.Del("client_secret")
		form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
		form.Set("client_assertion", proof)
	case "subject token":
		form.Set("grant_type", mockas.GrantTokenExchange)
		form.Set("subject_token", proof)
		form.Set("subject_token_type", "urn:ietf:params:oauth:token-type:access_token")
	case "request object":
		form.Set("request", proof)
	}
	probe.Request.Body = []byte(form.Encode())
	return nil
}

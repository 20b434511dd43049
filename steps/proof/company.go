package proof

import (
	"fmt"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// companySteps are about a sound proof whose request lacks what has to go with it:
// a proof is no credential by itself (RFC 9449 §4), nor any other JWT (RFC 8725
// §3.12).
func companySteps(v *vocabulary.Vocabulary) {
	v.Word("company", "What comes beside a sound proof in place of a good credential.", companies.Forms()...)
	g := vocabulary.For[Prober](v)
	g.When(`^the request carries an honest proof and {company}$`, (*Prober).sendInCompany,
		"Sends the endpoint's request with a sound proof, and without a credential, with one that nobody issued, "+
			"or with another proof where a credential belongs.",
		"When the request carries an honest proof and no access token")
}

// company changes a request; other is a second proof for it.
type company func(w *Prober, probe *world.Probe, other string) error

var companies = vocabulary.Meanings[company]{
	"no access token":                                       withoutToken,
	"a made-up code":                                        withMadeUpCode,
	"another as its Bearer token":                           asToken("Bearer"),
	"another as its DPoP token":                             asToken(dpop.Scheme),
	"another as its client assertion":                       asAssertion(true),
	"another as its client assertion, without a client_id,": asAssertion(false),
	"another as its subject token": inForm(func(_ *wire.Request, form url.Values, proof string) {
		form.Set("grant_type", mockas.GrantTokenExchange)
		form.Set("subject_token", proof)
		form.Set("subject_token_type", "urn:ietf:params:oauth:token-type:access_token")
	}),
	"another as its request object": asRequestObject,
}

func (w *Prober) sendInCompany(what string) error {
	change, err := companies.Of(what)
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	return w.sendStripped("a proof and "+what, func(probe *world.Probe) error {
		other, err := dpop.NewProof(key, probe.Occasion, w.Now(probe.Request.URL))
		if err != nil {
			return err
		}
		return change(w, probe, other)
	})
}

func withoutToken(_ *Prober, probe *world.Probe, _ string) error {
	probe.Request.Fields = Without(probe.Request.Fields, "Authorization")
	return nil
}

func withMadeUpCode(w *Prober, probe *world.Probe, _ string) error {
	client, err := w.ClientWith(mockas.GrantCode)
	if err != nil {
		return err
	}
	form := url.Values{
		"grant_type": {mockas.GrantCode}, "code": {dpop.NewID()}, "redirect_uri": {client.RedirectURI},
		"code_verifier": {dpop.NewID() + dpop.NewID()},
	}
	probe.Request = world.FormRequest(probe.Request.URL, form, client)
	return nil
}

func asToken(scheme string) company {
	return func(_ *Prober, probe *world.Probe, other string) error {
		authorization := wire.Field{Name: "Authorization", Value: scheme + " " + other}
		probe.Request.Fields = append(Without(probe.Request.Fields, "Authorization"), authorization)
		probe.Occasion.AccessToken = other
		return nil
	}
}

// inForm puts the second proof into the parameters of a request.
func inForm(put func(r *wire.Request, form url.Values, proof string)) company {
	return func(_ *Prober, probe *world.Probe, other string) error {
		form, err := url.ParseQuery(string(probe.Request.Body))
		if err != nil {
			return fmt.Errorf("the endpoint's request is no form: %w", err)
		}
		put(&probe.Request, form, other)
		probe.Request.Body = []byte(form.Encode())
		return nil
	}
}

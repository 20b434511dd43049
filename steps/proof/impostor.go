package proof

import (
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

// A proof that stands for a client assertion or a request object (RFC 8725 §3.12) says
// in its claims what such a JWT must say. And all that would let the request be granted
// without it is taken out: a parameter that a server does not know it ignores (RFC 6749
// §3.1), and to ignore the proof there is sound.

// impostor is a sound proof for a request with more claims.
func (w *Prober) impostor(probe *world.Probe, more func(claims *dpop.Object, now int64)) (string, error) {
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	now := w.Now(probe.Request.URL)
	draft := dpop.NewDraft(key, probe.Occasion, now)
	more(&draft.Claims, now.Unix())
	return draft.Sign(key)
}

// asAssertion lets a proof take the place of the client's credentials, whatever they
// are (RFC 7523 §2.2), with the client_id beside it or without.
func asAssertion(named bool) company {
	return func(w *Prober, probe *world.Probe, _ string) error {
		client, chosen := w.ChosenClient()
		if !chosen || client.Public() || client.ByCertificate() {
			return world.Lackingf(world.ClientsKey, "this needs a client whose requests are refused without its credentials")
		}
		proof, err := w.impostor(probe, func(claims *dpop.Object, now int64) {
			claims.Add("iss", client.ID)
			claims.Add("sub", client.ID)
			claims.Add("aud", probe.Request.URL)
			claims.Add("exp", now+60)
		})
		if err != nil {
			return err
		}
		probe.Request.Complete = nil // the client's own assertion
		probe.Request.Fields = Without(probe.Request.Fields, "Authorization")
		return inForm(func(_ *wire.Request, form url.Values, proof string) {
			form.Del("client_secret")
			form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
			form.Set("client_assertion", proof)
			form.Set("client_id", client.ID)
			if !named {
				form.Del("client_id")
			}
		})(w, probe, proof)
	}
}

// asRequestObject lets a proof say what the pushed request asks for, and nothing else
// of the request (RFC 9101 §6.3).
func asRequestObject(w *Prober, probe *world.Probe, _ string) error {
	form, err := url.ParseQuery(string(probe.Request.Body))
	if err != nil {
		return err
	}
	proof, err := w.impostor(probe, func(claims *dpop.Object, now int64) {
		claims.Add("iss", form.Get("client_id"))
		claims.Add("aud", w.Session.Metadata.Issuer)
		claims.Add("exp", now+60)
		for name := range form {
			if !strings.HasPrefix(name, "client_") || name == "client_id" {
				claims.Set(name, form.Get(name))
			}
		}
	})
	if err != nil {
		return err
	}
	bare := url.Values{"request": {proof}}
	for name, values := range form {
		if strings.HasPrefix(name, "client_") {
			bare[name] = values
		}
	}
	probe.Request.Body = []byte(bare.Encode())
	return nil
}

package proof

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

// boundAnyhow makes the probe anew for a key of which no honest proof is to be had:
// with the token that a server issues to a proof with the very defect, for what an
// API must refuse the authorization server may take. Where it refuses the proof for
// its key, the case does not apply; where it gives none for another reason, nothing
// can be told: any server refuses a proof by another key than the token's. cause is
// why there was no token for an honest proof.
func (w *Prober) boundAnyhow(
	defect forge.Defect, thumbprint string, probe *world.Probe, cause error,
) (*world.Probe, error) {
	p, err := w.At()
	if err != nil {
		return nil, err
	}
	if w.EmbeddedEndpoint() { // it says which check has refused a proof
		return probe, nil
	}
	token, err := w.TokenOnce("forged "+p.Name+" "+thumbprint, func() (string, error) {
		return w.tokenByForgery(p, defect, thumbprint)
	})
	var unattainable *world.NotApplicable
	if err != nil {
		if errors.As(err, &unattainable) {
			return nil, err
		}
		if world.IsOutcome(err) {
			return nil, world.Inconclusivef("no token is bound to the key of this proof, so that its binding alone "+
				"would refuse it: %v; %v", cause, err)
		}
		return nil, err
	}
	bound := *probe
	bound.Occasion.AccessToken = token
	bound.Request.Fields = Without(probe.Request.Fields, "Authorization")
	InField(dpop.Scheme+" ")(&bound.Request, token)
	return &bound, nil
}

// tokenByForgery asks the authorization server for a token with a proof that has
// the defect.
func (w *Prober) tokenByForgery(p world.Endpoint, defect forge.Defect, thumbprint string) (string, error) {
	client, grant, err := p.Holder(w.World)
	if err != nil {
		return "", err
	}
	address, err := w.AddressFor(world.TokenEndpoint, client)
	if err != nil {
		return "", err
	}
	key, err := w.keyAgainst(defect)
	if err != nil {
		return "", err
	}
	var e *wire.Exchange
	for range 2 { // a nonce may be asked for
		form, err := w.GrantForm(client, grant, key)
		if err != nil {
			return "", err
		}
		probe := &world.Probe{
			Request:  world.FormRequest(address, form, client),
			Occasion: dpop.Occasion{Method: "POST", URI: address, Nonce: w.Nonce(address)},
		}
		forgery, err := w.forgery(defect.Needs, key, probe)
		if err != nil {
			return "", err
		}
		forged, err := defect.Forge(forgery)
		if err != nil {
			return "", world.Inconclusivef("%v", err)
		}
		title := fmt.Sprintf("token request with a proof whose %s", defect.Name())
		if e, err = w.SendWith(title, probe, forged.FieldName, forged.Fields); err != nil {
			return "", err
		}
		answer, code := world.TokenEndpoint.Classify(e)
		if answer == world.Refused && code == dpop.InvalidProof {
			return "", world.NotApplicablef("the authorization server issues no token for such a key, "+
				"so nobody can present one here: %s", world.TokenEndpoint.Describe(e, nil))
		}
		if answer != world.Challenged {
			break
		}
	}
	return boundBy(client.ID, e, thumbprint)
}

// boundBy reads the token of a response that must be bound to a key, as far as it
// tells: its type says that it is bound, and where it is a JWT, cnf says to what.
func boundBy(client string, e *wire.Exchange, thumbprint string) (string, error) {
	response, _ := dpop.ParseObject(e.Reply)
	token, err := response.Text("access_token")
	kind, _ := response.Text("token_type")
	if err != nil || !strings.EqualFold(kind, dpop.Scheme) {
		return "", world.Inconclusivef("the client %s gets none by such a proof: %s", client,
			world.TokenEndpoint.Describe(e, nil))
	}
	_, payload, _, err := dpop.SplitCompact(token, dpop.DecodeSegment)
	if err != nil {
		return token, nil // it is opaque
	}
	claims, _ := dpop.ParseObject(payload)
	value, _ := claims.Get("cnf")
	cnf, _ := dpop.ParseObject(value)
	if jkt, _ := cnf.Text("jkt"); jkt != "" && jkt != thumbprint {
		return "", world.Inconclusivef("the token that such a proof brought is bound to another key")
	}
	return token, nil
}

package api

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/world"
)

// mint issues an access token for the endpoint under test that no
// authorization server would give to a client: only an embedded one can.
func (w *Tester) mint(change func(*mockas.Mint)) (string, error) {
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	if !w.EmbeddedAS() {
		return "", world.Rarelyf("apis.NAME.command", "a real authorization server issues no such token; "+
			"an API that is started by apis.NAME.command trusts the embedded one, which does")
	}
	as, err := w.AS()
	if err != nil {
		return "", err
	}
	m := mockas.Mint{Bound: key.Thumbprint, Scope: "openid"}
	if w.AtAPI() {
		resource, err := w.Resource(world.DefaultAPI)
		if err != nil {
			return "", err
		}
		m.Audience, m.Scope = []string{resource.Audience}, resource.Scope
		w.TokenWish().ChangeMint(&m)
	}
	change(&m)
	return as.Mint(m)
}

// unboundToken returns an access token without confirmation for the endpoint.
func (w *Tester) unboundToken() (string, error) {
	return w.TokenOnce("unbound", w.obtainUnbound)
}

func (w *Tester) obtainUnbound() (string, error) {
	if w.EmbeddedAS() {
		opaque := w.resourceState.opaque
		return w.mint(func(m *mockas.Mint) { m.Bound, m.Opaque = "", opaque })
	}
	if token, brings, err := w.BroughtUnbound(); brings {
		return token, err
	}
	e, err := w.requestUnbound()
	if err != nil {
		return "", err
	}
	body, err := dpop.ParseObject(e.Reply)
	if err != nil || e.Status != 200 {
		return "", world.NotApplicablef("the authorization server gives this client no unbound token: %s",
			world.TokenEndpoint.Describe(e, nil))
	}
	token, err := body.Text("access_token")
	if err != nil {
		return "", world.NotApplicablef("the authorization server gives this client no unbound token: %v", err)
	}
	return token, nil
}

// requestUnbound asks for a token without a proof, as the client of the endpoint's
// own tokens and by the same grant: it must differ from them in its binding alone.
func (w *Tester) requestUnbound() (*wire.Exchange, error) {
	p, err := w.At()
	if err != nil {
		return nil, err
	}
	client, grant, err := p.Holder(w.World)
	if err != nil {
		return nil, err
	}
	address, err := w.AddressFor(world.TokenEndpoint, client)
	if err != nil {
		return nil, err
	}
	form, err := w.GrantForm(client, grant, nil)
	if err != nil {
		return nil, err
	}
	probe := &world.Probe{Request: world.FormRequest(address, form, client)}
	return w.SendWith("token request without a proof", probe, "", nil)
}

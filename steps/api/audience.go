package api

import (
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func audienceSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Given(`^another API accepts an access token of its own$`, (*Tester).otherAPIAccepts,
		"Another API takes a token that was issued for it, bound to the client's key.",
		"Given another API accepts an access token of its own")
}

// otherAPI is the name of another API than the one under test. Of real ones any
// second one will do, whatever its name.
func (w *Tester) otherAPI() string {
	if !w.EmbeddedAPI() && len(w.Session.APIs) > 1 {
		return w.Session.APIs[1].Name
	}
	return "invoices"
}

// tokenOf returns a token for an API.
func (w *Tester) tokenOf(name string) (world.Resource, string, error) {
	key, err := w.Key("client")
	if err != nil {
		return world.Resource{}, "", err
	}
	if !w.EmbeddedAPI() && len(w.Session.APIs) < 2 {
		return world.Resource{}, "", world.Lackingf("apis", "the configuration names one API, "+
			"and it takes a second one to have tokens for another")
	}
	resource, err := w.Resource(name)
	if err != nil {
		return resource, "", err
	}
	if token, brings, err := w.BroughtFor(name, key.Thumbprint); brings {
		return resource, token, err
	}
	if !w.EmbeddedAS() {
		token, err := w.TokenOnce("of "+name, func() (string, error) { return w.requestedFor(resource, key.Thumbprint) })
		return resource, token, err
	}
	as, err := w.AS()
	if err != nil {
		return resource, "", err
	}
	token, err := w.TokenOnce("of "+name, func() (string, error) {
		return as.Mint(mockas.Mint{Bound: key.Thumbprint, Audience: []string{resource.Audience}, Scope: resource.Scope})
	})
	return resource, token, err
}

// requestedFor asks a real authorization server for a token for another API than the
// one under test.
func (w *Tester) requestedFor(resource world.Resource, thumbprint string) (string, error) {
	p, err := w.At()
	if err != nil {
		return "", err
	}
	own := w.TokenWish()
	w.ChangeWish(func(wish *world.Wish) { wish.API, wish.Scope = resource.Name, resource.Scope })
	defer w.ChangeWish(func(wish *world.Wish) { *wish = own })
	return p.Token(w.World, thumbprint)
}

func (w *Tester) tokenOfOtherAPI() (string, error) {
	_, token, err := w.tokenOf(w.otherAPI())
	return token, err
}

func (w *Tester) otherAPIAccepts() error {
	resource, token, err := w.tokenOf(w.otherAPI())
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	probe := world.ResourceProbe(resource.Method, resource.URL, token)
	e, err := w.SendHonestAt(world.APIEndpoint, "positive control: the token at its own API", probe, key)
	if err != nil {
		return err
	}
	if answer, _ := world.APIEndpoint.Classify(e); answer != world.Accepted {
		return world.Inconclusivef("the token is not accepted at its own API: %s", world.APIEndpoint.Describe(e, nil))
	}
	return nil
}

package server

import (
	"slices"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// takesOffers lets an embedded server take pre-authorized codes of the client of the
// scenario, or of a confidential one: no server has that grant unless it issues
// credentials.
func (w *Tester) takesOffers() error {
	client, chosen := w.ChosenClient()
	if !chosen {
		var found bool
		plain := func(c target.RegisteredClient) bool { return !c.Public() && !c.Bound }
		if client, found = w.FindClient(plain); !found {
			return world.NotApplicablef("there is no confidential client")
		}
	}
	client.Grants = append(slices.Clone(client.Grants), mockas.GrantPreAuthorized)
	w.ChooseClient(client)
	return w.ArrangeAS(func(c *mockas.Config) {
		if c.Grants == nil {
			c.Grants = slices.Clone(mockas.AllGrants)
		}
		c.Grants = append(c.Grants, mockas.GrantPreAuthorized)
		for i := range c.Clients {
			if c.Clients[i].ID == client.ID && c.Clients[i].Grants != nil {
				c.Clients[i].Grants = append(slices.Clone(c.Clients[i].Grants), mockas.GrantPreAuthorized)
			}
		}
	})
}

package server

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func issuanceSteps(v *vocabulary.Vocabulary) {
	v.Word("constraint", "Whether proof of possession is demanded.", constraints.Forms()...)
	v.Word("api-policy", "Which tokens for an API are bound.", apiPolicies.Forms()...)
	v.Word("outcome", "What a token request comes to.", outcomes.Forms()...)
	g := vocabulary.For[Tester](v)
	g.Given(`^a {client-type} client that {constraint} proof of possession$`, (*Tester).issuanceClient,
		"Registers a client with or without dpop_bound_access_tokens at the embedded authorization server.",
		"Given a confidential client that requires proof of possession")
	g.Given(`^an API for which bound tokens are {api-policy}$`, (*Tester).issuanceAPI,
		"Tells the embedded authorization server whether tokens for the API are bound.",
		"Given an API for which bound tokens are required")
	g.Then(`^the outcome is {outcome}$`, (*Tester).outcomeIs,
		"An unbound Bearer token, a token bound to the client's key, or a refusal that issues nothing.",
		"Then the outcome is bound")
}

// constraints tell whether proof of possession is required of a client.
var constraints = vocabulary.Meanings[bool]{"requires": true, "does not require": false}

var apiPolicies = vocabulary.Meanings[mockas.Constraint]{
	"none":                        mockas.ConstraintNone,
	"allowed":                     mockas.ConstraintAllowed,
	"required":                    mockas.ConstraintRequired,
	"required for public clients": mockas.ConstraintRequiredForPublic,
}

// outcome is what a token request brings.
type outcome struct {
	tokenType string // empty: nothing, the request is refused
	bound     bool   // to the client's key
}

var outcomes = vocabulary.Meanings[outcome]{
	"Bearer": {"Bearer", false}, "bound": {dpop.Scheme, true}, "refused": {},
}

// arrangedAudience is the API whose policy a scenario arranges.
const arrangedAudience = "https://ledger.example"

func (w *Tester) issuanceClient(kind, constraint string) error {
	public, err := clientTypes.Of(kind)
	if err != nil {
		return err
	}
	required, err := constraints.Of(constraint)
	if err != nil {
		return err
	}
	if !w.EmbeddedAS() {
		return world.NotApplicablef(
			"what a real authorization server demands of a client for an API is its own to say")
	}
	client := target.RegisteredClient{
		ID: "issuance", Auth: mockas.AuthNone, Grants: []string{mockas.GrantCode},
		RedirectURI: world.RedirectURI, Bound: required,
	}
	if !public {
		client.Auth, client.Secret = mockas.AuthPost, "issuance-secret"
		client.Grants = append(client.Grants, mockas.GrantClientCredentials)
	}
	w.ChooseClient(client)
	return w.ArrangeAS(func(c *mockas.Config) {
		c.Clients = append(c.Clients, mockas.Client{
			ID: client.ID, Auth: client.Auth, Secret: client.Secret,
			RedirectURIs: []string{world.RedirectURI}, DPoPBound: client.Bound,
		})
	})
}

func (w *Tester) issuanceAPI(name string) error {
	policy, err := apiPolicies.Of(name)
	if err != nil {
		return err
	}
	return w.ArrangeAS(func(c *mockas.Config) {
		c.APIs = append(c.APIs, mockas.API{Audience: arrangedAudience, Policy: policy})
	})
}

func (w *Tester) outcomeIs(name string) error {
	wanted, err := outcomes.Of(name)
	if err != nil {
		return err
	}
	grant, err := w.grantedIfAny()
	if err != nil {
		return err
	}
	if grant == nil {
		actual := world.TokenEndpoint.Describe(w.Latest().Exchange, nil)
		if err := w.Expect(wanted == outcome{}, name, actual); err != nil {
			return err
		}
		return w.NothingGranted()
	}
	b, err := w.bindingOf(grant.AccessToken)
	if err != nil {
		return err
	}
	thumbprint := ""
	if wanted.bound {
		key, err := w.Key("client")
		if err != nil {
			return err
		}
		thumbprint = key.Thumbprint
	}
	holds := wanted != outcome{} && strings.EqualFold(grant.TokenType, wanted.tokenType) && b.thumbprint == thumbprint
	return w.Expect(holds, name, fmt.Sprintf("token_type %s, %s", grant.TokenType, b))
}

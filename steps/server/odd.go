package server

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func oddSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.When(`^a (sound|defective) proof comes with (no|false) client credentials$`, (*Tester).withCredentials,
		"Sends the endpoint's request of a confidential client without its credentials, or with false ones.",
		"When a sound proof comes with no client credentials")
	g.When(`^the client asks for a token by GET$`, (*Tester).asksByGET,
		"Sends the token request with its parameters in the query and a proof for GET.",
		"When the client asks for a token by GET")
	g.When(`^the client asks for a token and repeats the parameter "([^"]+)"$`, (*Tester).repeatsParameter,
		"Sends a token request in which a parameter occurs twice, the second time with another value.",
		`When the client asks for a token and repeats the parameter "grant_type"`)
	g.When(`^a parameter is added after the proof was made$`, (*Tester).addsParameter,
		"Adds an unknown parameter to the body of a token request that has its proof already: a proof does not cover the body (RFC 9449 §11.7).",
		"When a parameter is added after the proof was made")
	g.When(`^the client asks for a token for the other API with a proof by its key$`, (*Tester).asksForOtherAPI,
		"Sends a token request whose resource is another API than usual (RFC 8707 §2).",
		"When the client asks for a token for the other API with a proof by its key")
	g.Then(`^the access token is for the other API$`, (*Tester).tokenIsForOtherAPI,
		"The audience of the access token must be the resource that was asked for.",
		"Then the access token is for the other API")
	g.When(`^a token bound to its key is exchanged (with a proof by its key|with a proof by another key|without a proof|by another client with a proof by another key)$`, (*Tester).exchanges,
		"Sends a token exchange whose subject_token is bound (RFC 8693 §2.1).",
		"When a token bound to its key is exchanged with a proof by another key")
	g.When(`^an unbound token of another client is exchanged (with a proof by its key|without a proof)$`, (*Tester).exchangesUnbound,
		"Sends a token exchange whose subject_token is bound to no key and was issued to another client (RFC 8693 §2.1).",
		"When an unbound token of another client is exchanged without a proof")
	g.When(`^the client revokes the access token without a proof$`, (*Tester).revokesPlainly,
		"Sends a revocation request with the client's credentials alone (RFC 7009 §2.1).",
		"When the client revokes the access token without a proof")
	g.Then(`^the token is revoked$`, (*Tester).isRevoked,
		"The revocation must be answered with status 200.",
		"Then the token is revoked")
}

// confidentialClient is the scenario's client if it has credentials to leave
// out, else the first one that has.
func (w *Tester) confidentialClient() (target.RegisteredClient, error) {
	if w.Chosen != nil && !w.Chosen.Public() {
		return *w.Chosen, nil
	}
	return w.observer()
}

func (w *Tester) withCredentials(proof, credentials string) error {
	p, err := w.At()
	if err != nil {
		return err
	}
	client, err := w.confidentialClient()
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	a := world.Ask{Title: "a " + proof + " proof, " + credentials + " credentials", Place: p, Key: key}
	if p == world.PAREndpoint {
		a.Form, _ = w.AuthorizationForm(client)
	} else if a.Form, err = w.formFor(client); err != nil {
		return err
	}
	a.Client = target.RegisteredClient{ID: client.ID, Auth: mockas.AuthNone}
	if credentials == "false" {
		if a.Client, err = falsified(client); err != nil {
			return err
		}
	}
	if proof == "defective" {
		a.Draft = func(d *dpop.Draft) { d.Claims.Set("htm", "DELETE") }
	}
	err = w.Try(a)
	if client.ByCertificate() && wire.Alerted(err) {
		return nil // the handshake was the refusal (RFC 8705 §2.1)
	}
	return err
}

// falsified is the client with credentials of the right kind that are not its own.
func falsified(client target.RegisteredClient) (target.RegisteredClient, error) {
	liar := target.RegisteredClient{ID: client.ID, Auth: client.Auth, Secret: "not-the-secret-" + dpop.NewID()}
	if client.Certificate == nil {
		return liar, nil
	}
	certificate, err := world.SameSubject(client.Certificate)
	liar.Certificate = certificate
	return liar, err
}

// formFor makes the parameters of the cheapest token request of a client.
func (w *Tester) formFor(client target.RegisteredClient) (url.Values, error) {
	grant := mockas.GrantCode
	switch {
	case client.Has(mockas.GrantClientCredentials):
		grant = mockas.GrantClientCredentials
	case client.Refreshes():
		grant = mockas.GrantRefresh
	}
	return w.GrantForm(client, grant)
}

// openClient is a client whose credentials need not go into the parameters.
func (w *Tester) openClient() (target.RegisteredClient, error) {
	list := w.Clients()
	i := slices.IndexFunc(list, func(c target.RegisteredClient) bool { return c.Auth == mockas.AuthBasic })
	if i < 0 {
		i = slices.IndexFunc(list, target.RegisteredClient.Public)
	}
	if i < 0 {
		return target.RegisteredClient{}, world.NotApplicablef("no client can ask by GET without writing its secret into a URL; add one with client_secret_basic or none")
	}
	return list[i], nil
}

func (w *Tester) asksByGET() error {
	client, err := w.openClient()
	if err != nil {
		return err
	}
	form, err := w.formFor(client)
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	return w.Try(world.Ask{Title: "token request by GET", Place: world.TokenEndpoint, Client: client, Form: form, Key: key, Change: func(r *wire.Request) {
		r.Method, r.URL, r.Body = "GET", r.URL+"?"+string(r.Body), nil
		r.Fields = slices.DeleteFunc(r.Fields, func(f wire.Field) bool { return f.Name == "Content-Type" })
	}})
}

func (w *Tester) repeatsParameter(name string) error {
	return w.lengthens("token request with "+name+" twice", "&"+url.QueryEscape(name)+"=another")
}

func (w *Tester) addsParameter() error {
	return w.lengthens("token request, body changed after the proof", "&added_later=1")
}

// lengthens sends a token request to whose body something was added when all
// else was made.
func (w *Tester) lengthens(title, addition string) error {
	a, err := w.TokenAsk(title)
	if err != nil {
		return err
	}
	a.Change = func(r *wire.Request) { r.Body = append(slices.Clone(r.Body), addition...) }
	return w.Try(a)
}

const otherAPI = "invoices"

// otherAudience is an API that is not the usual one.
func (w *Tester) otherAudience() (string, error) {
	if w.EmbeddedAS() {
		return world.AudienceOf(otherAPI), nil
	}
	if len(w.Session.APIs) < 2 {
		return "", world.NotApplicablef("the configuration has no second API")
	}
	return w.Session.APIs[1].Audience, nil
}

func (w *Tester) asksForOtherAPI() error {
	audience, err := w.otherAudience()
	if err != nil {
		return err
	}
	a, err := w.TokenAsk("token request for " + audience)
	if err != nil {
		return err
	}
	a.Form.Set("resource", audience)
	if a.Form.Has("audience") {
		a.Form.Set("audience", audience)
	}
	return w.Try(a)
}

func (w *Tester) tokenIsForOtherAPI() error {
	grant, err := w.grantedNow()
	if err != nil {
		return err
	}
	wanted, err := w.otherAudience()
	if err != nil {
		return err
	}
	claims, isJWT := readClaims(grant.AccessToken)
	if !isJWT {
		if claims, err = w.introspection(grant.AccessToken); err != nil {
			return err
		}
	}
	value, _ := claims.Get("aud")
	// There may be others, such as that of userinfo beside it (RFC 8707 §2).
	return w.Expect(slices.Contains(oneOrMore(value), wanted), "aud "+wanted, "aud "+orNone(string(value)))
}

// oneOrMore reads a string or a list of them (RFC 7519 §4.1.3).
func oneOrMore(value json.RawMessage) []string {
	var one string
	if json.Unmarshal(value, &one) == nil {
		return []string{one}
	}
	var list []string
	_ = json.Unmarshal(value, &list) // of anything else there is none
	return list
}

func (w *Tester) exchanges(how string) error {
	if err := w.grantIs("token-exchange"); err != nil {
		return err
	}
	client := *w.Chosen
	form, err := w.GrantForm(client, mockas.GrantTokenExchange)
	if err != nil {
		return err
	}
	if how == "by another client with a proof by another key" {
		how = "with a proof by another key"
		for _, c := range w.Clients() {
			if c.ID != client.ID && c.Has(mockas.GrantTokenExchange) && !c.Bound {
				client = c
			}
		}
	}
	key, err := w.ProofKey(how)
	if err != nil {
		return err
	}
	w.Control() // the subject token was issued; there is no honest answer to compare with
	return w.Try(world.Ask{Title: "token exchange " + how, Place: world.TokenEndpoint, Client: client, Form: form, Key: key})
}

// exchangesUnbound is the exchange in which nothing but the client's own
// registration can demand a proof. With a proof it is the positive control.
func (w *Tester) exchangesUnbound(how string) error {
	client, err := w.ClientWith(mockas.GrantTokenExchange)
	if err != nil {
		return err
	}
	token, err := w.foreignToken(client)
	if err != nil {
		return err
	}
	key, err := w.ProofKey(how)
	if err != nil {
		return err
	}
	form := url.Values{
		"grant_type": {mockas.GrantTokenExchange}, "subject_token": {token},
		"subject_token_type": {"urn:ietf:params:oauth:token-type:access_token"},
	}
	a := world.Ask{Title: "exchange of an unbound token " + how, Place: world.TokenEndpoint, Client: client, Form: form, Key: key}
	if key != nil {
		return w.Demand(a)
	}
	return w.Try(a)
}

// foreignToken gets a token that is bound to no key for another client.
func (w *Tester) foreignToken(than target.RegisteredClient) (string, error) {
	for _, c := range w.Clients() {
		if c.ID == than.ID || c.Bound || !c.Has(mockas.GrantClientCredentials) {
			continue
		}
		form := url.Values{"grant_type": {mockas.GrantClientCredentials}}
		w.AddResource(form, c)
		e, err := w.SendAsk(world.Ask{Title: "token request of another client without a proof", Place: world.TokenEndpoint, Client: c, Form: form})
		if err != nil {
			return "", err
		}
		grant, err := world.ReadGrant(c, e)
		if err != nil {
			return "", world.Inconclusivef("no subject_token to test with: %s", world.TokenEndpoint.Describe(e, nil))
		}
		if strings.EqualFold(grant.TokenType, dpop.Scheme) {
			return "", world.NotApplicablef("the other client gets bound tokens alone")
		}
		return grant.AccessToken, nil
	}
	return "", world.NotApplicablef("the configuration has no other client that gets an unbound token by client_credentials")
}

func (w *Tester) revokesPlainly() error {
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	if metadata.Revocation == "" {
		return world.NotApplicablef("the authorization server has no revocation endpoint")
	}
	token, err := w.newestToken("access")
	if err != nil {
		return err
	}
	return w.Begin(nil).End(w.Send("revocation", world.FormRequest(metadata.Revocation, url.Values{"token": {token}}, w.Granted.Client)))
}

func (w *Tester) isRevoked() error {
	if w.Latest().Exchange == nil {
		return errors.New("nothing was revoked; put a When step before this one")
	}
	return w.Expect(w.Latest().Exchange.Status == 200, "status 200", world.TokenEndpoint.Describe(w.Latest().Exchange, nil))
}

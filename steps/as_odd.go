package steps

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.When(`^a (sound|defective) proof comes with (no|false) client credentials$`, (*World).withCredentials,
			"Sends the endpoint's request of a confidential client without its credentials, or with false ones.",
			"When a sound proof comes with no client credentials")
		v.When(`^the client asks for a token by GET$`, (*World).asksByGET,
			"Sends the token request with its parameters in the query and a proof for GET.",
			"When the client asks for a token by GET")
		v.When(`^the client asks for a token and repeats the parameter "([^"]+)"$`, (*World).repeatsParameter,
			"Sends a token request in which a parameter occurs twice, the second time with another value.",
			`When the client asks for a token and repeats the parameter "grant_type"`)
		v.When(`^a parameter is added after the proof was made$`, (*World).addsParameter,
			"Adds an unknown parameter to the body of a token request that has its proof already: a proof does not cover the body (RFC 9449 §11.7).",
			"When a parameter is added after the proof was made")
		v.When(`^the client asks for a token for the other API with a proof by its key$`, (*World).asksForOtherAPI,
			"Sends a token request whose resource is another API than usual (RFC 8707 §2).",
			"When the client asks for a token for the other API with a proof by its key")
		v.Then(`^the access token is for the other API$`, (*World).tokenIsForOtherAPI,
			"The audience of the access token must be the resource that was asked for.",
			"Then the access token is for the other API")
		v.When(`^a token bound to its key is exchanged (with a proof by its key|with a proof by another key|without a proof|by another client with a proof by another key)$`, (*World).exchanges,
			"Sends a token exchange whose subject_token is bound (RFC 8693 §2.1).",
			"When a token bound to its key is exchanged with a proof by another key")
		v.When(`^an unbound token of another client is exchanged (with a proof by its key|without a proof)$`, (*World).exchangesUnbound,
			"Sends a token exchange whose subject_token is bound to no key and was issued to another client (RFC 8693 §2.1).",
			"When an unbound token of another client is exchanged without a proof")
		v.When(`^the client revokes the access token without a proof$`, (*World).revokesPlainly,
			"Sends a revocation request with the client's credentials alone (RFC 7009 §2.1).",
			"When the client revokes the access token without a proof")
		v.Then(`^the token is revoked$`, (*World).isRevoked,
			"The revocation must be answered with status 200.",
			"Then the token is revoked")
	})
}

// confidentialClient is the scenario's client if it has credentials to leave
// out, else the first one that has.
func (w *World) confidentialClient() (target.RegisteredClient, error) {
	if w.chosen != nil && !w.chosen.Public() {
		return *w.chosen, nil
	}
	return w.observer()
}

func (w *World) withCredentials(proof, credentials string) error {
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
	a := ask{title: "a " + proof + " proof, " + credentials + " credentials", place: p, key: key}
	if p == parEndpoint {
		a.form, _ = w.authorizationForm(client)
	} else if a.form, err = w.formFor(client); err != nil {
		return err
	}
	a.client = target.RegisteredClient{ID: client.ID, Auth: mockas.AuthNone}
	if credentials == "false" {
		if a.client, err = falsified(client); err != nil {
			return err
		}
	}
	if proof == "defective" {
		a.draft = func(d *dpop.Draft) { d.Claims.Set("htm", "DELETE") }
	}
	err = w.try(a)
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
	certificate, err := sameSubject(client.Certificate)
	liar.Certificate = certificate
	return liar, err
}

// formFor makes the parameters of the cheapest token request of a client.
func (w *World) formFor(client target.RegisteredClient) (url.Values, error) {
	grant := mockas.GrantCode
	switch {
	case client.Has(mockas.GrantClientCredentials):
		grant = mockas.GrantClientCredentials
	case client.Refreshes():
		grant = mockas.GrantRefresh
	}
	return w.grantForm(client, grant)
}

// openClient is a client whose credentials need not go into the parameters.
func (w *World) openClient() (target.RegisteredClient, error) {
	list := w.clients()
	i := slices.IndexFunc(list, func(c target.RegisteredClient) bool { return c.Auth == mockas.AuthBasic })
	if i < 0 {
		i = slices.IndexFunc(list, target.RegisteredClient.Public)
	}
	if i < 0 {
		return target.RegisteredClient{}, notApplicable("no client can ask by GET without writing its secret into a URL; add one with client_secret_basic or none")
	}
	return list[i], nil
}

func (w *World) asksByGET() error {
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
	return w.try(ask{title: "token request by GET", place: tokenEndpoint, client: client, form: form, key: key, change: func(r *wire.Request) {
		r.Method, r.URL, r.Body = "GET", r.URL+"?"+string(r.Body), nil
		r.Fields = slices.DeleteFunc(r.Fields, func(f wire.Field) bool { return f.Name == "Content-Type" })
	}})
}

func (w *World) repeatsParameter(name string) error {
	return w.lengthens("token request with "+name+" twice", "&"+url.QueryEscape(name)+"=another")
}

func (w *World) addsParameter() error {
	return w.lengthens("token request, body changed after the proof", "&added_later=1")
}

// lengthens sends a token request to whose body something was added when all
// else was made.
func (w *World) lengthens(title, addition string) error {
	a, err := w.tokenAsk(title)
	if err != nil {
		return err
	}
	a.change = func(r *wire.Request) { r.Body = append(slices.Clone(r.Body), addition...) }
	return w.try(a)
}

const otherAPI = "invoices"

// otherAudience is an API that is not the usual one.
func (w *World) otherAudience() (string, error) {
	if w.EmbeddedAS() {
		return audienceOf(otherAPI), nil
	}
	if len(w.Session.APIs) < 2 {
		return "", notApplicable("the configuration has no second API")
	}
	return w.Session.APIs[1].Audience, nil
}

func (w *World) asksForOtherAPI() error {
	audience, err := w.otherAudience()
	if err != nil {
		return err
	}
	a, err := w.tokenAsk("token request for " + audience)
	if err != nil {
		return err
	}
	a.form.Set("resource", audience)
	if a.form.Has("audience") {
		a.form.Set("audience", audience)
	}
	return w.try(a)
}

func (w *World) tokenIsForOtherAPI() error {
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

func (w *World) exchanges(how string) error {
	if err := w.grantIs("token-exchange"); err != nil {
		return err
	}
	client := *w.chosen
	form, err := w.grantForm(client, mockas.GrantTokenExchange)
	if err != nil {
		return err
	}
	if how == "by another client with a proof by another key" {
		how = "with a proof by another key"
		for _, c := range w.clients() {
			if c.ID != client.ID && c.Has(mockas.GrantTokenExchange) && !c.Bound {
				client = c
			}
		}
	}
	key, err := w.proofKey(how)
	if err != nil {
		return err
	}
	w.Control() // the subject token was issued; there is no honest answer to compare with
	return w.try(ask{title: "token exchange " + how, place: tokenEndpoint, client: client, form: form, key: key})
}

// exchangesUnbound is the exchange in which nothing but the client's own
// registration can demand a proof. With a proof it is the positive control.
func (w *World) exchangesUnbound(how string) error {
	client, err := w.clientWith(mockas.GrantTokenExchange)
	if err != nil {
		return err
	}
	token, err := w.foreignToken(client)
	if err != nil {
		return err
	}
	key, err := w.proofKey(how)
	if err != nil {
		return err
	}
	form := url.Values{
		"grant_type": {mockas.GrantTokenExchange}, "subject_token": {token},
		"subject_token_type": {"urn:ietf:params:oauth:token-type:access_token"},
	}
	a := ask{title: "exchange of an unbound token " + how, place: tokenEndpoint, client: client, form: form, key: key}
	if key != nil {
		return w.demand(a)
	}
	return w.try(a)
}

// foreignToken gets a token that is bound to no key for another client.
func (w *World) foreignToken(than target.RegisteredClient) (string, error) {
	for _, c := range w.clients() {
		if c.ID == than.ID || c.Bound || !c.Has(mockas.GrantClientCredentials) {
			continue
		}
		form := url.Values{"grant_type": {mockas.GrantClientCredentials}}
		w.addResource(form, c)
		e, err := w.sendAsk(ask{title: "token request of another client without a proof", place: tokenEndpoint, client: c, form: form})
		if err != nil {
			return "", err
		}
		grant, err := readGrant(c, e)
		if err != nil {
			return "", inconclusive("no subject_token to test with: %s", tokenEndpoint.describe(e, nil))
		}
		if strings.EqualFold(grant.TokenType, dpop.Scheme) {
			return "", notApplicable("the other client gets bound tokens alone")
		}
		return grant.AccessToken, nil
	}
	return "", notApplicable("the configuration has no other client that gets an unbound token by client_credentials")
}

func (w *World) revokesPlainly() error {
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	if metadata.Revocation == "" {
		return notApplicable("the authorization server has no revocation endpoint")
	}
	token, err := w.newestToken("access")
	if err != nil {
		return err
	}
	return w.Begin(nil).End(w.Send("revocation", formRequest(metadata.Revocation, url.Values{"token": {token}}, w.granted.Client)))
}

func (w *World) isRevoked() error {
	if w.Latest().Exchange == nil {
		return errors.New("nothing was revoked; put a When step before this one")
	}
	return w.Expect(w.Latest().Exchange.Status == 200, "status 200", tokenEndpoint.describe(w.Latest().Exchange, nil))
}

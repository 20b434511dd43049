package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func registrationSteps(v *vocabulary.Vocabulary) {
	v.Word("registered-value", "A value of dpop_bound_access_tokens (RFC 9449 §5.2) in a registration.",
		registeredValues.Forms()...)
	v.Word("echoed-value", "What the answer to a registration says of dpop_bound_access_tokens.", echoedValues.Forms()...)
	g := vocabulary.For[Tester](v)
	g.When(`^a client registers with dpop_bound_access_tokens {registered-value}$`, (*Tester).registers,
		"Registers a client dynamically (RFC 7591 §3) with that JSON value, "+
			"and deletes it when the case ends, where the server lets it.",
		`When a client registers with dpop_bound_access_tokens "true"`)
	g.When(`^the client sets dpop_bound_access_tokens to {registered-value}$`, (*Tester).updatesRegistration,
		"Updates the registration (RFC 7592 §2.2); the report says what was answered.",
		"When the client sets dpop_bound_access_tokens to false")
	g.When(`^the registered client asks for a token {proof}$`, (*Tester).registeredAsks,
		"Sends a token request of the registered client for itself. "+
			"With a proof it is the positive control and must be granted.",
		"When the registered client asks for a token without a proof")
	g.Then(`^the registration says dpop_bound_access_tokens is {echoed-value}$`, (*Tester).registrationSays,
		"The answer must hold that value, as a JSON boolean; or be a refusal with a client error, if the step says so.",
		"Then the registration says dpop_bound_access_tokens is false or nothing")
}

const boundMember = "dpop_bound_access_tokens"

// registeredValues are JSON values of the member; empty: it is not there.
var registeredValues = vocabulary.Meanings[string]{
	"left out": "", "true": "true", "false": "false", `"true"`: `"true"`, "1": "1", "null": "null",
}

// echoedValue is what the answer to a registration may say.
type echoedValue struct {
	values  []string // of the member; empty: it is not there
	refused bool     // it may also be an error
}

var echoedValues = vocabulary.Meanings[echoedValue]{
	"true":                     {values: []string{"true"}},
	"false":                    {values: []string{"false"}},
	"false or nothing":         {values: []string{"false", ""}},
	"a boolean, or is refused": {values: []string{"true", "false", ""}, refused: true},
}

// clientMetadata is what a client registers: itself for its own tokens.
func clientMetadata(bound string) dpop.Object {
	var m dpop.Object
	m.Add("client_name", "dpopspec")
	m.Add("grant_types", []string{mockas.GrantClientCredentials})
	m.Add("response_types", []string{})
	m.Add("redirect_uris", []string{})
	m.Add("token_endpoint_auth_method", "client_secret_basic")
	if bound != "" {
		m.Add(boundMember, json.RawMessage(bound))
	}
	return m
}

func (w *Tester) registers(form string) error {
	value, err := registeredValues.Of(form)
	if err != nil {
		return err
	}
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	if metadata.Registration == "" {
		return world.NotApplicablef("the authorization server has no registration endpoint")
	}
	fields := wire.Fields{
		{Name: "Content-Type", Value: "application/json"}, {Name: "Accept", Value: "application/json"},
	}
	token := ""
	if !w.EmbeddedAS() {
		if !w.Session.MayRegister() {
			return world.Lackingf(registrationKey, "the configuration gives no leave to register clients, "+
				"one of which stays behind at a server that does not let it be deleted")
		}
		if token = w.Session.AuthorizationServer.Registration.InitialAccessToken; token != "" {
			fields = append(fields, wire.Field{Name: "Authorization", Value: "Bearer " + token})
		}
	}
	known := &w.registered
	known.exchange, err = w.Send("registration", wire.Request{
		Method: "POST", URL: metadata.Registration, Body: clientMetadata(value).JSON(), Fields: fields,
	})
	if err != nil {
		return err
	}
	if err := known.notLetIn(token); err != nil {
		return err
	}
	known.answer, _ = dpop.ParseObject(known.exchange.Reply)
	if known.answer.Has("client_id") && !w.EmbeddedAS() {
		w.AtClose(w.unregister)
	}
	return nil
}

// registrationKey is the key of the configuration that gives leave to register.
const registrationKey = "authorization_server.registration"

// notLetIn ends a case in which the server lets nobody register, or not by this initial
// access token (RFC 7591 §3): that says nothing of what it would make of the metadata.
func (r *registered) notLetIn(token string) error {
	status := r.exchange.Status
	switch {
	case status != 401 && status != 403:
		return nil
	case token == "":
		return world.Lackingf(registrationKey, "registration is not open to everybody (status %d); "+
			"name an initial access token", status)
	}
	return world.Lackingf(registrationKey, "the server takes the initial access token no more, "+
		"or not for such a client (status %d)", status)
}

// manage sends a request to the configuration endpoint of the registered
// client (RFC 7592 §2).
func (w *Tester) manage(method string, body []byte) (*wire.Exchange, error) {
	answer := w.registered.answer
	address, _ := answer.Text("registration_client_uri")
	token, _ := answer.Text("registration_access_token")
	if address == "" || token == "" {
		return nil, world.NotApplicablef("the server does not let clients manage their registration")
	}
	fields := wire.Fields{{Name: "Authorization", Value: "Bearer " + token}}
	if body != nil {
		fields = append(fields, wire.Field{Name: "Content-Type", Value: "application/json"})
	}
	return w.Send(method+" of the registration", wire.Request{Method: method, URL: address, Fields: fields, Body: body})
}

// unregisterTimeout is how long a run that was stopped still takes to delete a client.
const unregisterTimeout = 10 * time.Second

// unregister tidies up, also where the run was stopped. That it fails is no finding, but who owns the server is told
// what stays there.
func (w *Tester) unregister() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.Context), unregisterTimeout)
	defer cancel()
	w.Context = ctx
	if e, err := w.manage("DELETE", nil); err != nil || e.Status/100 != 2 {
		id, _ := w.registered.answer.Text("client_id")
		w.Session.NoteLeftBehind(id)
	}
}

func (w *Tester) updatesRegistration(form string) error {
	value, err := registeredValues.Of(form)
	if err != nil {
		return err
	}
	known := &w.registered
	if !known.answer.Has("client_id") {
		return world.Inconclusivef("no client was registered: status %d", known.exchange.Status)
	}
	update := clientMetadata(value)
	for _, name := range []string{"client_id", "client_secret"} {
		if value, found := known.answer.Get(name); found {
			update.Add(name, value)
		}
	}
	e, err := w.manage("PUT", update.JSON())
	if err := w.Begin(nil).End(e, err); err != nil {
		return err
	}
	answer, _ := dpop.ParseObject(e.Reply)
	echoed, _ := answer.Get(boundMember)
	w.Observe("an update to %s was answered with status %d, %s %s",
		form, e.Status, boundMember, orNone(string(echoed)))
	return nil
}

// registeredClient returns the client that the case registered.
func (w *Tester) registeredClient() (target.RegisteredClient, error) {
	known := &w.registered
	if known.exchange == nil {
		return target.RegisteredClient{}, errors.New("no client was registered; put a When step before this one")
	}
	id, err := known.answer.Text("client_id")
	if err != nil {
		return target.RegisteredClient{}, world.Inconclusivef("no client was registered: status %d", known.exchange.Status)
	}
	secret, _ := known.answer.Text("client_secret")
	auth, _ := known.answer.Text("token_endpoint_auth_method")
	if auth == "" {
		auth = "client_secret_basic"
	}
	grants := []string{mockas.GrantClientCredentials}
	return target.RegisteredClient{ID: id, Secret: secret, Auth: auth, Grants: grants}, nil
}

func (w *Tester) registeredAsks(proof string) error {
	client, err := w.registeredClient()
	if err != nil {
		return err
	}
	key, err := w.ProofKey(proof)
	if err != nil {
		return err
	}
	form, err := w.GrantForm(client, mockas.GrantClientCredentials, nil)
	if err != nil {
		return err
	}
	a := world.Ask{
		Title:    "token request of the registered client " + proof,
		Endpoint: world.TokenEndpoint, Client: client, Form: form, Key: key,
	}
	if key != nil {
		return w.Demand(a)
	}
	return w.Try(a)
}

func (w *Tester) registrationSays(form string) error {
	wanted, err := echoedValues.Of(form)
	if err != nil {
		return err
	}
	known := &w.registered
	if known.exchange == nil {
		return errors.New("no client was registered; put a When step before this one")
	}
	status := known.exchange.Status
	if !known.answer.Has("client_id") && wanted.refused {
		code, _ := known.answer.Text("error")
		return w.Expect(status/100 == 4, "a refusal with status 400", fmt.Sprintf("status %d, error %q", status, code))
	}
	if !known.answer.Has("client_id") {
		return world.Inconclusivef("no client was registered: status %d", status)
	}
	value, _ := known.answer.Get(boundMember)
	holds := slices.Contains(wanted.values, string(value))
	return w.Expect(holds, boundMember+" "+form, boundMember+" "+orNone(string(value)))
}

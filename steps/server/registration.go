package server

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func registrationSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.When(`^a client registers without dpop_bound_access_tokens$`, (*Tester).registersWithout,
		"Registers a client dynamically (RFC 7591 §3) and deletes it when the case ends, where the server lets it.",
		"When a client registers without dpop_bound_access_tokens")
	g.When(`^a client registers with dpop_bound_access_tokens (true|false|"true"|1|null)$`, (*Tester).registersWith,
		"Registers a client dynamically with that JSON value.",
		`When a client registers with dpop_bound_access_tokens "true"`)
	g.When(`^the client sets dpop_bound_access_tokens to false$`, (*Tester).updatesRegistration,
		"Updates the registration (RFC 7592 §2.2).",
		"When the client sets dpop_bound_access_tokens to false")
	g.When(`^the registered client asks for a token (with a proof|without a proof)$`, (*Tester).registeredAsks,
		"Sends a token request of the registered client for itself.",
		"When the registered client asks for a token without a proof")
	g.Then(`^the registration says dpop_bound_access_tokens is (true|false|false or nothing)$`, (*Tester).registrationSays,
		"The answer must hold that value, as a JSON boolean.",
		"Then the registration says dpop_bound_access_tokens is false or nothing")
	g.Then(`^the registration is refused, or echoes a boolean$`, (*Tester).registrationRefusedOrBoolean,
		"A value that is no boolean must be refused as invalid_client_metadata or be taken for one; the answer holds a boolean or nothing.",
		"Then the registration is refused, or echoes a boolean")
	g.Then(`^the registration is answered$`, (*Tester).registrationIsAnswered,
		"Any answer but a server error will do; the report says which it was.",
		"Then the registration is answered")
}

const boundMember = "dpop_bound_access_tokens"

func (w *Tester) registersWithout() error { return w.register("") }

func (w *Tester) registersWith(value string) error { return w.register(value) }

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

func (w *Tester) register(bound string) error {
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	if metadata.Registration == "" {
		return world.NotApplicablef("the authorization server has no registration endpoint")
	}
	known := &w.registered
	known.exchange, err = w.Send("registration", wire.Request{
		Method: "POST", URL: metadata.Registration, Body: clientMetadata(bound).JSON(),
		Fields: wire.Fields{{Name: "Content-Type", Value: "application/json"}, {Name: "Accept", Value: "application/json"}},
	})
	if err != nil {
		return err
	}
	if known.exchange.Status == 401 || known.exchange.Status == 403 {
		return world.NotApplicablef("registration is not open to everybody (status %d)", known.exchange.Status)
	}
	known.answer, _ = dpop.ParseObject(known.exchange.Reply)
	if known.answer.Has("client_id") && !w.EmbeddedAS() {
		w.AtClose(w.unregister)
	}
	return nil
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

// unregister tidies up; that it fails is no finding.
func (w *Tester) unregister() { w.manage("DELETE", nil) }

func (w *Tester) updatesRegistration() error {
	known := &w.registered
	if !known.answer.Has("client_id") {
		return world.Inconclusivef("no client was registered: status %d", known.exchange.Status)
	}
	update := clientMetadata("false")
	for _, name := range []string{"client_id", "client_secret"} {
		if value, found := known.answer.Get(name); found {
			update.Add(name, value)
		}
	}
	e, err := w.manage("PUT", update.JSON())
	if err != nil {
		return err
	}
	known.exchange = e
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
	return target.RegisteredClient{ID: id, Secret: secret, Auth: auth, Grants: []string{mockas.GrantClientCredentials}}, nil
}

func (w *Tester) registeredAsks(proof string) error {
	client, err := w.registeredClient()
	if err != nil {
		return err
	}
	var key *dpop.Key
	if proof == "with a proof" {
		if key, err = w.Key("client"); err != nil {
			return err
		}
	}
	form, err := w.GrantForm(client, mockas.GrantClientCredentials)
	if err != nil {
		return err
	}
	a := world.Ask{Title: "token request of the registered client " + proof, Place: world.TokenEndpoint, Client: client, Form: form, Key: key}
	if key != nil {
		return w.Demand(a)
	}
	return w.Try(a)
}

func (w *Tester) echoed() (string, error) {
	known := &w.registered
	if known.exchange == nil {
		return "", errors.New("no client was registered; put a When step before this one")
	}
	if !known.answer.Has("client_id") {
		return "", world.Inconclusivef("no client was registered: status %d", known.exchange.Status)
	}
	value, _ := known.answer.Get(boundMember)
	return string(value), nil
}

func (w *Tester) registrationSays(wanted string) error {
	value, err := w.echoed()
	if err != nil {
		return err
	}
	holds := value == wanted || wanted == "false or nothing" && (value == "false" || value == "")
	return w.Expect(holds, boundMember+" "+wanted, boundMember+" "+orNone(value))
}

func (w *Tester) registrationRefusedOrBoolean() error {
	known := &w.registered
	if known.exchange == nil {
		return errors.New("no client was registered; put a When step before this one")
	}
	if !known.answer.Has("client_id") {
		code, _ := known.answer.Text("error")
		return w.Expect(known.exchange.Status/100 == 4, "a refusal with status 400", fmt.Sprintf("status %d, error %q", known.exchange.Status, code))
	}
	value, err := w.echoed()
	if err != nil {
		return err
	}
	return w.Expect(value == "true" || value == "false" || value == "", "a boolean or nothing", boundMember+" "+value)
}

func (w *Tester) registrationIsAnswered() error {
	known := &w.registered
	if known.exchange == nil {
		return errors.New("nothing was registered; put a When step before this one")
	}
	answer, _ := dpop.ParseObject(known.exchange.Reply)
	value, _ := answer.Get(boundMember)
	w.Observe("an update to false was answered with status %d, %s %s", known.exchange.Status, boundMember, orNone(string(value)))
	return w.Expect(known.exchange.Status < 500, "an answer", fmt.Sprintf("status %d", known.exchange.Status))
}

package steps

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// Place is an endpoint that takes proofs: where a scenario tagged @at: sends
// its requests.
type Place struct {
	Name string
	// Resource tells an endpoint that answers as a resource server (RFC 9449
	// §7) from one that answers as a token endpoint (§5).
	Resource bool
}

// The endpoints by the names that @at: uses.
var (
	tokenEndpoint    = Place{"token", false}
	parEndpoint      = Place{"par", false}
	userinfoEndpoint = Place{"userinfo", true}
	apiEndpoint      = Place{"api", true}

	places = []Place{tokenEndpoint, parEndpoint, userinfoEndpoint, apiEndpoint}
)

// Probe is one request to an endpoint, complete but for its proof.
type Probe struct {
	Request  wire.Request
	Occasion dpop.Occasion
}

// PlaceNames lists the endpoints that a scenario can be run at.
func PlaceNames() []string {
	var names []string
	for _, p := range places {
		names = append(names, p.Name)
	}
	return names
}

func (w *World) place() (Place, error) {
	for _, p := range places {
		if p.Name == w.Endpoint {
			return p, nil
		}
	}
	return Place{}, fmt.Errorf("this step needs an endpoint; tag the scenario with @at: and one of %v", PlaceNames())
}

// prepare makes a request that would succeed with an honest proof by the key
// of the given thumbprint. Each call makes a new one, so that no authorization
// code is used twice.
func (w *World) prepare(thumbprint string) (*Probe, error) {
	p, err := w.place()
	if err != nil {
		return nil, err
	}
	var probe *Probe
	switch p {
	case tokenEndpoint:
		probe, err = w.tokenProbe()
	case parEndpoint:
		probe, err = w.parProbe()
	case userinfoEndpoint:
		probe, err = w.userinfoProbe(thumbprint)
	default:
		probe, err = w.apiProbe(thumbprint)
	}
	if err != nil {
		return nil, err
	}
	w.readdress(probe)
	probe.Occasion.Nonce = w.nonces[originOf(probe.Request.URL)]
	return probe, nil
}

func formRequest(address string, form url.Values, client target.RegisteredClient) wire.Request {
	r := wire.Request{Method: "POST", URL: address, Fields: wire.Fields{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}}}
	switch client.Auth {
	case "client_secret_basic":
		pair := url.QueryEscape(client.ID) + ":" + url.QueryEscape(client.Secret) // RFC 6749 §2.3.1
		r.Fields = append(r.Fields, wire.Field{Name: "Authorization", Value: "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))})
	case "client_secret_post":
		form.Set("client_id", client.ID)
		form.Set("client_secret", client.Secret)
	default:
		form.Set("client_id", client.ID)
	}
	if client.Auth == "private_key_jwt" && client.Key != nil {
		r.Complete = asserts(client, address)
	}
	r.Certificate = client.Certificate
	r.Body = []byte(form.Encode())
	return r
}

func (w *World) tokenProbe() (*Probe, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return nil, err
	}
	client, grant, err := w.probeClient()
	if err != nil {
		return nil, err
	}
	form, err := w.grantForm(client, grant)
	if err != nil {
		return nil, err
	}
	request := formRequest(metadata.Token, form, client)
	return &Probe{request, dpop.Occasion{Method: "POST", URI: metadata.Token}}, nil
}

func (w *World) parProbe() (*Probe, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return nil, err
	}
	if metadata.PAR == "" {
		return nil, notApplicable("the authorization server has no pushed authorization request endpoint")
	}
	client, err := w.clientWith("authorization_code")
	if err != nil {
		return nil, err
	}
	form, _ := w.authorizationForm(client)
	request := formRequest(metadata.PAR, form, client)
	return &Probe{request, dpop.Occasion{Method: "POST", URI: metadata.PAR}}, nil
}

func (w *World) userinfoProbe(thumbprint string) (*Probe, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return nil, err
	}
	if metadata.Userinfo == "" {
		return nil, notApplicable("the authorization server has no userinfo endpoint")
	}
	token, err := w.UserinfoToken(thumbprint)
	if err != nil {
		return nil, err
	}
	return resourceProbe("GET", metadata.Userinfo, token), nil
}

func (w *World) apiProbe(thumbprint string) (*Probe, error) {
	resource, err := w.Resource(defaultAPI)
	if err != nil {
		return nil, err
	}
	token, err := w.BoundToken(resource, thumbprint)
	if err != nil {
		return nil, err
	}
	probe := resourceProbe(resource.Method, resource.URL, token)
	probe.Request.Fields = append(probe.Request.Fields, resource.Fields...)
	probe.Request.Body = resource.Body
	return probe, nil
}

func resourceProbe(method, address, token string) *Probe {
	return &Probe{
		wire.Request{Method: method, URL: address, Fields: wire.Fields{{Name: "Authorization", Value: dpop.Scheme + " " + token}}},
		dpop.Occasion{Method: method, URI: address, AccessToken: token},
	}
}

// Answer is what a server made of a request, whatever the words it used.
type Answer int

// The kinds of answers.
const (
	Unclear    Answer = iota // neither granted nor refused: a redirect, 429, no answer
	Accepted                 // granted what was asked for
	Refused                  // a client error: nothing granted
	Challenged               // asked for a nonce (RFC 9449 §8, §9)
	Broken                   // a server error
)

// String names the answer in a report.
func (a Answer) String() string {
	return [...]string{"unclear", "accepted", "refused", "challenged for a nonce", "server error"}[a]
}

// Classify tells what an exchange with an endpoint means, and the error code
// that the server gave.
func (p Place) Classify(e *wire.Exchange) (Answer, string) {
	code := p.ErrorCode(e)
	switch {
	case e.Status >= 500:
		return Broken, code
	case e.Status == 429 || e.Status == 0 || e.Status/100 == 3 || e.Status/100 == 1:
		return Unclear, code
	case code == dpop.UseNonce && e.Status/100 == 4:
		return Challenged, code
	case e.Status/100 == 4:
		return Refused, code
	case p.Resource:
		return Accepted, code
	}
	granted := map[string]string{"token": "access_token", "par": "request_uri"}[p.Name]
	if body, err := dpop.ParseObject(e.Reply); err == nil && body.Has(granted) {
		return Accepted, code
	}
	return Unclear, code
}

// ErrorCode returns the error of an answer: the error member of a token error
// (RFC 6749 §5.2), or the error parameter of a challenge (RFC 9449 §7.1).
func (p Place) ErrorCode(e *wire.Exchange) string {
	if !p.Resource {
		body, err := dpop.ParseObject(e.Reply)
		if err != nil {
			return ""
		}
		code, _ := body.Text("error")
		return code
	}
	_, code := p.errorChallenge(e)
	return code
}

// errorChallenge returns the challenge that carries an error, and that error.
func (p Place) errorChallenge(e *wire.Exchange) (dpop.Challenge, string) {
	challenges, _ := dpop.ParseChallenges(e.Answer.Values("WWW-Authenticate"))
	for _, scheme := range []string{dpop.Scheme, "Bearer"} {
		if c, found := dpop.FindChallenge(challenges, scheme); found {
			if code, found := c.Get("error"); found {
				return c, code
			}
		}
	}
	return dpop.Challenge{}, ""
}

// explain is describe with what the server itself said of an error, for a person
// who has to find out why what is sound was refused.
func (p Place) explain(e *wire.Exchange, err error) string {
	text := p.describe(e, err)
	if e == nil {
		return text
	}
	if said := p.description(e); said != "" {
		text += fmt.Sprintf(" (%q)", wire.Brief(said))
	}
	return text
}

// description returns error_description beside the error of an answer.
func (p Place) description(e *wire.Exchange) string {
	if !p.Resource {
		body, _ := dpop.ParseObject(e.Reply)
		text, _ := body.Text("error_description")
		return text
	}
	c, _ := p.errorChallenge(e)
	text, _ := c.Get("error_description")
	return text
}

// describe says in one line how an exchange ended.
func (p Place) describe(e *wire.Exchange, err error) string {
	if e == nil || e.Status == 0 {
		return fmt.Sprintf("no answer: %v", err)
	}
	answer, code := p.Classify(e)
	text := fmt.Sprintf("%d, %s", e.Status, answer)
	if code != "" {
		text += ", error " + wire.Brief(code)
	}
	if check, ok := e.Fact("refused-by"); ok {
		text += ", by the check " + check
	}
	return strings.TrimSuffix(text, ", ")
}

// embeddedPlace reports whether the server of the endpoint under test is ours.
func (w *World) embeddedPlace() bool {
	if w.Endpoint == apiEndpoint.Name {
		return w.EmbeddedAPI()
	}
	return w.EmbeddedAS()
}

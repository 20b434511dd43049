package own

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/cucumber/godog"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// Call is a request of a client to an API, in words; a scenario of a person's
// own API is made of them. What is empty has a value that suits.
type Call struct {
	Request string // method and path below the URL of the API: GET /orders?status=open
	API     string // name of the API; the first
	Client  string // name of the client, which is that of its key pair; "client"
	Holder  string // whose access token it sends; its own
	Manner  Manner
	Body    []byte // nil for none
	Type    string // media type of the body
	Fields  [][2]string
	Query   [][2]string
}

// Manner is how a call carries its access token.
type Manner string

// The manners of calls. The first is what a sound client does.
const (
	Proven       Manner = ""
	AsBearer     Manner = "as Bearer"             // a bound token under the wrong scheme (RFC 9449 §7.2)
	Unbound      Manner = "with an unbound token" // RFC 6750
	WithoutProof Manner = "without a proof"
	WithoutToken Manner = "without a token"
)

// clientCalls is how each step about a call begins: what is called, of which API, by
// whom, with whose token, and how.
const clientCalls = `^the client calls "([^"]+)"(?: of the API "(?P<api>[^"]+)")?(?: as "([^"]+)")?` +
	`(?: with the token of "([^"]+)")?(?: {manner})?`

func callsSteps(v *vocabulary.Vocabulary) {
	v.Word("manner", "How a call departs from that of a sound client.",
		string(AsBearer), string(Unbound), string(WithoutProof), string(WithoutToken))
	g := vocabulary.For[Caller](v).ForOwnAPIs()
	g.Given(`^the next call has the (headers|query)$`, (*Caller).nextHas,
		"Adds headers or query parameters to the next call: a table of name and value.",
		"Given the next call has the headers\n      | Accept-Language | en |")
	g.Given(`^every call has the (headers|query)$`, (*Caller).everyHas,
		"Adds headers or query parameters to every call that follows: a table of name and value.",
		"Given every call has the headers\n      | X-Tenant | acme |")
	g.When(clientCalls+`$`,
		(*Caller).call,
		"Calls an API with a bound access token and a proof, and once more with a nonce if it asks for one. "+
			`The path stands below the API's URL. Each name after "as" is a client with a key pair of its own.`,
		`When the client calls "GET /orders?status=open" as "alice"`)
	g.When(clientCalls+` with the (JSON|body)$`,
		(*Caller).callWithText,
		"The same with a body in a doc string. The media type of a body that is not JSON stands behind the quotes: \"\"\"text/csv.",
		"When the client calls \"POST /orders\" with the JSON\n      \"\"\"\n      {\"item\": \"{item}\", \"count\": 2}\n      \"\"\"")
	g.When(clientCalls+` with the (form|headers|query)$`,
		(*Caller).callWithTable,
		"The same with a form, headers or query parameters in a table of name and value.",
		"When the client calls \"POST /orders\" with the form\n      | item  | blue paint |\n      | count | 2          |")
}

func (w *Caller) nextHas(part string, table *godog.Table) error {
	return w.addTo(&w.calling.next, part, table)
}

func (w *Caller) everyHas(part string, table *godog.Table) error {
	return w.addTo(&w.calling.every, part, table)
}

func (w *Caller) addTo(c *Call, part string, table *godog.Table) error {
	rows, err := w.Pairs(table)
	if err != nil {
		return err
	}
	switch part {
	case "headers":
		c.Fields = append(c.Fields, rows...)
	case "query":
		c.Query = append(c.Query, rows...)
	default:
		form := parameters(rows)
		c.Body, c.Type = []byte(form), "application/x-www-form-urlencoded"
	}
	return nil
}

// parameters encodes names and values in their order.
func parameters(rows [][2]string) string {
	encoded := make([]string, len(rows))
	for i, row := range rows {
		encoded[i] = url.QueryEscape(row[0]) + "=" + url.QueryEscape(row[1])
	}
	return strings.Join(encoded, "&")
}

func (w *Caller) call(request, api, client, holder, manner string) error {
	_, err := w.Call(Call{Request: request, API: api, Client: client, Holder: holder, Manner: Manner(manner)})
	return err
}

func (w *Caller) callWithText(request, api, client, holder, manner, kind string, text *godog.DocString) error {
	c := Call{Request: request, API: api, Client: client, Holder: holder, Manner: Manner(manner), Type: text.MediaType}
	interpolate := w.Interpolate
	if kind == "JSON" || strings.HasSuffix(text.MediaType, "json") {
		interpolate = w.InterpolateJSON
		if c.Type == "" {
			c.Type = "application/json"
		}
	}
	if c.Type == "" {
		c.Type = "text/plain; charset=utf-8"
	}
	body, err := interpolate(text.Content)
	if err != nil {
		return err
	}
	c.Body = []byte(body)
	_, err = w.Call(c)
	return err
}

func (w *Caller) callWithTable(request, api, client, holder, manner, kind string, table *godog.Table) error {
	c := Call{Request: request, API: api, Client: client, Holder: holder, Manner: Manner(manner)}
	if err := w.addTo(&c, kind, table); err != nil {
		return err
	}
	_, err := w.Call(c)
	return err
}

// latest returns the exchange of the latest call.
func (w *Caller) latest() (*wire.Exchange, error) {
	if e := w.calling.latest; e != nil {
		return e, nil
	}
	return nil, fmt.Errorf(`nothing was called yet; put a step such as When the client calls "GET /orders" before this one`)
}

// callEnded says in one line what the latest call got.
func (w *Caller) callEnded() string {
	e := w.calling.latest
	if e == nil {
		return "no answer"
	}
	return world.APIEndpoint.Describe(e, e.Err)
}

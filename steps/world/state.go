package world

import (
	"crypto/tls"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// LastLogin is what a case knows of the client's login.
type LastLogin struct {
	First string // refresh token
	Proof string // of the code exchange
}

// flow is what a case knows of grants and tokens.
type flow struct {
	Chosen  *target.RegisteredClient // by a Given step
	Grant   string                   // by a Given step
	Granted *Grant                   // what the latest authorization or token request gave
}

// Grant is what a client holds after a token request.
type Grant struct {
	Client       target.RegisteredClient
	AccessToken  string
	TokenType    string
	RefreshToken string
	Answer       dpop.Object
}

// userinfoTokens says what the tokens for the userinfo endpoint of the embedded
// authorization server are: references, since those of its API are JWTs, so that
// a run sees proofs for both.
type userinfoTokens struct{ jwt bool }

// Wish is what a scenario wants of its access tokens from here on. What is
// empty is as the configuration of the API has it.
type Wish struct {
	Scope, Audience, API string
	Claims               [][2]string
	Tokens               map[Access]string // obtained under this wish
}

// Access says which token a call needs.
type Access struct {
	API, Holder string
	Unbound     bool
}

// front is the newest authorization request of a case. What goes through the
// browser may be only a reference to it (RFC 9126 §4).
type front struct{ state string }

// holding tells whether the case has the refresh tokens of the configuration to
// itself.
type holding struct{ held bool }

// Ask is a request of a client to the token or PAR endpoint, made anew for
// each attempt: a proof and a client assertion are good only once.
type Ask struct {
	Title  string
	Place  Endpoint
	Client target.RegisteredClient
	Form   url.Values
	Key    *dpop.Key              // nil: without a proof
	Change func(*wire.Request)    // changes the request before it is sent
	Draft  func(*dpop.Draft)      // changes the proof before it is signed
	Defect *forge.Defect          // what is then wrong with it; nil: nothing
	Meant  func(*dpop.Occasion)   // changes what the proof is made for
	Nonce  *string                // the proof's nonce in place of the newest; it is not asked for twice
	after  func(e *wire.Exchange) // sees every answer
}

// Asked remembers the latest request to the token or PAR endpoint, and its answer.
type Asked struct {
	Latest Ask
	Answer *wire.Exchange
}

// Operation is one request of an API that probes are run at in place of that
// which its configuration names.
type Operation struct {
	API string // empty: the first
	target.Operation
}

// operating is what a case knows of the operation under test.
type operating struct{ operation *Operation }

// Resource is where an API is called and what its tokens need.
type Resource struct {
	Name, Origin, Method, URL, Audience, Scope string

	Fields wire.Fields // beside token and proof
	Body   []byte
}

// ownMetadata is what the embedded authorization server says of itself; it does
// not change while it runs.
type ownMetadata struct {
	by       *target.EmbeddedAS
	metadata target.Metadata
}

// Probing is what a case knows of its requests.
type Probing struct {
	controlled bool     // an honest request was granted
	attempt    *Attempt // which Then steps judge
}

// Attempt is the request that Then steps judge, with what came of it.
type Attempt struct {
	// Endpoint is where the request went.
	Endpoint Endpoint
	// Exchange is the request and its answer; nil if nothing was sent or no
	// answer came.
	Exchange *wire.Exchange
	// Err says why no whole answer came.
	Err error
	// Defect is what is wrong or odd about the proof; nil if nothing is.
	Defect *forge.Defect
	// Hidden says that a nonce challenge came twice: the defect was never
	// looked at.
	Hidden bool
	// BrokenDown says that the connection broke, each time, while honest
	// requests were answered.
	BrokenDown bool

	world *World
}

// Addressing is how clients name the embedded server of the endpoint under
// test, so that a probe of htu finds the ports, escapes and slashes it needs.
type Addressing struct {
	Role   target.Role
	Origin string // scheme and authority; empty: where it listens
	Target string // path and query; empty: the endpoint's own
	Query  string // added to the endpoint's own address
	Method string // in place of the endpoint's own
}

// secured is the TLS of the embedded authorization server of a case whose
// client shows a certificate; where it is empty, plain HTTP will do.
type secured struct {
	authority *wire.Authority
	tls       *tls.Config
}

// values are what a scenario has saved under a name.
type values struct{ saved map[string]Value }

// Measurement is a number that a case took.
type Measurement struct {
	Name  string
	Value float64
	Unit  string // "s"; empty for a count
}

// Value is a text, or JSON of any kind.
type Value struct {
	Text string
	JSON string // as it stood in the answer; empty for a text
}

// Probe is one request to an endpoint, complete but for its proof.
type Probe struct {
	Request  wire.Request
	Occasion dpop.Occasion
}

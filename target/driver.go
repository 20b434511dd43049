package target

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Driver makes a client act as the application that uses it. One Driver is one
// process of the client: it is opened with the environment of a scenario and
// knows nothing of those before it. What the client really did is for the
// recordings of the servers to tell. Where the client names CallsInParallel, several
// of its operations may be under way at a time.
//
// An error of type *ClientError is the client's own; any other means that the
// client could not be driven.
type Driver interface {
	// Hello says who the client is and what it can do.
	Hello() Hello
	// Configure makes a new client of the library. It forgets all before it.
	Configure(context.Context, Setup) error
	// Login lets a user sign in with the authorization code grant.
	Login(context.Context, LoginOrder) (Told, error)
	// Leave begins a login and stops where the user leaves the application.
	Leave(context.Context, LoginOrder) (Left, error)
	// Return goes on with such a login where the user comes back, in another
	// process that was configured alike.
	Return(context.Context, ReturnOrder) (Told, error)
	// Logout ends the session of a user.
	Logout(context.Context, SessionOrder) error
	// Token asks for a new token.
	Token(context.Context, TokenOrder) (Told, error)
	// Fetch calls an API with the token.
	Fetch(context.Context, FetchOrder) (*Fetched, error)
	// Userinfo calls the userinfo endpoint with the token.
	Userinfo(context.Context, SessionOrder) (*Fetched, error)
	// Register registers the client (RFC 7591).
	Register(context.Context) error
	// Rotate binds new tokens to another key pair.
	Rotate(context.Context, KeyPair) error
	// Waits are the delays that the client has waited for, where it can tell.
	Waits() []time.Duration
	// Output is all that the client has written: logs, warnings, debug output. It
	// may end the process, for then the log is whole: nothing is ordered after it.
	Output() string
	// End ends the process, as a restart of the application does. Its Output is
	// still to be had.
	End()
	// Close says that the case is over and needs the process no more.
	Close()
}

// The capabilities of clients, as adapters name them. A grant type other than
// the first three is a capability under its own name.
const (
	CanClientCredentials = "client_credentials"
	CanLogin             = "code"
	CanRefresh           = "refresh"
	CanPAR               = "par"
	CanJKT               = "dpop_jkt"
	CanRetryNonce        = "nonce_retry"
	CanFetch             = "fetch"
	CanAlgorithms        = "algs"          // other algorithms than ES256
	CanEnvironmentKeys   = "env_keys"      // the scenario can choose the key pair
	ReadsEnvironment     = "own_env"       // the client itself reads the variables
	CanGenerateKey       = "generated_key" // option key: generated
	MakesLoginKeys       = "login_keys"    // option key: login
	TakesKey             = "given_key"     // options key_pem and key_jwk
	HasClockSkew         = "clock_skew"    // options clock_skew and clock_tolerance
	HasRetryOptions      = "retry_options" // option retry
	HasFetchers          = "fetchers"      // use_dpop, base_url and access_token of fetch
	HasTokenOptions      = "token_options" // token_options of fetch
	TakesRequestObject   = "request_object"
	TakesLoginQuery      = "login_query"
	TakesCustomFetch     = "custom_fetch"
	CanRegister          = "registration"
	CanRotate            = "rotation"
	CanRequireNonces     = "require_nonces"    // option require_nonces
	CanRetryUnavailable  = "retry_unavailable" // option retry_unavailable
	UsesMTLSAliases      = "mtls_aliases"      // option mtls_aliases
	ReadsAPIMetadata     = "resource_metadata" // option resource_metadata
	UsesIDTokens         = "id_tokens"         // option id_tokens
	FindsIssuer          = "finds_issuer"      // an empty issuer: the one that these metadata name
	SignsAssertions      = "private_key_jwt"
	WritesDebugLog       = "debug_log"
	CallsInParallel      = "parallel"       // several operations under way at a time
	ResetsByConfigure    = "reset"          // nothing outlives configure, so a process serves many cases
	HasSessions          = "sessions"       // session: a second user beside the first
	CanRestartLogin      = "restart"        // operations leave and return
	CanLogOut            = "logout"         // operation logout
	CallsUserinfo        = "userinfo"       // operation userinfo
	TakesBodyOnce        = "once_body"      // body_once of fetch
	Attests              = "attestation"    // auth attest_jwt_client_auth_dpop, with attestation
	AsksNonces           = "nonce_endpoint" // nonce_endpoint of fetch
	FollowsDocumentation = "documented_sdk" // the documentation behind the AUTH0 requirements
	InProcess            = "in_process"     // the scenario gives clock, waits and name resolution
)

// Hello is how a client introduces itself.
type Hello struct {
	Name         string   `json:"name"`
	Version      string   `json:"version"`
	Capabilities []string `json:"capabilities"`
	// Client is how it wants to be registered.
	Client Registration `json:"client"`
}

// Can reports whether the client has a capability.
func (h Hello) Can(capability string) bool { return slices.Contains(h.Capabilities, capability) }

// Setup is the configuration of a client.
type Setup struct {
	Issuer      string      `json:"issuer"`
	Client      ClientLogin `json:"client"`
	API         APIChoice   `json:"api"`
	Algorithm   string      `json:"alg,omitempty"` // ES256 if empty
	RedirectURI string      `json:"redirect_uri,omitempty"`
	Options     Choices     `json:"options"`
}

// ClientLogin is how the client authenticates (RFC 6749 §2.3).
type ClientLogin struct {
	ID     string          `json:"id"`
	Secret string          `json:"secret,omitempty"`
	Auth   string          `json:"auth,omitempty"` // token_endpoint_auth_method
	JWK    json.RawMessage `json:"jwk,omitempty"`  // private key of private_key_jwt
	// Attestation is of the key pair that the environment holds, by one whom the server
	// trusts: what authenticates the client beside its proof.
	Attestation string `json:"attestation,omitempty"`
}

// APIChoice is the API that the client calls.
type APIChoice struct {
	URL      string `json:"url"` // relative URLs of fetch are appended to it
	Audience string `json:"audience,omitempty"`
	Scope    string `json:"scope,omitempty"`
}

// Choices are the options of a client. What is left out keeps the client's
// own default.
type Choices struct {
	UseDPoP           *bool           `json:"use_dpop,omitempty"`
	PAR               *bool           `json:"par,omitempty"`
	AudienceParameter string          `json:"audience_parameter,omitempty"` // audience, resource or none
	ClockSkew         *int            `json:"clock_skew,omitempty"`         // seconds
	ClockTolerance    *int            `json:"clock_tolerance,omitempty"`    // seconds
	Retry             *RetryChoice    `json:"retry,omitempty"`
	Key               string          `json:"key,omitempty"` // environment, generated, unexportable or login
	KeyPEM            *KeyPair        `json:"key_pem,omitempty"`
	KeyJWK            json.RawMessage `json:"key_jwk,omitempty"`
	RequireNonces     bool            `json:"require_nonces,omitempty"`
	RetryUnavailable  bool            `json:"retry_unavailable,omitempty"`
	MTLSAliases       bool            `json:"mtls_aliases,omitempty"`
	ResourceMetadata  bool            `json:"resource_metadata,omitempty"`
	IDTokens          bool            `json:"id_tokens,omitempty"`
}

// RetryChoice is how long the client waits before it answers a challenge.
type RetryChoice struct {
	Delay  *int  `json:"delay,omitempty"` // milliseconds
	Jitter *bool `json:"jitter,omitempty"`
}

// KeyPair is a key pair as PEM texts.
type KeyPair struct {
	Public  string `json:"public"`
	Private string `json:"private"`
}

// LoginOrder asks for a login.
type LoginOrder struct {
	Query   map[string]string `json:"query,omitempty"` // what a user adds to the login URL
	Reveal  bool              `json:"reveal,omitempty"`
	Session string            `json:"session,omitempty"` // whose; empty: that of the only user
}

// SessionOrder names the session that an operation is about.
type SessionOrder struct {
	Session string `json:"session,omitempty"` // empty: that of the only user
}

// Left is where a user leaves the application for a login.
type Left struct {
	URL  string `json:"url"`  // that the browser is sent to
	Kept string `json:"kept"` // what the application keeps until the user returns
}

// ReturnOrder brings the user of a login back.
type ReturnOrder struct {
	Callback string `json:"callback"` // the URL on the redirect URI, with the answer
	Kept     string `json:"kept"`     // what Leave told
	Reveal   bool   `json:"reveal,omitempty"`
	Session  string `json:"session,omitempty"`
}

// TokenOrder asks for a token.
type TokenOrder struct {
	Grant      string            `json:"grant"` // client_credentials, refresh, or a grant type
	Scope      string            `json:"scope,omitempty"`
	Audience   string            `json:"audience,omitempty"`
	Parameters map[string]string `json:"parameters,omitempty"` // of other grant types
	Reveal     bool              `json:"reveal,omitempty"`
	Session    string            `json:"session,omitempty"`
}

// Told is what the client tells of a token.
type Told struct {
	TokenType    string `json:"token_type"`
	Scope        string `json:"scope"`
	AccessToken  string `json:"access_token"` // if it was to be revealed
	RefreshToken string `json:"refresh_token"`
}

// FetchOrder is a call of an API.
type FetchOrder struct {
	Method       string            `json:"method"`
	URL          string            `json:"url"`
	Headers      map[string]string `json:"headers,omitempty"`
	Body         *string           `json:"body"`
	BodyOnce     bool              `json:"body_once,omitempty"` // hand it over as a stream, which can be read once
	Session      string            `json:"session,omitempty"`
	UseDPoP      *bool             `json:"use_dpop,omitempty"`
	BaseURL      string            `json:"base_url,omitempty"`
	AccessToken  string            `json:"access_token,omitempty"`
	TokenOptions *TokenOptions     `json:"token_options,omitempty"`
	As           string            `json:"as,omitempty"` // arguments or request
	CustomFetch  bool              `json:"custom_fetch,omitempty"`
	// NonceEndpoint says that URL is that of a credential issuer's nonce endpoint, which
	// is called without a token and without a proof (OpenID4VCI 1.0 §7.1).
	NonceEndpoint bool `json:"nonce_endpoint,omitempty"`
	// TokenFactory gives the fetcher a getAccessToken that asks the client for a token
	// with the options that it was called with.
	TokenFactory bool              `json:"token_factory,omitempty"`
	FetchHeaders map[string]string `json:"fetch_headers,omitempty"` // what the custom fetch adds
	// Served is the request that the application is serving and makes its fetcher
	// with; nil: it makes it without one.
	Served *SeenRequest `json:"served,omitempty"`
}

// TokenOptions say which token a call wants.
type TokenOptions struct {
	Scope    string `json:"scope,omitempty"`
	Audience string `json:"audience,omitempty"`
	Refresh  bool   `json:"refresh,omitempty"`
}

// Fetched is the answer of an API as the client hands it on.
type Fetched struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"` // names in lower case
	Body    string            `json:"body"`
	// Thrown is the error by which the client handed the answer on, if it did.
	Thrown *ClientError `json:"thrown"`
	// Seen is the request as a custom fetch was given it.
	Seen *SeenRequest `json:"seen"`
}

// SeenRequest is a request on its way out of the client.
type SeenRequest struct {
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"` // names in lower case
}

// ClientError is an error that the client reports to its user.
type ClientError struct {
	Code    string          `json:"code"`
	Name    string          `json:"name"`
	Message string          `json:"message"`
	Status  int             `json:"status"`
	Cause   json.RawMessage `json:"cause"`
}

// Error implements error.
func (e *ClientError) Error() string {
	text := e.Name
	if e.Code != "" {
		text += " " + e.Code
	}
	return strings.TrimSpace(text) + ": " + e.Message
}

// Text is all that the error tells, its causes included.
func (e *ClientError) Text() string { return e.Error() + " " + string(e.Cause) }

// Unsupported reports whether the adapter says that the client cannot do what
// was asked.
func (e *ClientError) Unsupported() bool {
	return e.refusal() && strings.HasPrefix(e.Code, "unsupported_")
}

// Premature reports whether the adapter says that something has to come first.
func (e *ClientError) Premature() bool {
	premature := []string{"bad_request", "not_configured", "no_token", "no_refresh_token"}
	return e.refusal() && slices.Contains(premature, e.Code)
}

func (e *ClientError) refusal() bool { return e.Name == "Refusal" }

// Conditions are what a scenario gives to a client besides its setup.
type Conditions struct {
	Env map[string]string
	// Anew wants a process that has served nobody yet.
	Anew bool
	// The rest reaches a client in this process alone.
	Clock   func() time.Time
	Sleep   func(time.Duration)
	Resolve map[string]string // "host:port" to the address to dial instead
}

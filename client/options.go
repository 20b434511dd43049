package client

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/wallet"
)

// Options configure a Client. A setting in code wins over the environment,
// each on its own.
type Options struct {
	// Issuer of the authorization server, exactly as its metadata spells it
	// (RFC 8414 §3.3). http is taken for loopback hosts only. Empty: the one that
	// the metadata of the first API name, for which a Fetcher reads them.
	Issuer string
	// Metadata, if given, is used instead of what the issuer publishes.
	Metadata *Metadata

	ClientID     string     // as registered
	ClientSecret string     // of a confidential client that authenticates with one
	Auth         AuthMethod // default: ClientSecretPost with a secret, else None
	AssertionKey *dpop.Key  // signs the assertions of PrivateKeyJWT
	Attestation  string     // of the key pair, for AttestationDPoP
	RedirectURI  string     // where the answer to a login comes, exactly as registered

	// Scope and Audience of tokens for which the request names no other.
	Scope, Audience string
	// ResourceIndicators sends the audience as resource (RFC 8707) instead of
	// as audience.
	ResourceIndicators bool
	// PAR pushes every authorization request (RFC 9126). Without it, requests
	// are pushed only where the server's metadata require it.
	PAR bool
	// MTLSAliases sends requests to the endpoints of mtls_endpoint_aliases
	// (RFC 8705 §5) where there are any.
	MTLSAliases bool

	// UseDPoP binds every token, unless a Fetcher says otherwise.
	UseDPoP bool
	// One of the next five may say where the key pair comes from. If none
	// does, it comes from AUTH0_DPOP_PUBLIC_KEY and AUTH0_DPOP_PRIVATE_KEY.
	Key         *dpop.Key
	KeyPEM      *KeyPEM
	KeyJWK      []byte // a private JWK
	GenerateKey bool   // a pair that lives as long as the Client
	KeyPerLogin bool   // a pair for each login, and one for what is done before the first

	// IDTokens calls APIs with the ID token of the login in place of the access
	// token, proven like that, as Solid-OIDC has it.
	IDTokens bool

	DPoP DPoPOptions // the settings of proofs and of the nonce retry

	Policy *Policy // nil: HonestPolicy

	// Logger receives each request and answer at level Debug, secrets masked,
	// and warnings about the configuration.
	Logger    *slog.Logger
	HTTP      *http.Client // its Transport, Jar and Timeout are used; redirects are not left to it
	UserAgent string       // of requests for metadata, for tokens and to APIs; empty: net/http's

	Env   func(string) (string, bool)                // default os.LookupEnv
	Clock func() time.Time                           // default time.Now
	Sleep func(context.Context, time.Duration) error // default: a timer
	// Random is the source of jitter, state and PKCE; default crypto/rand. It
	// must be safe for several goroutines.
	Random io.Reader
}

// KeyPEM is a key pair as PEM texts, in every form in which environment files
// hold them.
type KeyPEM struct {
	Public  string // SubjectPublicKeyInfo
	Private string // PKCS#8 or SEC 1
}

// String keeps the private half out of logs.
func (KeyPEM) String() string { return "key pair as PEM" }

// GoString keeps the private half out of %#v.
func (k KeyPEM) GoString() string { return k.String() }

// MarshalText keeps the private half out of JSON and structured logs.
func (k KeyPEM) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// DPoPOptions are the settings of proofs and of the nonce retry. A nil field
// is taken from its environment variable, else from its default.
type DPoPOptions struct {
	// ClockSkew is added to the client's clock. AUTH0_DPOP_CLOCK_SKEW in
	// seconds, default 0.
	ClockSkew *time.Duration
	// ClockTolerance is how far the servers' clocks may lie from the client's.
	// AUTH0_DPOP_CLOCK_TOLERANCE in seconds, default 30.
	ClockTolerance *time.Duration
	// Retry says how a request is sent again.
	Retry RetryOptions
	// RequireNonces refuses each answer to a request with a proof that brings
	// no DPoP-Nonce, as the atproto profile requires.
	RequireNonces bool
}

// RetryOptions say how a request is sent again.
type RetryOptions struct {
	// Delay before a retry. AUTH0_RETRY_DELAY in milliseconds, default 100.
	Delay *time.Duration
	// Jitter shortens each delay at random by up to half. AUTH0_RETRY_JITTER,
	// default true.
	Jitter *bool
	// Unavailable retries a request to an API once, if its method is safe (RFC
	// 9110 §9.2.1), after 429, 502, 503, 504 or a failed connection.
	Unavailable bool
}

// AuthMethod is how a client authenticates to the authorization server (RFC
// 7591 §2, token_endpoint_auth_method).
type AuthMethod string

// The methods of client authentication.
const (
	None              AuthMethod = "none"                // a public client
	ClientSecretBasic AuthMethod = "client_secret_basic" // RFC 6749 §2.3.1, in the Authorization field
	ClientSecretPost  AuthMethod = "client_secret_post"  // RFC 6749 §2.3.1, in the body
	PrivateKeyJWT     AuthMethod = "private_key_jwt"     // RFC 7523 §2.2
	// AttestationDPoP sends Attestation, and lets the DPoP proof be the proof of the
	// attested key (draft-ietf-oauth-attestation-based-client-auth, section 5.2).
	AttestationDPoP AuthMethod = wallet.AuthAttestationDPoP
)

// TokenOptions say which access token is wanted.
type TokenOptions struct {
	Audience string // empty: the Fetcher's, then the Client's
	Scope    string // empty: the Fetcher's, then the Client's
	Refresh  bool   // get a new token even if a good one is at hand
	UseDPoP  *bool  // nil: the Fetcher's, then the Client's
}

// over returns o with what it leaves open taken from the options below it.
func (o TokenOptions) over(below TokenOptions) TokenOptions {
	if o.Audience == "" {
		o.Audience = below.Audience
	}
	if o.Scope == "" {
		o.Scope = below.Scope
	}
	if o.UseDPoP == nil {
		o.UseDPoP = below.UseDPoP
	}
	return o
}

// token are the options of a token for which nothing else is said.
func (o *Options) token() TokenOptions {
	return TokenOptions{Audience: o.Audience, Scope: o.Scope, UseDPoP: &o.UseDPoP}
}

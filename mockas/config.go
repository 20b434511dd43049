package mockas

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// NonceMode says whether proofs need a nonce of this server (RFC 9449 §8).
type NonceMode string

// The nonce modes. The zero value is NonceOff.
const (
	NonceOff      NonceMode = ""
	NonceRequired NonceMode = "required"
)

// Constraint says whether access tokens for an API are bound to a key.
type Constraint string

// The constraints. The empty one means ConstraintAllowed.
const (
	ConstraintNone              Constraint = "none"
	ConstraintAllowed           Constraint = "allowed"
	ConstraintRequired          Constraint = "required"
	ConstraintRequiredForPublic Constraint = "required for public clients"
)

// The formats of access tokens. The empty one means FormatJWT.
const (
	FormatJWT    = "jwt"    // RFC 9068
	FormatOpaque = "opaque" // a reference that only introspection explains
)

// The client authentication methods (RFC 7591 §2). The empty one means AuthNone.
const (
	AuthNone          = "none"
	AuthBasic         = "client_secret_basic"
	AuthPost          = "client_secret_post"
	AuthPrivateKeyJWT = "private_key_jwt"
	AuthTLS           = "tls_client_auth"             // RFC 8705 §2.1
	AuthSelfSignedTLS = "self_signed_tls_client_auth" // RFC 8705 §2.2
)

// The grant types, as they are written in grant_type.
const (
	GrantCode              = "authorization_code"
	GrantRefresh           = "refresh_token"
	GrantClientCredentials = "client_credentials"
	GrantTokenExchange     = "urn:ietf:params:oauth:grant-type:token-exchange"
	GrantDevice            = "urn:ietf:params:oauth:grant-type:device_code"
)

// AllGrants lists every grant type that the server knows.
var AllGrants = []string{GrantCode, GrantRefresh, GrantClientCredentials, GrantTokenExchange, GrantDevice}

// Client is a registered client (RFC 7591 §2).
type Client struct {
	ID           string
	Secret       string
	Auth         string          // one of the Auth constants
	JWKS         json.RawMessage // {"keys": […]}, for private_key_jwt, request objects and, with x5c, self-signed certificates
	SubjectDN    string          // of its certificate, as RFC 4514 spells it, for tls_client_auth (RFC 8705 §2.1.2)
	Grants       []string        // nil: every grant
	RedirectURIs []string
	Scope        string   // space-separated scopes that it may ask for; empty: any
	Audiences    []string // audiences its refresh tokens serve beside those granted

	DPoPBound bool // dpop_bound_access_tokens, RFC 9449 §5.2
	// CertificateBound binds its access tokens to its certificate, whatever else
	// they are bound to: tls_client_certificate_bound_access_tokens, RFC 8705 §3.4.
	CertificateBound bool

	NonceRequired bool // its proofs need a nonce whatever the server's mode is
	RequirePAR    bool // its authorization requests must be pushed, RFC 9126 §6
	AlwaysRefresh bool // gets refresh tokens without asking for offline_access
	KeepRefresh   bool // its refresh tokens are not rotated

	keys              []*dpop.PublicKey
	registered        [][]byte // certificates, in DER
	name              string
	registrationToken string
}

// Public reports whether the client has no credentials (RFC 6749 §2.1).
func (c *Client) Public() bool { return c.Auth == "" || c.Auth == AuthNone }

// May reports whether the client is registered for a grant type.
func (c *Client) May(grant string) bool { return c.Grants == nil || slices.Contains(c.Grants, grant) }

// API is a protected resource that access tokens can be issued for.
type API struct {
	Audience    string
	Policy      Constraint
	TokenFormat string        // one of the Format constants; empty: the server's
	Scopes      []string      // nil: any scope
	Lifetime    time.Duration // of its access tokens; 0: the server's
}

// Config describes an authorization server. The zero value is usable: no
// clients, no nonces, every endpoint.
type Config struct {
	Issuer  string           // empty: the origin
	Key     *dpop.Key        // signs access and ID tokens; nil: a new ES256 key
	Clock   func() time.Time // nil: time.Now
	Clients []Client
	APIs    []API
	Subject string // the person who consents; empty: "person-1"

	// ClientAuthorities vouch for the certificates of clients. With them clients
	// may authenticate by certificate (RFC 8705 §2); whoever listens must then
	// ask for one in the TLS handshake. nil: none may.
	ClientAuthorities *x509.CertPool

	Algorithms []string // of proofs that are taken; nil: dpop.DefaultAlgorithms

	Nonces        NonceMode
	NonceLifetime time.Duration // 0: five minutes
	RotateNonces  bool          // every success hands out a new nonce
	NonceSource   dpop.Nonces   // nil: a dpop.NonceWindow
	Replays       dpop.Replays  // nil: a dpop.ReplayMemory

	TokenFormat     string        // of tokens for no particular API, and default of the APIs
	TokenTyp        string        // typ of JWT access tokens; empty: at+jwt (RFC 9068 §2.1)
	TokenLifetime   time.Duration // 0: ten minutes
	CodeLifetime    time.Duration // 0: one minute
	RequestLifetime time.Duration // of pushed requests; 0: ninety seconds
	RefreshLifetime time.Duration // 0: one day

	RequirePAR    bool              // RFC 9126 §5
	ManualDevices bool              // device codes wait for ApproveDevice
	Grants        []string          // nil: AllGrants
	Omit          []string          // paths of endpoints that this server lacks, such as PathPAR
	Aliases       map[string]string // further paths, normalised, under which endpoints answer

	Policy *Policy // nil: HonestPolicy
}

// complete fills in the defaults.
func (c *Config) complete(origin string) {
	defaults := []struct {
		field *time.Duration
		value time.Duration
	}{
		{&c.NonceLifetime, 5 * time.Minute}, {&c.TokenLifetime, 10 * time.Minute}, {&c.CodeLifetime, time.Minute},
		{&c.RequestLifetime, 90 * time.Second}, {&c.RefreshLifetime, 24 * time.Hour},
	}
	for _, d := range defaults {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	if c.Issuer == "" {
		c.Issuer = origin
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Subject == "" {
		c.Subject = "person-1"
	}
	if c.Grants == nil {
		c.Grants = AllGrants
	}
}

// check refuses a client that could not work.
func (c *Client) check() error {
	if c.ID == "" {
		return fmt.Errorf("mockas: a client has no id; give it one")
	}
	switch c.Auth {
	case "", AuthNone:
	case AuthBasic, AuthPost:
		if c.Secret == "" {
			return fmt.Errorf("mockas: client %s uses %s without a secret; set Secret", c.ID, c.Auth)
		}
	case AuthPrivateKeyJWT:
		if len(c.JWKS) == 0 {
			return fmt.Errorf("mockas: client %s uses %s without keys; set JWKS", c.ID, c.Auth)
		}
	case AuthTLS:
		if c.SubjectDN == "" {
			return fmt.Errorf("mockas: client %s uses %s without a subject; set SubjectDN", c.ID, c.Auth)
		}
	case AuthSelfSignedTLS:
		var err error
		if c.registered, err = registeredCertificates(c.JWKS); err != nil {
			return fmt.Errorf("mockas: client %s: %w", c.ID, err)
		}
	default:
		return fmt.Errorf("mockas: client %s: authentication %q is not known; use %s", c.ID, c.Auth, strings.Join(authMethods(true), ", "))
	}
	if c.CertificateBound && !c.ByCertificate() {
		return fmt.Errorf("mockas: client %s has tokens bound to a certificate that it need not show; use %s or %s", c.ID, AuthTLS, AuthSelfSignedTLS)
	}
	if len(c.JWKS) == 0 {
		return nil
	}
	var err error
	if c.keys, err = parseJWKS(c.JWKS); err != nil {
		return fmt.Errorf("mockas: client %s: %w", c.ID, err)
	}
	return nil
}

// check refuses an API that could not work.
func (a *API) check() error {
	if a.Audience == "" {
		return fmt.Errorf("mockas: an API has no audience; give it one")
	}
	switch a.Policy {
	case "", ConstraintNone, ConstraintAllowed, ConstraintRequired, ConstraintRequiredForPublic:
	default:
		return fmt.Errorf("mockas: API %s: policy %q is not known; use %s, %s, %s or %q",
			a.Audience, a.Policy, ConstraintNone, ConstraintAllowed, ConstraintRequired, ConstraintRequiredForPublic)
	}
	if f := a.TokenFormat; f != "" && f != FormatJWT && f != FormatOpaque {
		return fmt.Errorf("mockas: API %s: token format %q is not known; use %s or %s", a.Audience, f, FormatJWT, FormatOpaque)
	}
	return nil
}

package mockas

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/wallet"
)

// The client authentication methods (RFC 7591 §2). The empty one means AuthNone.
const (
	AuthNone          = "none"
	AuthBasic         = "client_secret_basic"
	AuthPost          = "client_secret_post"
	AuthPrivateKeyJWT = "private_key_jwt"
	AuthTLS           = "tls_client_auth"             // RFC 8705 §2.1
	AuthSelfSignedTLS = "self_signed_tls_client_auth" // RFC 8705 §2.2

	// Client authentication by attestation (draft-ietf-oauth-attestation-based-
	// client-auth): a client that is registered for the first may send a proof of
	// possession of its own, or let its DPoP proof be that.
	AuthAttestation     = "attest_jwt_client_auth"
	AuthAttestationDPoP = "attest_jwt_client_auth_dpop"
)

// The grant types, as they are written in grant_type.
const (
	GrantCode              = "authorization_code"
	GrantRefresh           = "refresh_token"
	GrantClientCredentials = "client_credentials"
	GrantTokenExchange     = "urn:ietf:params:oauth:grant-type:token-exchange"
	GrantDevice            = "urn:ietf:params:oauth:grant-type:device_code"
)

// GrantPreAuthorized is the grant type of a pre-authorized code. AllGrants lacks it: a
// server that issues credentials names it in its configuration.
const GrantPreAuthorized = wallet.GrantPreAuthorized

// knownGrants are all that a configuration can name.
var knownGrants = append([]string{GrantPreAuthorized}, AllGrants...)

// AllGrants lists every grant type that a server has unless its configuration says
// otherwise.
var AllGrants = []string{GrantCode, GrantRefresh, GrantClientCredentials, GrantTokenExchange, GrantDevice}

// Client is a registered client (RFC 7591 §2).
type Client struct {
	ID     string
	Secret string
	Auth   string // one of the Auth constants
	// JWKS is {"keys": […]}, for private_key_jwt, request objects and, with x5c,
	// self-signed certificates.
	JWKS json.RawMessage
	// SubjectDN is that of its certificate, as RFC 4514 spells it, for
	// tls_client_auth (RFC 8705 §2.1.2).
	SubjectDN    string
	Grants       []string // nil: every grant
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

// ByCertificate reports whether the client authenticates in the TLS handshake
// (RFC 8705 §2).
func (c *Client) ByCertificate() bool { return c.Auth == AuthTLS || c.Auth == AuthSelfSignedTLS }

// allAttestations are the ways of authentication by attestation.
var allAttestations = []string{AuthAttestation, AuthAttestationDPoP}

// authMethods are the client authentication methods of all endpoints.
func authMethods(certificates bool, attestations []string) []string {
	list := []string{AuthNone, AuthBasic, AuthPost, AuthPrivateKeyJWT}
	if certificates {
		list = append(list, AuthTLS, AuthSelfSignedTLS)
	}
	return append(list, attestations...)
}

// check refuses a client that could not work.
func (c *Client) check() error {
	if c.ID == "" {
		return errors.New("mockas: a client has no id; give it one")
	}
	switch c.Auth {
	case "", AuthNone, AuthAttestation:
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
		return fmt.Errorf("mockas: client %s: authentication %q is not known; use %s",
			c.ID, c.Auth, strings.Join(authMethods(true, allAttestations), ", "))
	}
	if c.CertificateBound && !c.ByCertificate() {
		return fmt.Errorf("mockas: client %s has tokens bound to a certificate that it need not show; use %s or %s",
			c.ID, AuthTLS, AuthSelfSignedTLS)
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

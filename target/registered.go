package target

import (
	"crypto/tls"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/login"
	"github.com/dpopspec/dpopspec/wallet"
)

// RegisteredClient is a client that exists at a real authorization server.
type RegisteredClient struct {
	ID     string
	Secret string
	// Auth is none, client_secret_basic, client_secret_post, private_key_jwt,
	// tls_client_auth, self_signed_tls_client_auth, attest_jwt_client_auth or
	// attest_jwt_client_auth_dpop.
	Auth        string
	Grants      []string
	RedirectURI string
	Scope       string
	Bound       bool // registered with dpop_bound_access_tokens (RFC 9449 §5.2)

	// CertificateBound: registered with tls_client_certificate_bound_access_tokens
	// (RFC 8705 §3.4), so that its tokens are bound to its certificate.
	CertificateBound bool

	Key               *dpop.Key        // signs its assertions (RFC 7523 §2.2)
	KeyID             string           // kid of that key; may be empty
	AssertionAudience string           // aud of its assertions; the issuer if empty
	Certificate       *tls.Certificate // shown at the token endpoint (RFC 8705 §2)

	Instance *wallet.Instance // authenticates it by attestation; nil: another method does
	Offers   *Offers          // where its pre-authorized codes come from; nil: nowhere

	RefreshToken string         // got by a login before the run; may be empty
	Login        string         // LoginRedirects, also if empty, or LoginBrowser
	LoginTimeout time.Duration  // how long a login may take; 0: 2 minutes
	Ways         login.Settings // how its test person logs in without anybody there, before Login
}

// The ways to get a code.
const (
	LoginRedirects = "redirects" // the server consents by itself; its redirects are followed
	LoginBrowser   = "browser"   // a person logs in; the code arrives at a loopback redirect URI
)

// ByPerson reports whether somebody has to sit at a browser for each code.
func (c RegisteredClient) ByPerson() bool { return c.Login == LoginBrowser && !c.Ways.Any() }

// Public reports whether the client has no credentials (RFC 6749 §2.1).
func (c RegisteredClient) Public() bool { return c.Auth == "none" }

// ByCertificate reports whether the client authenticates in the TLS handshake
// (RFC 8705 §2).
func (c RegisteredClient) ByCertificate() bool {
	return c.Auth == "tls_client_auth" || c.Auth == "self_signed_tls_client_auth"
}

// Refreshes reports whether the refresh token of the configuration is the only
// way to the client's tokens.
func (c RegisteredClient) Refreshes() bool {
	return c.RefreshToken != "" && c.Has("refresh_token") &&
		!c.Has("client_credentials") && !c.Has("authorization_code")
}

// Has reports whether the client may use a grant.
func (c RegisteredClient) Has(grant string) bool { return slices.Contains(c.Grants, grant) }

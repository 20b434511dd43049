package mockas

import (
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// The kinds of what is issued.
const (
	AccessToken  = "access_token"
	RefreshToken = "refresh_token"
	Code         = "code"
	RequestURI   = "request_uri"
	DeviceCode   = "device_code"
)

// Grant is what a person or a client has been granted.
type Grant struct {
	Family   string // all tokens of one grant share it, and are revoked by it
	ClientID string
	Subject  string
	Scope    string
	Audience []string
	Nonce    string // OpenID Connect nonce, for the ID token
	At       time.Time
}

// newFamily names a new grant.
func newFamily() string { return dpop.NewID() }

// Token is an access or refresh token as the server remembers it.
type Token struct {
	Kind string // AccessToken or RefreshToken
	Text string
	ID   string // jti of an access token
	Grant
	Bound     string // thumbprint of the key that it is bound to, or empty
	Certified string // x5t#S256 of the certificate that it is bound to, or empty
	Instance  string // thumbprint of the attested key of the client that got it, or empty
	IssuedAt  time.Time
	ExpiresAt time.Time
	spent     bool // rotated away or revoked
}

// Issued is one thing that the server gave out.
type Issued struct {
	Kind     string // AccessToken, RefreshToken, Code, RequestURI or DeviceCode
	Text     string
	ClientID string
	Bound    string
	At       time.Time
}

// code is an authorization code on its way to the token endpoint.
type code struct {
	Grant
	redirectURI string // as in the authorization request, may be empty
	challenge   string // PKCE S256
	bound       string
	expires     time.Time
	spent       bool

	preAuthorized bool   // it was given in a credential offer
	txCode        string // what goes with such a code; empty: nothing
}

// authorization is an authorization request that was found good (RFC 6749
// §4.1.1), from the front channel or pushed.
type authorization struct {
	clientID    string
	redirect    string // where the answer goes
	redirectURI string // as in the request, may be empty
	state       string
	nonce       string
	challenge   string
	scope       string
	audience    []string
	bound       string // RFC 9449 §10
}

// pushed is a pushed authorization request (RFC 9126).
type pushed struct {
	request *authorization
	expires time.Time
}

// device is a device authorization (RFC 8628).
type device struct {
	Grant
	userCode string
	approved bool
	expires  time.Time
}

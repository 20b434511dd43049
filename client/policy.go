package client

import (
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// Policy is the behaviour of a Client, taken apart into small decisions. Start
// from HonestPolicy and change what shall differ; no field may be nil.
type Policy struct {
	// AcceptKey judges the configured key pair before anything is sent.
	AcceptKey func(*dpop.Key) error
	// Key chooses the key of a proof and of dpop_jkt.
	Key func(KeyRequest) *dpop.Key
	// LoginKey chooses the key that a login is bound to; own says that each login
	// has one of its own.
	LoginKey func(own bool, current *dpop.Key) (*dpop.Key, error)
	// Thumbprint computes dpop_jkt (RFC 9449 §10), which is optional; empty: none.
	Thumbprint func(*dpop.Key) (string, error)
	// Algorithm chooses the alg of a proof. offered is what the server's
	// metadata lists; nil if it lists nothing usable (RFC 9449 §5.1).
	Algorithm func(key *dpop.Key, offered []string) (string, error)

	// Access chooses the access token of an attempt. own is that of its call.
	Access func(own string, a Attempt) string
	// Body keeps the body of a request to an API, so that it can be sent again.
	Body func(*http.Request) (again func() (io.ReadCloser, error), length int64, err error)

	// NeedsProof decides whether a request for, or with, a bound token carries
	// a proof.
	NeedsProof func(Destination) bool
	// Draft writes header and claims of a proof (RFC 9449 §4.2).
	Draft func(ProofRequest) dpop.Draft
	// Sign makes the field value of it.
	Sign func(ProofRequest, dpop.Draft) (string, error)
	// Present puts token and proof into a request (RFC 9449 §4.1, §7.1).
	Present func(*http.Request, Credentials)

	// NonceScope names the server whose nonce goes into a proof.
	NonceScope func(Destination, *url.URL) string
	// ReadNonce reads the DPoP-Nonce field lines of an answer.
	ReadNonce func(lines []string) (nonce string, usable bool)
	// StoreNonce keeps the nonce of an answer for the requests to come.
	StoreNonce func(n *Nonces, scope string, a *Answer)

	// Challenges reads the WWW-Authenticate field lines of an answer.
	Challenges func(lines []string) []dpop.Challenge
	// Demands reports whether an answer asks for a nonce (RFC 9449 §8, §9).
	Demands func(*Answer) bool
	// Accept judges each answer before it is used.
	Accept func(*Answer) error
	// Retry decides whether the request is sent again, and how.
	Retry func(*Answer) (next Attempt, again bool)
	// MaxAttempts bounds the requests of one call; followed redirects come on top.
	MaxAttempts int
	// Redirect judges whether the token may follow a redirect.
	Redirect func(from, to *url.URL) error

	// MaxAcquisitions is how many calls may ask for a token at a time. The others wait,
	// and take what one of these got.
	MaxAcquisitions int
	// Serves decides whether a token at hand serves a call that is made now.
	Serves func(t Token, now time.Time) bool
	// Renews decides whether a call is made once more with another token, for the answer
	// that it met.
	Renews func(*Answer) bool
	// RefreshToken chooses the refresh token that serves from now on. given came with a
	// new access token; empty if none came (RFC 6749 §6).
	RefreshToken func(before, given string) string
	// GivesUp decides whether a refresh token is given up for the error that it met.
	GivesUp func(error) bool
	// Logout forgets a session, and says which refresh token is to be revoked.
	Logout func(forget func() (refreshToken string)) string
	// TokenType judges token_type and returns the scheme to send the token
	// with (RFC 9449 §5). bound says that a bound token was asked for.
	TokenType func(bound bool, tokenType string) (scheme string, err error)
	// Audience judges a new token against the audience that was asked for.
	Audience func(asked, token string) error
	// Presented chooses the token that an API gets; id says that it is the ID token.
	Presented func(id bool, t Token) string
	// Clock judges the distance between the clocks (see Answer.Drift).
	Clock func(*Answer) error

	// Assertion may change the claims of a client assertion (RFC 7523 §3).
	Assertion func(claims *dpop.Object)
	// Issuer judges the issuer that metadata name (RFC 8414 §3.3).
	Issuer func(asked, got string) error
	// Resource judges the resource that the metadata of an API name (RFC 9728 §3.3).
	Resource func(asked, got string) error
	// Endpoint judges a URL before anything is sent there.
	Endpoint func(name, endpoint, issuer string) error
	// Destination judges whether a Fetcher's token may go to a URL. base and
	// origins are the Fetcher's.
	Destination func(target *url.URL, base string, origins []string) error
	// Authenticate puts the client's identity into a request to the authorization
	// server. It is called for every attempt.
	Authenticate func(o *Options, now time.Time, header http.Header, form url.Values) error
	// Push decides whether an authorization request is pushed (RFC 9126).
	Push func(wanted bool, m *Metadata) bool

	Documented
}

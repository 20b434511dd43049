package features

import "time"

// required is what a profile says of nonces that servers have to ask for.
const required = "required"

// Parameters are the numbers and lists of a profile that scenarios read.
type Parameters struct {
	settings settings
}

// settings is the parameters as profiles.yaml spells them.
type settings struct {
	IatPast            window        `yaml:"iat_past"`
	IatFuture          window        `yaml:"iat_future"`
	ProofAlgorithms    []string      `yaml:"proof_algorithms"`
	RequiredAlgorithms []string      `yaml:"required_algorithms"`
	RefusalStatus      refusals      `yaml:"refusal_status"`
	HTUQuery           string        `yaml:"htu_query"`
	Nonces             perServer     `yaml:"nonces"`
	NonceLifetime      nonceLifetime `yaml:"nonce_lifetime"`
	PushedBinding      string        `yaml:"pushed_binding"`
	LoginKeys          string        `yaml:"login_keys"`
	TokenLifetime      int           `yaml:"access_token_lifetime"`
	JTIBits            int           `yaml:"jti_bits"`
}

// perServer is a word for each kind of server.
type perServer struct {
	AuthorizationServer string `yaml:"authorization_server"`
	API                 string `yaml:"api"`
}

// refusals are the status codes of a resource server by what it refuses.
type refusals struct {
	ProofMissing statuses `yaml:"proof_missing"`
	ProofBad     statuses `yaml:"proof_bad"`
	TokenBad     statuses `yaml:"token_bad"`
}

type nonceLifetime struct {
	Accept int `yaml:"accept"`
	Refuse int `yaml:"refuse"`
}

type window struct {
	Accept int `yaml:"accept"`
	Warn   int `yaml:"warn"`
	Refuse int `yaml:"refuse"`
}

type statuses struct {
	Expected  []int `yaml:"expected"`
	Tolerated []int `yaml:"tolerated"`
}

// Window says how a server must treat a proof whose iat is that far from its own clock, on one side of it.
// Between Accept and Refuse the server is free; what it does is reported as measured.
type Window struct {
	Accept time.Duration // up to here a proof is accepted
	Warn   time.Duration // accepting beyond is worth a warning
	Refuse time.Duration // from here on a proof is refused
}

func (w window) window() Window {
	return Window{Accept: seconds(w.Accept), Warn: seconds(w.Warn), Refuse: seconds(w.Refuse)}
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// IatPast is the window for proofs made in the server's past (RFC 9449 section 11.1).
func (p Parameters) IatPast() Window { return p.settings.IatPast.window() }

// IatFuture is the window for proofs made in the server's future, by a client whose clock is ahead.
func (p Parameters) IatFuture() Window { return p.settings.IatFuture.window() }

// ProofAlgorithms lists the signature algorithms that a proof may use; empty means any registered asymmetric one.
func (p Parameters) ProofAlgorithms() []string { return p.settings.ProofAlgorithms }

// RequiredAlgorithms lists the algorithms that every server has to take and to announce; it may be empty.
func (p Parameters) RequiredAlgorithms() []string { return p.settings.RequiredAlgorithms }

// Cause is what a resource server refuses a request for.
type Cause string

// The causes of refusals whose status codes a profile names.
const (
	ProofMissing Cause = "proof_missing" // a token with the DPoP scheme, and no proof
	ProofBad     Cause = "proof_bad"
	TokenBad     Cause = "token_bad"
)

// RefusalStatus gives the HTTP status codes with which a resource server refuses a request for a cause: those that
// are right, and those that are only worth a warning. An unknown cause has none.
func (p Parameters) RefusalStatus(cause Cause) (expected, tolerated []int) {
	s := map[Cause]statuses{
		ProofMissing: p.settings.RefusalStatus.ProofMissing,
		ProofBad:     p.settings.RefusalStatus.ProofBad,
		TokenBad:     p.settings.RefusalStatus.TokenBad,
	}[cause]
	return s.Expected, s.Tolerated
}

// RefusesHTUQuery says whether a server refuses an htu with a query or a fragment (Solid-OIDC) rather than
// ignoring that part (RFC 9449 section 4.3).
func (p Parameters) RefusesHTUQuery() bool { return p.settings.HTUQuery == "refused" }

// ServerRequiresNonces says whether authorization servers have to ask for nonces.
func (p Parameters) ServerRequiresNonces() bool {
	return p.settings.Nonces.AuthorizationServer == required
}

// APIRequiresNonces says whether APIs have to ask for nonces.
func (p Parameters) APIRequiresNonces() bool { return p.settings.Nonces.API == required }

// NonceLifetime says for how long after its issue a nonce has to be taken, and from which age on it has to be
// refused; either is zero where the profile says nothing of it.
func (p Parameters) NonceLifetime() (accept, refuse time.Duration) {
	return seconds(p.settings.NonceLifetime.Accept), seconds(p.settings.NonceLifetime.Refuse)
}

// PushedBinding says what a pushed authorization request must be bound by.
type PushedBinding string

// What profiles demand of pushed authorization requests.
const (
	BindingOptional PushedBinding = "optional" // RFC 9449 section 10.1
	BindingEither   PushedBinding = "either"   // a proof or dpop_jkt
	BindingByProof  PushedBinding = "proof"
)

// PushedBinding says what a pushed authorization request must be bound by (RFC 9449 section 10.1).
func (p Parameters) PushedBinding() PushedBinding { return PushedBinding(p.settings.PushedBinding) }

// OneKeyPerLogin says whether a client proves each login, from the pushed request to the last use of its tokens,
// with one key, and makes a new one for the next.
func (p Parameters) OneKeyPerLogin() bool { return p.settings.LoginKeys == "one" }

// AccessTokenLifetime is the lifetime above which a bound token counts as long-lived where no nonces are
// in use (RFC 9449 section 11.2).
func (p Parameters) AccessTokenLifetime() time.Duration { return seconds(p.settings.TokenLifetime) }

// JTIBits is the number of random bits below which a jti is worth a warning (RFC 9449 section 4.2).
func (p Parameters) JTIBits() int { return p.settings.JTIBits }

package features

import "time"

// Parameters are the numbers and lists of a profile that scenarios read.
type Parameters struct {
	settings settings
}

// settings is the parameters as profiles.yaml spells them.
type settings struct {
	IatPast            window   `yaml:"iat_past"`
	IatFuture          window   `yaml:"iat_future"`
	ProofAlgorithms    []string `yaml:"proof_algorithms"`
	RequiredAlgorithms []string `yaml:"required_algorithms"`
	BadProofStatus     statuses `yaml:"bad_proof_status"`
	HTUQuery           string   `yaml:"htu_query"`
	Nonces             string   `yaml:"nonces"`
	NonceLifetime      int      `yaml:"nonce_lifetime"`
	TokenLifetime      int      `yaml:"access_token_lifetime"`
	JTIBits            int      `yaml:"jti_bits"`
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

// BadProofStatus gives the HTTP status codes with which a resource server refuses a defective proof: those that
// are right, and those that are only worth a warning.
func (p Parameters) BadProofStatus() (expected, tolerated []int) {
	return p.settings.BadProofStatus.Expected, p.settings.BadProofStatus.Tolerated
}

// RefusesHTUQuery says whether a server refuses an htu with a query or a fragment (Solid-OIDC) rather than
// ignoring that part (RFC 9449 section 4.3).
func (p Parameters) RefusesHTUQuery() bool { return p.settings.HTUQuery == "refused" }

// RequiresNonces says whether servers have to ask for nonces.
func (p Parameters) RequiresNonces() bool { return p.settings.Nonces == "required" }

// NonceLifetime is the longest time a nonce may be accepted; zero where the profile sets no limit.
func (p Parameters) NonceLifetime() time.Duration { return seconds(p.settings.NonceLifetime) }

// AccessTokenLifetime is the lifetime above which a bound token counts as long-lived where no nonces are
// in use (RFC 9449 section 11.2).
func (p Parameters) AccessTokenLifetime() time.Duration { return seconds(p.settings.TokenLifetime) }

// JTIBits is the number of random bits below which a jti is worth a warning (RFC 9449 section 4.2).
func (p Parameters) JTIBits() int { return p.settings.JTIBits }

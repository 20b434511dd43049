package dpop

import (
	"fmt"
	"slices"
	"time"
)

// Error codes of RFC 9449 §12.2 and RFC 6750 §3.1 that a refusal may carry.
const (
	InvalidProof  = "invalid_dpop_proof"
	UseNonce      = "use_dpop_nonce"
	InvalidToken  = "invalid_token"
	ServerFailure = "server_error"
)

// Request is what a server knows of a request that carries a proof.
type Request struct {
	Method      string
	TargetURI   string   // as the client saw it, RFC 9110 §7.1
	Fields      []string // the values of the DPoP field lines, in order
	AccessToken string   // empty at the authorization server
	Bound       string   // cnf.jkt of that access token
}

// Check is one of the things that RFC 9449 §4.3 demands of a proof. Checks run
// in order, each on what those before it have established.
type Check struct {
	Name         string
	Requirements []string
	Code         string // error code of a refusal; InvalidProof if empty
	Do           func(*Verification) error
}

// Verification is one proof on its way through the checks.
type Verification struct {
	*Verifier
	Request
	Now   time.Time
	Proof Proof
}

// Refusal says which check refused a proof and why.
type Refusal struct {
	Check        string
	Requirements []string
	Code         string
	Reason       string
}

// Error implements error.
func (r *Refusal) Error() string { return fmt.Sprintf("%s: %s", r.Check, r.Reason) }

// Nonces decides which nonces a server still takes (RFC 9449 §8, §9).
type Nonces interface {
	// Next returns the nonce to hand out now.
	Next() string
	// Accept returns nil for a nonce that was handed out and has not expired.
	Accept(nonce string) error
}

// Replays remembers proofs that were used (RFC 9449 §11.1).
type Replays interface {
	// Use records a proof until the given time and reports whether it is new.
	// An error means that the memory cannot tell; the proof is then refused.
	Use(p *Proof, until time.Time) (bool, error)
}

// Verifier judges proofs. The zero value is not usable; see NewVerifier.
// A mutant is a Verifier with one check or one setting exchanged.
type Verifier struct {
	Checks     []Check       // shared with other verifiers: see Replace
	Algorithms []string      // accepted alg values, as advertised
	Past       time.Duration // how old a proof may be
	Future     time.Duration // how far its iat may lie ahead
	MaxLength  int           // octets of a proof
	Clock      func() time.Time
	Nonces     Nonces // nil: no nonce is asked for
	Replays    Replays
}

// DefaultAlgorithms is what the embedded parties accept and advertise.
var DefaultAlgorithms = []string{"ES256", "ES384", "ES512", "EdDSA", "Ed25519", "RS256", "PS256"}

// NewVerifier returns a verifier with every check of RFC 9449 §4.3 for proofs
// up to one minute old and half a minute ahead of its clock, without nonces
// and with a replay memory of its own.
func NewVerifier(clock func() time.Time) *Verifier {
	return &Verifier{
		Checks:     checks,
		Algorithms: slices.Clone(DefaultAlgorithms),
		Past:       60 * time.Second,
		Future:     30 * time.Second,
		MaxLength:  16 << 10,
		Clock:      clock,
		Replays:    NewReplayMemory(clock),
	}
}

// Clone returns a copy that can be changed independently. Nonces and replay
// memory stay shared.
func (v *Verifier) Clone() *Verifier {
	c := *v
	c.Algorithms = slices.Clone(v.Algorithms)
	return &c
}

// Replace exchanges what the named check does. An unknown name is a mistake in
// the program and panics.
func (v *Verifier) Replace(name string, do func(*Verification) error) {
	i := slices.IndexFunc(v.Checks, func(c Check) bool { return c.Name == name })
	if i < 0 {
		panic("dpop: no check is called " + name)
	}
	v.Checks = slices.Clone(v.Checks) // others may have the same
	v.Checks[i].Do = do
}

// Remove takes the named checks out.
func (v *Verifier) Remove(names ...string) {
	for _, name := range names {
		v.Replace(name, func(*Verification) error { return nil })
	}
}

// Check returns what the named check does, to be wrapped by another.
func (v *Verifier) Check(name string) func(*Verification) error {
	for _, c := range v.Checks {
		if c.Name == name {
			return c.Do
		}
	}
	panic("dpop: no check is called " + name)
}

// Verify judges the proof of a request. It returns the proof if every check
// holds, else the refusal of the first that does not, beside as much of the
// proof as could be read.
func (v *Verifier) Verify(r Request) (*Proof, *Refusal) {
	run := &Verification{Verifier: v, Request: r, Now: v.Clock()}
	for _, check := range v.Checks {
		if err := check.Do(run); err != nil {
			code := check.Code
			if code == "" {
				code = InvalidProof
			}
			return &run.Proof, &Refusal{check.Name, check.Requirements, code, err.Error()}
		}
	}
	return &run.Proof, nil
}

// CheckNames lists the checks of an honest verifier in their order.
func CheckNames() []string {
	names := make([]string, len(checks))
	for i, c := range checks {
		names[i] = c.Name
	}
	return names
}

package mockas

import (
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// Config describes an authorization server. The zero value is usable: no
// clients, no nonces, every endpoint.
type Config struct {
	Look    Look             // the zero value is the server's own
	Issuer  string           // empty: the origin, with what the look adds to it
	Key     *dpop.Key        // signs access and ID tokens; nil: a new one, as the look wants it
	Clock   func() time.Time // nil: time.Now
	Clients []Client
	APIs    []API
	Subject string // the person who consents; empty: "person-1"
	// DefaultAudience is that of a token whose request names none. Empty: the
	// issuer, a token for userinfo alone.
	DefaultAudience string

	// ClientAuthorities vouch for the certificates of clients. With them clients
	// may authenticate by certificate (RFC 8705 §2); whoever listens must then
	// ask for one in the TLS handshake. nil: none may.
	ClientAuthorities *x509.CertPool

	// Attesters vouch for clients that authenticate by attestation; nil: none may.
	Attesters []*dpop.PublicKey

	// Attestation is the one way of authentication by attestation that is taken,
	// AuthAttestation or AuthAttestationDPoP; empty: both.
	Attestation string

	// Offers lets everybody have credential offers at PathOffer; the pre-authorized
	// codes in them need TxCode, unless it is empty.
	Offers bool
	TxCode string

	Algorithms []string // of proofs that are taken; nil: dpop.DefaultAlgorithms

	Nonces        NonceMode
	NonceLifetime time.Duration // 0: five minutes
	RotateNonces  bool          // every success hands out a new nonce
	NonceSource   dpop.Nonces   // nil: a dpop.NonceWindow
	Replays       dpop.Replays  // nil: a dpop.ReplayMemory

	TokenFormat     string        // of tokens for no particular API, and default of the APIs
	OwnTokens       Constraint    // whether tokens for no particular API are bound
	TokenTyp        string        // typ of JWT access tokens; empty: at+jwt (RFC 9068 §2.1)
	TokenLifetime   time.Duration // 0: ten minutes
	CodeLifetime    time.Duration // 0: one minute
	RequestLifetime time.Duration // of pushed requests; 0: ninety seconds
	RefreshLifetime time.Duration // 0: one day

	MaxAge time.Duration // how long ago the person may have logged in, for userinfo (RFC 9470); 0: as long as the token lives

	RequirePAR    bool              // RFC 9126 §5
	PushedBinding PushedBinding     // what a pushed request must be bound by
	ProofMissing  string            // error code where a proof is missing; empty: invalid_request
	ManualDevices bool              // device codes wait for ApproveDevice
	Grants        []string          // nil: AllGrants
	Omit          []string          // paths of endpoints that this server lacks, such as PathPAR
	Aliases       map[string]string // further paths, normalised, under which endpoints answer

	// IssuerAudience has the aud of client assertions be the issuer alone, as a
	// string (FAPI 2.0 Security Profile §5.3.2.1).
	IssuerAudience bool
	// WebID is that of the person. With it the scope webid gives ID tokens that
	// are bound and name it (Solid-OIDC); empty: there is no such scope.
	WebID string
	// Beside makes it another instance of a server: one that answers for its URLs, by
	// the same key, and knows what that has issued, given as nonces and seen as proofs.
	Beside *Server

	Policy *Policy // nil: HonestPolicy()
}

// check refuses a configuration that could not work.
func (c *Config) check() error {
	for _, grant := range c.Grants {
		if !slices.Contains(knownGrants, grant) {
			return fmt.Errorf("mockas: the grant type %q is not known; use %s", grant, strings.Join(knownGrants, ", "))
		}
	}
	if c.Nonces != NonceOff && c.Nonces != NonceRequired {
		return fmt.Errorf("mockas: the nonce mode %q is not known; use NonceOff or NonceRequired", c.Nonces)
	}
	if err := c.Look.Check(); err != nil {
		return fmt.Errorf("mockas: %w", err)
	}
	if !slices.Contains(pushedBindings, c.PushedBinding) {
		return fmt.Errorf("mockas: the binding %q of pushed requests is not known; use one of %q",
			c.PushedBinding, pushedBindings)
	}
	if err := checkFormat(c.TokenFormat); err != nil {
		return fmt.Errorf("mockas: %w", err)
	}
	return nil
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
		c.Issuer = c.Look.IssuerAt(origin)
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

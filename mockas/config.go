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

	// Beside makes it another instance of a server: one that answers for its URLs, by
	// the same key, and knows what that has issued, given as nonces and seen as proofs.
	Beside *Server

	Policy *Policy // nil: HonestPolicy()
}

// check refuses a configuration that could not work.
func (c *Config) check() error {
	for _, grant := range c.Grants {
		if !slices.Contains(AllGrants, grant) {
			return fmt.Errorf("mockas: the grant type %q is not known; use %s", grant, strings.Join(AllGrants, ", "))
		}
	}
	if c.Nonces != NonceOff && c.Nonces != NonceRequired {
		return fmt.Errorf("mockas: the nonce mode %q is not known; use NonceOff or NonceRequired", c.Nonces)
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

package mutants

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// Choices that every server which takes proofs may make.

// narrow takes proofs for seconds, and none from the future (RFC 9449 §11.1).
func narrow(v *dpop.Verifier) { v.Past, v.Future = 15*time.Second, 10*time.Second }

// brief takes proofs for five seconds: no text sets a least window.
func brief(v *dpop.Verifier) { v.Past = 5 * time.Second }

// wide takes proofs for minutes.
func wide(v *dpop.Verifier) { v.Past, v.Future = 4*time.Minute, 4*time.Minute }

// small takes no proof of more than 4 KiB.
func small(v *dpop.Verifier) { v.MaxLength = 4 << 10 }

// shortIDs takes no jti that is longer than a UUID and its braces need
// (RFC 9449 §11.1 warns of unreasonably large ones).
func shortIDs(v *dpop.Verifier) {
	also("jti", func(p *dpop.Verification) error {
		if len(p.Proof.ID) > 128 {
			return errors.New("jti is too long")
		}
		return nil
	})(v)
}

// wholeSeconds takes no iat with a fraction or an exponent.
func wholeSeconds(v *dpop.Verifier) {
	also("iat", func(p *dpop.Verification) error {
		if value, _ := p.Proof.Claims.Get("iat"); strings.ContainsAny(string(value), ".eE") {
			return errors.New("iat is no whole number")
		}
		return nil
	})(v)
}

// mediaTyped compares typ as a media type (RFC 7515 §4.1.9).
func mediaTyped(v *dpop.Verifier) {
	skipping("typ", func(p *dpop.Verification) bool {
		typ, _ := p.Proof.Header.Text("typ")
		return strings.TrimPrefix(strings.ToLower(typ), "application/") == "dpop+jwt"
	})(v)
}

// byOctets compares the hash in ath octet by octet, in the same time for all.
func byOctets(v *dpop.Verifier) {
	v.Replace("ath", func(p *dpop.Verification) error {
		if p.AccessToken == "" {
			return nil
		}
		given, err := p.Proof.Claims.Text("ath")
		if err != nil {
			return err
		}
		if strings.ContainsAny(given, "+/=\r\n") {
			return errors.New("ath is no base64url")
		}
		digest, err := lenient(given) // lenient about the last bits alone, as Go's decoder is
		right, _ := dpop.DecodeSegment(dpop.TokenHash(p.AccessToken))
		if err != nil || !slices.Equal(digest, right) {
			return errors.New("ath is the hash of something else")
		}
		return nil
	})
}

// claimsFirst looks at the signature when all that is cheaper has passed, and at
// the nonce before anything else is read from the claims.
func claimsFirst(v *dpop.Verifier) {
	moved(v, "signature", "lifetime")
	moved(v, "nonce", "key")
}

// moved puts a check behind another.
func moved(v *dpop.Verifier, name, behind string) {
	at := func(list []dpop.Check, name string) int {
		return slices.IndexFunc(list, func(c dpop.Check) bool { return c.Name == name })
	}
	i := at(v.Checks, name)
	check := v.Checks[i]
	rest := slices.Delete(slices.Clone(v.Checks), i, i+1)
	v.Checks = slices.Insert(rest, at(rest, behind)+1, check)
}

// askingFirst asks for a nonce where it cannot read the one of a proof: a request that
// shows none is answered so (RFC 9449 §8).
func askingFirst(v *dpop.Verifier) {
	v.Checks = slices.Clone(v.Checks) // others may have the same
	for i := range v.Checks {
		if slices.Contains([]string{"field", "size", "form", "objects"}, v.Checks[i].Name) {
			v.Checks[i].Code = dpop.UseNonce
		}
	}
}

// demanding asks for a nonce in every proof.
func demanding(v *dpop.Verifier) { v.Nonces = changing(v) }

// terse gives no reasons.
func terse(v *dpop.Verifier) {
	for _, check := range v.Checks {
		v.Replace(check.Name, func(p *dpop.Verification) error {
			if check.Do(p) != nil {
				return errors.New("no")
			}
			return nil
		})
	}
}

// byKeyAndID remembers the jti of a key wherever it was used.
func byKeyAndID(v *dpop.Verifier) {
	honest := v.Replays
	v.Replays = use(func(p *dpop.Proof, until time.Time) (bool, error) {
		everywhere := *p
		everywhere.URI = "https://all.example/"
		return honest.Use(&everywhere, until)
	})
}

// ownNonces hands every nonce to one key alone: whoever else brings it is asked
// for another (RFC 9449 §8).
func ownNonces(v *dpop.Verifier) {
	var lock sync.Mutex
	owners := map[string]string{}
	honest := v.Check("nonce")
	v.Replace("nonce", func(p *dpop.Verification) error {
		if err := honest(p); err != nil || p.Nonces == nil {
			return err
		}
		nonce, _ := p.Proof.Claims.Text("nonce") // it was just accepted
		lock.Lock()
		defer lock.Unlock()
		if owner, known := owners[nonce]; known && owner != p.Proof.Thumbprint {
			return errors.New("the nonce was given to another key")
		}
		owners[nonce] = p.Proof.Thumbprint
		return nil
	})
}

func changing(v *dpop.Verifier) dpop.Nonces { return always{dpop.NewNonceWindow(usual, v.Clock)} }

func forOneUse(v *dpop.Verifier) dpop.Nonces { return newOnce(v.Clock) }

// always hands out a new nonce with every answer.
type always struct{ *dpop.NonceWindow }

// Next implements dpop.Nonces.
func (n always) Next() string { return n.Rotate() }

// once takes each nonce a single time.
type once struct {
	always
	lock sync.Mutex
	used map[string]bool
}

func newOnce(clock func() time.Time) *once {
	return &once{always: always{dpop.NewNonceWindow(usual, clock)}, used: map[string]bool{}}
}

// Accept implements dpop.Nonces.
func (n *once) Accept(nonce string) error {
	if err := n.always.Accept(nonce); err != nil {
		return err
	}
	n.lock.Lock()
	defer n.lock.Unlock()
	if n.used[nonce] {
		return errors.New("this nonce was used")
	}
	n.used[nonce] = true
	return nil
}

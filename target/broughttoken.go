package target

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// OwnToken is an access token that the configuration brings for an API whose issuer the
// run has nothing to do with.
type OwnToken struct {
	Text    string    // empty: Command prints it
	Command Command   // prints a token in a line, by itself or as a token response (RFC 6749 §5.1)
	Key     *dpop.Key // that it is bound to; nil: none
}

const (
	longestFetch = 30 * time.Second // that a command may take for a token
	mostFetches  = 200              // that a run starts a command for tokens
	ownTokenAge  = 4 * time.Minute  // that a token of unknown life is used
	mostPrinted  = 64 << 10         // octets that a command may print
	mostRefused  = 3                // honest requests in a row until a token counts as ended
)

// ownTokens are those that commands have printed, and what is known of all.
type ownTokens struct {
	mu      sync.Mutex
	kept    map[string]keptOwn // by what they are for
	fetches int
	refused map[string]int // honest requests in a row that were refused as invalid_token, by API
}

type keptOwn struct {
	text  string
	until time.Time
}

// fits says why a token is not bound to the key beside it, as far as it can be seen.
func (o OwnToken) fits() error {
	if bound := confirmed(o.Text); bound != "" && bound != o.Key.Thumbprint {
		return fmt.Errorf("it is bound to the key of the thumbprint %s (cnf.jkt); that of key has %s",
			bound, o.Key.Thumbprint)
	}
	return nil
}

// readPrinted reads what a command printed: a token by itself, or a token response.
func readPrinted(printed []byte) (keptOwn, error) {
	text := strings.TrimSpace(string(printed))
	lives := 2 * ownTokenAge
	if response, err := dpop.ParseObject([]byte(text)); err == nil {
		if text, err = response.Text("access_token"); err != nil {
			return keptOwn{}, errors.New("it printed an object without access_token")
		}
		if seconds, err := response.Number("expires_in"); err == nil && seconds > 0 {
			lives = time.Duration(min(seconds, 3600)) * time.Second
		}
	}
	if !isToken68(text) {
		return keptOwn{}, errors.New("it printed something that is no token")
	}
	if end, found := expiry(text); found {
		lives = min(lives, time.Until(end))
	}
	return keptOwn{text, time.Now().Add(lives / 2)}, nil
}

// expiry is when a JWT says that it ends.
func expiry(token string) (end time.Time, found bool) {
	claims, err := claimsOf(token)
	if err != nil {
		return end, false
	}
	value, has := claims.Get("exp")
	var seconds float64
	if !has || json.Unmarshal(value, &seconds) != nil || seconds < 0 || seconds > 1e11 {
		return end, false
	}
	return time.Unix(int64(seconds), 0), true
}

// endedBy tells when a token ended, empty if it has not.
func endedBy(token string, now time.Time) string {
	if end, found := expiry(token); found && !now.Before(end) {
		return end.UTC().Format(time.RFC3339)
	}
	return ""
}

// confirmed is the thumbprint of the key that a JWT is bound to (RFC 9449 §6.1); empty
// if it says nothing, as an opaque token does.
func confirmed(token string) string {
	claims, err := claimsOf(token)
	if err != nil {
		return ""
	}
	value, _ := claims.Get("cnf")
	cnf, err := dpop.ParseObject(value)
	if err != nil {
		return ""
	}
	thumbprint, _ := cnf.Text("jkt")
	return thumbprint
}

// claimsOf reads the claims of a JWT without a look at its signature.
func claimsOf(token string) (dpop.Object, error) {
	_, payload, _, err := dpop.SplitCompact(token, dpop.DecodeSegment)
	if err != nil {
		return nil, err
	}
	return dpop.ParseObject(payload)
}

// isToken68 reports whether a text can stand behind a scheme in the Authorization field
// (RFC 9110 §11.2).
func isToken68(text string) bool {
	core := len(text)
	for core > 0 && text[core-1] == '=' {
		core--
	}
	for i := range core {
		c := text[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '-', c == '.', c == '_', c == '~', c == '+', c == '/':
		default:
			return false
		}
	}
	return core > 0
}

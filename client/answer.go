package client

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// Answer is what a request met with, as far as decisions hang on it.
type Answer struct {
	Place
	Attempt Attempt
	Proved  bool   // the request carried a proof
	Sent    string // the nonce in that proof

	Err        error // the connection failed: the rest is empty
	Status     int
	Header     http.Header
	Body       []byte           // of an answer with status 400 or 401, at most 64 KiB
	Challenges []dpop.Challenge // of WWW-Authenticate

	Nonce       string // of DPoP-Nonce
	NonceUsable bool
	NonceNeeded bool // RequireNonces is set
	Demanded    bool // the answer asks for a nonce
	Repeatable  bool // the call may be repeated after a transient failure

	// Drift is how far the server's Date lies ahead of the client's idea of
	// now; Dated says that there was one.
	Drift     time.Duration
	Dated     bool
	Tolerance time.Duration
	Now       time.Time

	response *http.Response
}

// OAuthCode returns the member error of a JSON body, or "" (RFC 6749 §5.2).
func (a *Answer) OAuthCode() string {
	object, err := dpop.ParseObject(a.Body)
	if err != nil {
		return ""
	}
	code, err := object.Text("error")
	if err != nil {
		return ""
	}
	return code
}

// challenged reports whether a DPoP challenge has that error code.
func (a *Answer) challenged(code string) bool {
	return slices.ContainsFunc(a.Challenges, func(c dpop.Challenge) bool {
		said, has := c.Get("error")
		return has && said == code && c.Is(dpop.Scheme)
	})
}

// Refused reports whether the answer refuses the request with that error code,
// in a JSON body or in a challenge. Statuses that the specifications do not
// use for it are no refusal, whatever the answer holds; nor is any text that
// merely contains the code.
func (a *Answer) Refused(code string) bool {
	if a.Status != http.StatusBadRequest && a.Status != http.StatusUnauthorized {
		return false
	}
	return a.OAuthCode() == code || a.challenged(code)
}

// challenges reads each field line for itself and keeps what could be read
// before and behind an error: junk in one challenge must not hide another.
func challenges(lines []string) []dpop.Challenge {
	var all []dpop.Challenge
	for _, line := range lines {
		for line != "" {
			read, err := dpop.ParseChallenges([]string{line})
			all = append(all, read...)
			if err == nil {
				break
			}
			line = behindJunk(line)
		}
	}
	return all
}

// behindJunk returns the line from the next place at which a DPoP challenge can
// begin: behind a comma that stands outside of quotes.
func behindJunk(line string) string {
	quoted := false
	for i := 0; i < len(line); i++ {
		switch {
		case quoted && line[i] == '\\':
			i++
		case line[i] == '"':
			quoted = !quoted
		case line[i] == ',' && !quoted:
			rest := strings.TrimLeft(line[i+1:], " \t,")
			scheme, _, _ := strings.Cut(rest, " ")
			if strings.EqualFold(scheme, dpop.Scheme) {
				return rest
			}
		}
	}
	return ""
}

func demandsNonce(a *Answer) bool { return a.Proved && a.Refused(dpop.UseNonce) }

// accept refuses an answer without DPoP-Nonce where a profile demands one.
func accept(a *Answer) error {
	if a.NonceNeeded && a.Proved && !a.NonceUsable {
		return &DPoPError{Code: NonceFailed, Status: a.Status, Message: "the answer to a request with a proof brings no usable DPoP-Nonce, which RequireNonces demands of every server"}
	}
	return nil
}

// retry repeats a request once a nonce was asked for and given, whether or not
// the proof had one already, and what may be repeated after a transient failure.
func retry(a *Answer) (Attempt, bool) {
	next := a.Attempt
	next.Number++
	return next, a.Demanded && a.NonceUsable || a.Repeatable && a.Transient()
}

// Transient reports whether the same request may well succeed later.
func (a *Answer) Transient() bool {
	switch a.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return a.Err != nil
}

// withinTolerance compares the clocks to the second, as Date does.
func withinTolerance(a *Answer) error {
	drift := a.Drift.Truncate(time.Second)
	if !a.Dated || drift.Abs() <= a.Tolerance {
		return nil
	}
	const form = "2006-01-02 15:04:05 UTC"
	e := failure(ClockDrift, "the server's clock says %s, the client's with its skew %s: %v apart, %v are tolerated; correct the clocks, or adjust %s or %s",
		a.Now.Add(a.Drift).UTC().Format(form), a.Now.UTC().Format(form), drift.Abs(), a.Tolerance, EnvClockSkew, EnvClockTolerance)
	e.Status = a.Status
	return e
}

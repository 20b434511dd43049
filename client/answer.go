package client

import (
	"net/http"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// Answer is what a request met with, as far as decisions hang on it.
type Answer struct {
	Destination
	Attempt Attempt // which request of its call it answers
	Proved  bool    // the request carried a proof
	Sent    string  // the nonce in that proof

	Err        error            // the connection failed: the rest is empty
	Status     int              // the HTTP status
	Header     http.Header      // every field line
	Body       []byte           // of an answer with an error status, at most 64 KiB
	Challenges []dpop.Challenge // of WWW-Authenticate

	Nonce         string // of DPoP-Nonce
	NonceUsable   bool   // there is one, and it is a nonce
	NonceRequired bool   // RequireNonces is set
	Demanded      bool   // the answer asks for a nonce
	Retriable     bool   // the request may be sent again after a transient failure

	// Drift is how far the server's Date lies ahead of the client's idea of
	// now; Dated says that there was one.
	Drift     time.Duration
	Dated     bool
	Tolerance time.Duration // how much drift the client bears
	Now       time.Time     // the client's clock, with its skew, when the answer came

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

// Transient reports whether the same request may well succeed later.
func (a *Answer) Transient() bool {
	switch a.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return a.Err != nil
}

// description quotes the server's own words about a refusal.
func (a *Answer) description() string {
	for _, challenge := range a.Challenges {
		if text, has := challenge.Get("error_description"); has && challenge.Is(dpop.Scheme) {
			return ": " + quote(text)
		}
	}
	if object, err := dpop.ParseObject(a.Body); err == nil {
		if text, err := object.Text("error_description"); err == nil {
			return ": " + quote(text)
		}
	}
	return ""
}

// discard drops the answer and keeps its connection.
func (a *Answer) discard() {
	if a.response != nil {
		drain(a.response.Body)
	}
}

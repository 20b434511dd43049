package client

import (
	"strconv"
	"strings"
	"time"
)

// The environment variables of the documented SDK.
const (
	EnvPublicKey      = "AUTH0_DPOP_PUBLIC_KEY"      // SubjectPublicKeyInfo as PEM
	EnvPrivateKey     = "AUTH0_DPOP_PRIVATE_KEY"     // PKCS#8 or SEC 1 as PEM
	EnvClockSkew      = "AUTH0_DPOP_CLOCK_SKEW"      // see DPoPOptions.ClockSkew
	EnvClockTolerance = "AUTH0_DPOP_CLOCK_TOLERANCE" // see DPoPOptions.ClockTolerance
	EnvRetryDelay     = "AUTH0_RETRY_DELAY"          // see RetryOptions.Delay
	EnvRetryJitter    = "AUTH0_RETRY_JITTER"         // see RetryOptions.Jitter
)

// wholeNumber reads decimal digits with at most a minus sign: no exponent, no
// unit, no blanks, and no number that a duration cannot hold.
func wholeNumber(text string) (int64, error) {
	digits := strings.TrimPrefix(text, "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseInt(text, 10, 32)
}

// truth reads a yes or a no as environment files write it. known is false for
// anything else.
func truth(text string) (yes, known bool) {
	switch strings.ToLower(text) {
	case "true", "1", "yes", "on":
		return true, true
	case "false", "0", "no", "off":
		return false, true
	}
	return false, false
}

// unitName is how an error names the unit of a number.
func unitName(unit time.Duration) string {
	if unit == time.Second {
		return "seconds"
	}
	return "milliseconds"
}

package client

import (
	"strconv"
	"strings"
	"time"
)

// The environment variables of the documented SDK.
const (
	EnvPublicKey      = "AUTH0_DPOP_PUBLIC_KEY"
	EnvPrivateKey     = "AUTH0_DPOP_PRIVATE_KEY"
	EnvClockSkew      = "AUTH0_DPOP_CLOCK_SKEW"
	EnvClockTolerance = "AUTH0_DPOP_CLOCK_TOLERANCE"
	EnvRetryDelay     = "AUTH0_RETRY_DELAY"
	EnvRetryJitter    = "AUTH0_RETRY_JITTER"
)

// AdvisedTolerance is the clock tolerance above which the client warns.
const AdvisedTolerance = 30 * time.Second

// settings are the DPoP options after code, environment and defaults.
type settings struct {
	skew, tolerance, delay time.Duration
	jitter                 bool
	unavailable            bool
	requireNonces          bool
}

// resolve settles each field on its own: code, then environment, then default.
func (o DPoPOptions) resolve(env func(string) (string, bool)) (settings, error) {
	s := settings{unavailable: o.Retry.Unavailable, requireNonces: o.RequireNonces}
	durations := []struct {
		into     *time.Duration
		code     *time.Duration
		variable string
		unit     time.Duration
		standard time.Duration
		option   string
		negative bool // allowed
	}{
		{&s.skew, o.ClockSkew, EnvClockSkew, time.Second, 0, "DPoP.ClockSkew", true},
		{&s.tolerance, o.ClockTolerance, EnvClockTolerance, time.Second, AdvisedTolerance, "DPoP.ClockTolerance", false},
		{&s.delay, o.Retry.Delay, EnvRetryDelay, time.Millisecond, 100 * time.Millisecond, "DPoP.Retry.Delay", false},
	}
	for _, d := range durations {
		*d.into = d.standard
		text, set := env(d.variable)
		switch {
		case d.code != nil:
			if *d.code < 0 && !d.negative {
				return s, failure(ConfigurationError, "%s is %v; it must not be negative", d.option, *d.code)
			}
			*d.into = *d.code
		case set:
			count, err := wholeNumber(text)
			if err != nil || (count < 0 && !d.negative) {
				return s, failure(ConfigurationError, "%s=%q: give a whole number of %s%s", d.variable, text, unitName(d.unit), notNegative(d.negative))
			}
			*d.into = time.Duration(count) * d.unit
		}
	}
	return s, o.Retry.resolveJitter(&s.jitter, env)
}

func (o RetryOptions) resolveJitter(into *bool, env func(string) (string, bool)) error {
	*into = true
	if o.Jitter != nil {
		*into = *o.Jitter
		return nil
	}
	text, set := env(EnvRetryJitter)
	if !set {
		return nil
	}
	switch strings.ToLower(text) {
	case "true", "1", "yes", "on":
	case "false", "0", "no", "off":
		*into = false
	default:
		return failure(ConfigurationError, "%s=%q: give true or false", EnvRetryJitter, text)
	}
	return nil
}

// wholeNumber reads decimal digits with at most a minus sign: no exponent, no
// unit, no blanks, and no number that a duration cannot hold.
func wholeNumber(text string) (int64, error) {
	digits := strings.TrimPrefix(text, "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseInt(text, 10, 32)
}

func unitName(unit time.Duration) string {
	if unit == time.Second {
		return "seconds"
	}
	return "milliseconds"
}

func notNegative(allowed bool) string {
	if allowed {
		return ""
	}
	return " that is not negative"
}

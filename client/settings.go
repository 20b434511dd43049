package client

import "time"

// AdvisedTolerance is the clock tolerance above which the client warns.
const AdvisedTolerance = 30 * time.Second

// settings are the DPoP options after code, environment and defaults.
type settings struct {
	skew, tolerance, delay time.Duration
	jitter                 bool
	unavailable            bool
	requireNonces          bool
}

// span is one duration among the DPoP options.
type span struct {
	into     *time.Duration
	code     *time.Duration
	option   string // its name in code
	variable string // its name in the environment
	unit     time.Duration
	standard time.Duration
	negative bool // allowed
}

// resolve settles each field on its own: code, then environment, then default.
func (o DPoPOptions) resolve(env func(string) (string, bool)) (settings, error) {
	s := settings{unavailable: o.Retry.Unavailable, requireNonces: o.RequireNonces}
	const (
		tolerance = AdvisedTolerance
		delay     = 100 * time.Millisecond
	)
	for _, d := range []span{
		{&s.skew, o.ClockSkew, "DPoP.ClockSkew", EnvClockSkew, time.Second, 0, true},
		{&s.tolerance, o.ClockTolerance, "DPoP.ClockTolerance", EnvClockTolerance, time.Second, tolerance, false},
		{&s.delay, o.Retry.Delay, "DPoP.Retry.Delay", EnvRetryDelay, time.Millisecond, delay, false},
	} {
		var err error
		if *d.into, err = d.resolve(env); err != nil {
			return s, err
		}
	}
	var err error
	s.jitter, err = o.Retry.resolveJitter(env)
	return s, err
}

// resolve settles one duration.
func (d span) resolve(env func(string) (string, bool)) (time.Duration, error) {
	if d.code != nil {
		if *d.code < 0 && !d.negative {
			return 0, failure(ConfigurationError, "%s is %v; it must not be negative", d.option, *d.code)
		}
		return *d.code, nil
	}
	text, set := env(d.variable)
	if !set {
		return d.standard, nil
	}
	count, err := wholeNumber(text)
	if err != nil || count < 0 && !d.negative {
		sign := " that is not negative"
		if d.negative {
			sign = ""
		}
		return 0, failure(ConfigurationError, "%s=%q: give a whole number of %s%s",
			d.variable, text, unitName(d.unit), sign)
	}
	return time.Duration(count) * d.unit, nil
}

// resolveJitter settles Jitter.
func (o RetryOptions) resolveJitter(env func(string) (string, bool)) (bool, error) {
	if o.Jitter != nil {
		return *o.Jitter, nil
	}
	text, set := env(EnvRetryJitter)
	if !set {
		return true, nil
	}
	jitter, known := truth(text)
	if !known {
		return false, failure(ConfigurationError, "%s=%q: give true or false", EnvRetryJitter, text)
	}
	return jitter, nil
}

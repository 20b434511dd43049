package target

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dpopspec/dpopspec/mockas"
)

// Setting is something about a target that a flag or an environment variable
// can say instead of the configuration file. Flags win over the environment,
// the environment over the file, the file over what is built in.
type Setting struct {
	Flag     string
	Variable string
	Key      string // in the configuration file
	Doc      string
	apply    func(*Target, string) error
}

// Settings lists what can be said outside the file.
var Settings = []Setting{
	{"profile", "DPOPSPEC_PROFILE", "profile",
		"verdicts and parameters of a community: rfc9449 (default), strict, fapi2, haip, singpass, helseid, " +
			"okta, camara, atproto, mcp, solid",
		func(t *Target, value string) error { t.Profile = value; return nil }},
	{"like", "DPOPSPEC_LIKE", "as.like",
		"whom the embedded authorization server looks like: " + strings.Join(mockas.LookNames(), ", "), lookLike},
	{"timeout", "DPOPSPEC_TIMEOUT", "limits.timeout",
		"how long one request may take, such as 10s", readTimeout},
	{"rate", "DPOPSPEC_RATE", "limits.rate",
		"requests to real parties, such as 5/s; the default is 5/s beyond this machine", readRate},
	{"budget", "DPOPSPEC_BUDGET", "limits.budget",
		"requests to real parties in all; 0 means no limit", readBudget},
	{"time", "DPOPSPEC_TIME", "limits.time",
		"how long the whole run may take, such as 10m: what has not begun by then is not run; 0 means no limit", readTime},
	{"pause", "DPOPSPEC_PAUSE", "limits.pause",
		"how long to wait at most when a real party answers 429 (default 60s)", readPause},
	{"patience", "DPOPSPEC_PATIENCE", "limits.patience",
		"how long a measurement that takes time, such as the lifetime of a nonce, may wait at a real party, " +
			"such as 10m; the default is not to wait", readPatience},
	{"level", "DPOPSPEC_LEVEL", "limits.level",
		"how much of the built-in scenarios is tried: quick (at most 300 requests), standard (the default where a " +
			"party is real) or full (where all are embedded); cases named by id run whatever the level", readLevel},
	{"ca", "DPOPSPEC_CA", "connection.ca",
		"PEM file of the only certificate authorities to trust", trustFile},
	{"proxy", "DPOPSPEC_PROXY", "connection.proxy",
		"URL of a proxy: http, https or socks5", (*Target).throughProxy},
	{"insecure", "DPOPSPEC_INSECURE", "connection.insecure",
		"do not verify TLS certificates; every report says so", readInsecure},
}

// Apply lets a value take the place of what the file says.
func (s Setting) Apply(t *Target, value, from string) error {
	if err := s.apply(t, value); err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return nil
}

// ApplyEnvironment lets the variables DPOPSPEC_… take the place of what the
// file says. An empty variable says nothing.
func (t *Target) ApplyEnvironment(env func(string) (string, bool)) error {
	for _, s := range Settings {
		if value, set := env(s.Variable); set && value != "" {
			if err := s.Apply(t, value, s.Variable); err != nil {
				return err
			}
		}
	}
	return nil
}

// trustFile takes a path from the folder the command runs in.
func trustFile(t *Target, file string) error {
	here := Target{}
	if err := here.trustOnly(file); err != nil {
		return err
	}
	t.Connection.Roots = here.Connection.Roots
	return nil
}

func readInsecure(t *Target, value string) error {
	insecure, err := strconv.ParseBool(value)
	if err != nil {
		return fmt.Errorf("%q is neither true nor false", value)
	}
	t.Connection.Insecure = insecure
	return nil
}

package client

import (
	"strconv"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/fixtures"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/target"
)

func environmentSteps(v *vocabulary.Vocabulary) {
	v.Word("key-variable", "Half of the key pair in the client's environment.", keyVariables...)
	v.Word("unusable", "What a variable can hold instead of its half of the key pair.", unusable.Forms()...)
	v.Word("key-pair", "What the client's environment holds for a key pair.", keyPairs.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Given(`^the variable (AUTH0_\w+) is "([^"]*)"$`, (*Actor).variableIs,
		"Sets a variable of the client's environment.",
		`Given the variable AUTH0_RETRY_DELAY is "400"`)
	g.Given(`^the variable {key-variable} holds {unusable}$`, (*Actor).variableHolds,
		"Puts something unusable into half of the key pair in the client's environment.",
		"Given the variable AUTH0_DPOP_PRIVATE_KEY holds garbage")
	g.Given(`^the environment holds {key-pair}$`, (*Actor).environmentHolds,
		"Gives the client's environment a key pair, written in that form or of that kind; half a pair; or none.",
		"Given the environment holds the pair with escaped line breaks")
}

// envClockSkew is where a client that follows the documentation takes its skew.
const envClockSkew = "AUTH0_DPOP_CLOCK_SKEW"

var keyVariables = []string{envPublicKey, envPrivateKey}

// readsEnvironment is for cases about how a client reads its environment by
// itself.
func (a *Actor) readsEnvironment() error { return a.needs(target.ReadsEnvironment) }

func (a *Actor) variableIs(name, value string) error {
	if err := a.readsEnvironment(); err != nil {
		return err
	}
	a.env[name] = value
	if seconds, err := strconv.Atoi(value); name == envClockSkew && a.setup.Options.ClockSkew == nil && err == nil {
		a.skew = time.Duration(seconds) * time.Second
	}
	a.restart()
	return nil
}

func (a *Actor) variableHolds(variable, what string) error {
	write, err := unusable.Of(what)
	if err != nil {
		return err
	}
	if err := a.readsEnvironment(); err != nil {
		return err
	}
	key, err := a.Key("client")
	if err != nil {
		return err
	}
	a.env[variable] = write(a.env[variable], key)
	a.spoilt = true
	a.restart()
	return nil
}

// keyPairs change what the client's environment holds for a key pair.
var keyPairs = vocabulary.Meanings[func(*Actor) error]{
	"a generated pair, written as the lines of an environment file": generatedLines,
	"the pair with real line breaks":                                rewritten(asPEM),
	"the pair with escaped line breaks":                             rewritten(replaced("\n", `\n`)),
	"the pair with CRLF":                                            rewritten(replaced("\n", "\r\n")),
	"the pair in double quotes":                                     rewritten(quoted(`"`)),
	"the pair in single quotes":                                     rewritten(quoted("'")),
	"the pair with blanks around":                                   rewritten(blanksAround),
	"the pair without a last line break":                            rewritten(quoted("")),
	"the pair with SEC 1 for the private half":                      rewritten(sec1),
	"the pair with indented lines":                                  rewritten(replaced("\n", "\n    ")),
	"a pair on P-384":                                               pairFor("ES384"),
	"a pair on P-521":                                               pairFor("ES512"),
	"a pair on RSA":                                                 pairFor("RS256"),
	"a pair on Ed25519":                                             pairFor("EdDSA"),
	"a pair on secp256k1":                                           secp256k1,
	"halves of different pairs":                                     mixed,
	"only AUTH0_DPOP_PUBLIC_KEY":                                    without(envPrivateKey),
	"only AUTH0_DPOP_PRIVATE_KEY":                                   without(envPublicKey),
	"no key pair":                                                   without(envPublicKey, envPrivateKey),
}

func (a *Actor) environmentHolds(what string) error {
	change, err := keyPairs.Of(what)
	if err != nil {
		return err
	}
	if err := a.readsEnvironment(); err != nil {
		return err
	}
	if err := change(a); err != nil {
		return err
	}
	a.restart()
	return nil
}

// generatedLines is what a client in this process writes down of a key pair that
// it has generated.
func generatedLines(a *Actor) error {
	if err := a.needs(target.InProcess); err != nil {
		return err
	}
	key, err := client.GenerateKey()
	if err != nil {
		return err
	}
	lines, err := client.Environment(key)
	if err != nil {
		return err
	}
	for _, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		name, value, _ := strings.Cut(line, "=")
		a.env[name] = value
	}
	a.SetKey("client", key)
	return nil
}

// rewritten writes both halves in a form.
func rewritten(write pemForm) func(*Actor) error {
	return func(a *Actor) error {
		key, err := a.Key("client")
		if err != nil {
			return err
		}
		for _, variable := range keyVariables {
			a.env[variable] = write(a.env[variable], key)
		}
		return nil
	}
}

// pairFor is a key pair that is not for ES256.
func pairFor(algorithm string) func(*Actor) error {
	return func(a *Actor) error {
		key, err := a.NewKey("environment", algorithm)
		if err != nil {
			return err
		}
		return a.setKey(key)
	}
}

func secp256k1(a *Actor) error {
	a.spoilt = true
	a.env[envPublicKey], a.env[envPrivateKey] = fixtures.Secp256k1Public, fixtures.Secp256k1Private
	return nil
}

// mixed is the private half of one pair and the public half of another.
func mixed(a *Actor) error {
	a.spoilt = true
	other, err := a.Key("another pair")
	if err != nil {
		return err
	}
	pair, err := pemPairOf(other)
	a.env[envPublicKey] = pair.Public
	return err
}

func without(variables ...string) func(*Actor) error {
	return func(a *Actor) error {
		for _, name := range variables {
			delete(a.env, name)
		}
		return nil
	}
}

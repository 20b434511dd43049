package client

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/target"
)

func keySteps(v *vocabulary.Vocabulary) {
	v.Word("signing-key", "The key pair of the client, or the algorithm that it is for.", signingKeys.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Given(`^the client signs with {signing-key}$`, (*Actor).signsWith,
		"Gives the client a key pair: in its environment, or in code beside the one in its environment; or none, and "+
			"lets it make one where that is an option.",
		"Given the client signs with PS256")
	g.When(`^the client's key pair is rotated$`, (*Actor).rotates,
		"Lets the client bind new tokens to another key pair.",
		"When the client's key pair is rotated")
}

var signingKeys = vocabulary.Meanings[func(*Actor) error]{
	"ES384": forAlgorithm("ES384"),
	"ES512": forAlgorithm("ES512"),
	"RS256": forAlgorithm("RS256"),
	"PS256": forAlgorithm("PS256"),
	"EdDSA": forAlgorithm("EdDSA"),
	"a key whose coordinate begins with zeros": withZeros,
	"a key pair of its own making":             ownKeyPair,
	"a key that it cannot export":              unexportableKey,
	"the key of its environment":               (*Actor).arrange,
	"another key pair, given in code":          pairInCode,
	"a JWK without y, given in code":           jwkInCode(func(jwk *dpop.Object) { jwk.Delete("y") }),
	"a JWK of an unknown kty, given in code":   jwkInCode(func(jwk *dpop.Object) { jwk.Set("kty", "XYZ") }),
	"a JWK whose point is off the curve, given in code": jwkInCode(func(jwk *dpop.Object) {
		x, _ := jwk.Get("x")
		jwk.Set("y", x)
	}),
}

func (a *Actor) signsWith(what string) error {
	give, err := signingKeys.Of(what)
	if err != nil {
		return err
	}
	return give(a)
}

// setKey gives the client's environment another key pair.
func (a *Actor) setKey(key *dpop.Key) error {
	if err := a.needs(target.CanEnvironmentKeys); err != nil {
		return err
	}
	pair, err := pemPairOf(key)
	if err != nil {
		return err
	}
	a.SetKey("client", key)
	a.env[envPublicKey], a.env[envPrivateKey] = pair.Public, pair.Private
	a.restart()
	return nil
}

func forAlgorithm(name string) func(*Actor) error {
	return func(a *Actor) error {
		if err := a.needs(target.CanAlgorithms); err != nil {
			return err
		}
		key, err := a.NewKey("environment", name)
		if err != nil {
			return err
		}
		a.setup.Algorithm = name
		return a.setKey(key)
	}
}

// withZeros looks for an ES256 key pair whose x or y begins with a zero octet.
func withZeros(a *Actor) error {
	for {
		pair, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return err
		}
		point, err := pair.PublicKey.Bytes() // 4, x, y
		if err != nil {
			return err
		}
		if point[1] != 0 && point[33] != 0 {
			continue
		}
		key, err := dpop.NewKey(pair, "ES256")
		if err != nil {
			return err
		}
		return a.setKey(key)
	}
}

func ownKeyPair(a *Actor) error {
	if err := a.needs(target.CanEnvironmentKeys); err != nil {
		return err
	}
	delete(a.env, envPublicKey)
	delete(a.env, envPrivateKey)
	if a.hello.Can(target.CanGenerateKey) {
		a.setup.Options.Key = "generated"
	}
	a.restart()
	return nil
}

// unexportableKey is one of the client's own making, as in a hardware security
// module; there is none in the environment.
func unexportableKey(a *Actor) error {
	if err := a.needs(target.TakesUnexportableKey); err != nil {
		return err
	}
	delete(a.env, envPublicKey)
	delete(a.env, envPrivateKey)
	a.setup.Options.Key = target.KeyUnexportable
	a.restart()
	return nil
}

func pairInCode(a *Actor) error {
	if err := a.needs(target.TakesKey); err != nil {
		return err
	}
	key, err := a.Key("given in code")
	if err != nil {
		return err
	}
	pair, err := pemPairOf(key)
	a.setup.Options.KeyPEM = &pair
	return err
}

// jwkInCode gives the client a private JWK that a change has broken.
func jwkInCode(broken func(jwk *dpop.Object)) func(*Actor) error {
	return func(a *Actor) error {
		if err := a.needs(target.TakesKey); err != nil {
			return err
		}
		key, err := a.Key("client")
		if err != nil {
			return err
		}
		jwk, err := key.PrivateJWK()
		if err != nil {
			return err
		}
		broken(&jwk)
		a.spoilt = true
		a.setup.Options.KeyJWK = jwk.JSON()
		return nil
	}
}

func (a *Actor) rotates() error {
	if err := a.needs(target.CanRotate); err != nil {
		return err
	}
	key, err := a.Key("rotated")
	if err != nil {
		return err
	}
	pair, err := pemPairOf(key)
	if err != nil {
		return err
	}
	a.outdated, a.problem, a.rotated = a.told.AccessToken, nil, true
	err = a.outcome(a.driver.Rotate(a.Context, pair))
	a.early = a.problem // with the old key, nothing can be said of the new one
	return err
}

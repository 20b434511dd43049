package client

import (
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// GenerateKey makes a key pair for proofs: ES256, on P-256.
func GenerateKey() (*dpop.Key, error) { return dpop.GenerateKey("ES256") }

// Environment returns the two lines of an environment file that hold the key
// pair. They contain the private key: write them where secrets may be.
func Environment(key *dpop.Key) (string, error) {
	private, public, err := key.PEM()
	if err != nil {
		return "", failureBy(err, KeyExportFailed, "the key pair cannot be written as PEM")
	}
	line := func(name, text string) string {
		return name + `="` + strings.ReplaceAll(strings.TrimSpace(text), "\n", `\n`) + "\"\n"
	}
	return line(EnvPublicKey, public) + line(EnvPrivateKey, private), nil
}

// loadKey returns the key pair that the options or the environment name.
func loadKey(o Options, accept func(*dpop.Key) error) (*dpop.Key, error) {
	given := 0
	for _, is := range []bool{o.Key != nil, o.KeyPEM != nil, o.KeyJWK != nil, o.GenerateKey, o.KeyPerLogin} {
		if is {
			given++
		}
	}
	if given > 1 {
		return nil, failure(ConfigurationError,
			"Key, KeyPEM, KeyJWK, GenerateKey and KeyPerLogin exclude each other; set one")
	}
	key, err := findKey(o)
	if err != nil {
		return nil, err
	}
	if err := accept(key); err != nil {
		return nil, err
	}
	return key, nil
}

// findKey takes the first source that is given; the environment comes last.
func findKey(o Options) (*dpop.Key, error) {
	switch {
	case o.Key != nil:
		return o.Key, nil
	case o.KeyPEM != nil:
		return pemPair(o.KeyPEM.Public, "KeyPEM.Public", o.KeyPEM.Private, "KeyPEM.Private")
	case o.KeyJWK != nil:
		return jwkPair(o.KeyJWK)
	case o.GenerateKey, o.KeyPerLogin:
		key, err := GenerateKey()
		if err != nil {
			return nil, failureBy(err, ConfigurationError, "no key pair could be generated")
		}
		return key, nil
	}
	public, hasPublic := o.Env(EnvPublicKey)
	private, hasPrivate := o.Env(EnvPrivateKey)
	if !hasPublic && !hasPrivate {
		return nil, failure(ConfigurationError,
			"DPoP is switched on but there is no key pair; "+
				"set %s and %s, or give Key, KeyPEM, KeyJWK, GenerateKey or KeyPerLogin",
			EnvPublicKey, EnvPrivateKey)
	}
	return pemPair(public, EnvPublicKey, private, EnvPrivateKey)
}

// pemPair reads both halves and refuses a pair that is none: a half pair must
// never end in a silent switch to Bearer.
func pemPair(public, publicName, private, privateName string) (*dpop.Key, error) {
	for _, half := range []struct{ text, name, other string }{
		{public, publicName, privateName},
		{private, privateName, publicName},
	} {
		if strings.TrimSpace(half.text) == "" {
			return nil, failure(ConfigurationError,
				"%s is empty or not set though %s is set; set both halves of the key pair", half.name, half.other)
		}
	}
	publicKey, err := dpop.ParsePublicPEM(cleanPEM(public))
	if err != nil {
		return nil, unusable(publicName, public, err)
	}
	key, err := dpop.ParsePEM(cleanPEM(private))
	if err != nil {
		return nil, unusable(privateName, private, err)
	}
	if !dpop.SameKey(key.Public(), publicKey) {
		return nil, failure(ConfigurationError,
			"%s and %s are halves of different key pairs; generate a new pair and set both", publicName, privateName)
	}
	return key, nil
}

// jwkPair reads a private JWK. What has no thumbprint, because its public
// members are incomplete or no point of the curve, is told from the rest.
func jwkPair(text []byte) (*dpop.Key, error) {
	jwk, err := dpop.ParseObject(text)
	if err != nil {
		return nil, failureBy(err, KeyExportFailed, "KeyJWK: %v", err)
	}
	if crv, err := jwk.Text("crv"); err == nil && crv != "P-256" {
		return nil, notES256("KeyJWK", crv)
	}
	if _, err := dpop.ParsePublicKey(jwk); err != nil {
		return nil, failureBy(err, ThumbprintFailed, "KeyJWK has no thumbprint: %v; generate the key pair anew", err)
	}
	key, err := dpop.ParseJWK(text)
	if err != nil {
		return nil, failureBy(err, KeyExportFailed, "KeyJWK: %v", err)
	}
	return key, nil
}

// loginKey is the key of a login that begins: a new one where each login has its
// own, else the client's.
func loginKey(own bool, current *dpop.Key) (*dpop.Key, error) {
	if !own {
		return current, nil
	}
	key, err := GenerateKey()
	if err != nil {
		return nil, failureBy(err, ConfigurationError, "no key pair could be generated for the login")
	}
	return key, nil
}

// es256Only is the honest rule for keys: the documentation knows ES256 alone.
func es256Only(key *dpop.Key) error {
	if key.Algorithm != "ES256" {
		return notES256("the key pair", key.Algorithm+" ("+dpop.CurveName(key.Public())+")")
	}
	return nil
}

// notES256 is the failure for a key of another kind.
func notES256(name, found string) error {
	return failure(ConfigurationError, "%s is %s; only ES256 keys, on P-256, are taken", name, found)
}

// thumbprint is the honest dpop_jkt (RFC 9449 §10): the RFC 7638 thumbprint of
// the public half, computed anew from what the proofs will carry.
func thumbprint(key *dpop.Key) (string, error) {
	jkt, err := dpop.Thumbprint(key.JWK())
	if err != nil {
		return "", failureBy(err, ThumbprintFailed, "the key pair has no thumbprint: %v", err)
	}
	return jkt, nil
}

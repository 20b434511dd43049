package client

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/fixtures"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// pemForm writes half of a key pair in another form than the PEM text that it is
// given.
type pemForm func(text string, key *dpop.Key) string

// unusable is what a variable can hold instead of its half of the pair.
var unusable = vocabulary.Meanings[pemForm]{
	"garbage":                 func(string, *dpop.Key) string { return "this is not a key" },
	"a PEM cut in the middle": func(text string, _ *dpop.Key) string { return text[:len(text)/2] },
	"a PEM on one line": func(text string, _ *dpop.Key) string {
		return strings.ReplaceAll(strings.TrimSpace(text), "\n", " ")
	},
	"the base64 of a PEM": func(text string, _ *dpop.Key) string {
		return base64.StdEncoding.EncodeToString([]byte(text))
	},
	"DER": func(text string, _ *dpop.Key) string {
		block, _ := pem.Decode([]byte(text))
		return base64.StdEncoding.EncodeToString(block.Bytes)
	},
	"an encrypted PKCS#8 key": func(string, *dpop.Key) string { return fixtures.EncryptedPrivate },
	"the public key":          publicHalf,
	"the private key":         privateHalf,
	"a certificate": func(text string, _ *dpop.Key) string {
		return strings.NewReplacer("PRIVATE KEY", "CERTIFICATE", "PUBLIC KEY", "CERTIFICATE").Replace(text)
	},
}

func publicHalf(_ string, key *dpop.Key) string {
	pair, _ := pemPairOf(key)
	return pair.Public
}

func privateHalf(_ string, key *dpop.Key) string {
	pair, _ := pemPairOf(key)
	return pair.Private
}

func asPEM(text string, _ *dpop.Key) string { return text }

func replaced(old, by string) pemForm {
	return func(text string, _ *dpop.Key) string { return strings.ReplaceAll(text, old, by) }
}

// quoted is without a last line break.
func quoted(quote string) pemForm {
	return func(text string, _ *dpop.Key) string { return quote + strings.TrimSpace(text) + quote }
}

func blanksAround(text string, _ *dpop.Key) string { return "  \n" + text + "  " }

// sec1 writes a private half as SEC 1 does (RFC 5915).
func sec1(text string, key *dpop.Key) string {
	private, ok := key.Private().(*ecdsa.PrivateKey)
	if !ok || !strings.Contains(text, "PRIVATE") {
		return text
	}
	der, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		return text
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

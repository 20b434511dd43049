package client

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/fixtures"
)

// pair is a key pair with its two PEM texts.
func pair(t *testing.T, algorithm string) (key *dpop.Key, public, private string) {
	t.Helper()
	key, err := dpop.GenerateKey(algorithm)
	if err != nil {
		t.Fatal(err)
	}
	private, public, err = key.PEM()
	if err != nil {
		t.Fatal(err)
	}
	return key, public, private
}

// rsaPair is an RSA key pair as two PEM texts: a fixture, for to make one takes
// as long as all the rest of these tests.
func rsaPair(t *testing.T) (public, private string) {
	t.Helper()
	key, err := dpop.ParsePEM(fixtures.RSAKey)
	if err != nil {
		t.Fatal(err)
	}
	private, public, err = key.PEM()
	if err != nil {
		t.Fatal(err)
	}
	return public, private
}

// fromEnvironment is a client whose environment holds these halves of a key
// pair; "-" leaves one out.
func fromEnvironment(public, private string) (*Client, error) {
	values := map[string]string{}
	if public != "-" {
		values[EnvPublicKey] = public
	}
	if private != "-" {
		values[EnvPrivateKey] = private
	}
	return New(Options{Issuer: issuer, UseDPoP: true, Env: environment(values)})
}

func TestAPairInTheEnvironmentLoadsInEveryFormOfEnvironmentFiles(t *testing.T) {
	key, public, private := pair(t, "ES256")
	sec1DER, err := x509.MarshalECPrivateKey(key.Private().(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	sec1 := string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1DER}))
	same := func(s string) string { return s }
	for _, row := range []struct {
		name    string
		form    func(string) string
		private string
	}{
		{"real newlines", same, private},
		{"escaped newlines", func(s string) string { return strings.ReplaceAll(s, "\n", `\n`) }, private},
		{"escaped carriage returns", func(s string) string { return strings.ReplaceAll(s, "\n", `\r\n`) }, private},
		{"CRLF", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }, private},
		{"double quotes", func(s string) string { return `"` + s + `"` }, private},
		{"single quotes, escapes",
			func(s string) string { return "'" + strings.ReplaceAll(s, "\n", `\n`) + "'" }, private},
		{"blanks around", func(s string) string { return " \t\n" + s + "\n \n" }, private},
		{"indented", func(s string) string { return strings.ReplaceAll(s, "\n", "\n    ") }, private},
		{"SEC 1", same, sec1},
	} {
		c, err := fromEnvironment(row.form(public), row.form(row.private))
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		if jkt, _ := c.Thumbprint(); jkt != key.Thumbprint {
			t.Errorf("%s: thumbprint %s, want %s", row.name, jkt, key.Thumbprint)
		}
	}
}

func TestAnUnusableKeyIsAnErrorWithItsCodeAndNamesItsPlace(t *testing.T) {
	key, public, private := pair(t, "ES256")
	_, otherPublic, _ := pair(t, "ES256")
	_, public384, private384 := pair(t, "ES384")
	_, public521, private521 := pair(t, "ES512")
	publicRSA, privateRSA := rsaPair(t)
	_, publicEd, privateEd := pair(t, "Ed25519")
	privateDER, _ := pem.Decode([]byte(private))
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der224, _ := x509.MarshalPKCS8PrivateKey(p224)
	private224 := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der224}))
	koblitz := string(pem.EncodeToMemory(&pem.Block{
		Type:  "PUBLIC KEY",
		Bytes: []byte("\x30\x10\x06\x07*\x86H\xce=\x02\x01\x06\x05\x2b\x81\x04\x00\x0a"),
	}))
	inBase64 := func(text []byte) string { return base64.StdEncoding.EncodeToString(text) }
	encrypted := string(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: privateDER.Bytes}))
	for _, row := range []struct {
		name, public, private string
		code                  Code
		says                  []string
	}{
		{"garbage", "garbage", private, KeyExportFailed, []string{EnvPublicKey, "PEM"}},
		{"garbage private", public, "garbage", KeyExportFailed, []string{EnvPrivateKey, "PEM"}},
		{"truncated", public, private[:len(private)-60], KeyExportFailed, []string{EnvPrivateKey}},
		{"base64 of a PEM", public, inBase64([]byte(private)), KeyExportFailed,
			[]string{EnvPrivateKey, "base64 of a PEM"}},
		{"DER", public, string(privateDER.Bytes), KeyExportFailed, []string{EnvPrivateKey, "DER"}},
		{"base64 of DER", public, inBase64(privateDER.Bytes), KeyExportFailed, []string{EnvPrivateKey, "DER"}},
		{"encrypted", public, encrypted, KeyExportFailed, []string{EnvPrivateKey, "encrypted"}},
		{"swapped", private, public, KeyExportFailed, []string{EnvPublicKey, "private key where"}},
		{"one line", strings.ReplaceAll(public, "\n", " "), private, KeyExportFailed,
			[]string{EnvPublicKey, "line breaks"}},
		{"two blocks", public + public, private, KeyExportFailed, []string{EnvPublicKey}},
		{"public alone", public, "-", ConfigurationError, []string{EnvPrivateKey, EnvPublicKey}},
		{"private alone", "-", private, ConfigurationError, []string{EnvPublicKey}},
		{"empty private", public, " ", ConfigurationError, []string{EnvPrivateKey}},
		{"no key", "-", "-", ConfigurationError, []string{EnvPublicKey, EnvPrivateKey}},
		{"halves of two pairs", otherPublic, private, ConfigurationError, []string{"different key pairs"}},
		{"P-384", public384, private384, ConfigurationError, []string{"ES384", "P-384"}},
		{"P-521", public521, private521, ConfigurationError, []string{"ES512", "P-521"}},
		{"RSA", publicRSA, privateRSA, ConfigurationError, []string{"RSA"}},
		{"Ed25519", publicEd, privateEd, ConfigurationError, []string{"Ed25519"}},
		{"P-224", public, private224, ConfigurationError, []string{EnvPrivateKey, "P-224"}},
		{"secp256k1", koblitz, private, ConfigurationError, []string{"secp256k1"}},
	} {
		_, err := fromEnvironment(row.public, row.private)
		if codeOf(err) != row.code {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		for _, word := range row.says {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%s: %q does not name %s", row.name, err, word)
			}
		}
		for _, secret := range secretsOf(t, key, private) {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error shows key material: %v", row.name, err)
			}
		}
	}
}

// secretsOf returns texts that must never be seen: d, in its usual spellings,
// and lines of the PEM text.
func secretsOf(t *testing.T, key *dpop.Key, private string) []string {
	t.Helper()
	jwk, err := key.PrivateJWK()
	if err != nil {
		t.Fatal(err)
	}
	d, _ := jwk.Text("d")
	lines := strings.Split(private, "\n")
	return []string{d, lines[1][48:], lines[2][:20]}
}

func TestAJWKWithoutAThumbprintIsAnErrorWithItsCode(t *testing.T) {
	key, _, _ := pair(t, "ES256")
	change := func(edit func(*dpop.Object)) []byte {
		jwk, err := key.PrivateJWK()
		if err != nil {
			t.Fatal(err)
		}
		edit(&jwk)
		return jwk.JSON()
	}
	x, _ := key.JWK().Text("x")
	for _, row := range []struct {
		name string
		jwk  []byte
		code Code
	}{
		{"whole", change(func(*dpop.Object) {}), ""},
		{"no y", change(func(o *dpop.Object) { o.Delete("y") }), ThumbprintFailed},
		{"unsupported kty", change(func(o *dpop.Object) { o.Set("kty", "oct") }), ThumbprintFailed},
		{"point off the curve", change(func(o *dpop.Object) { o.Set("y", x) }), ThumbprintFailed},
		{"another curve", change(func(o *dpop.Object) { o.Set("crv", "secp256k1") }), ConfigurationError},
		{"public half only", change(func(o *dpop.Object) { o.Delete("d") }), KeyExportFailed},
		{"no JSON", []byte("{"), KeyExportFailed},
	} {
		_, err := New(Options{UseDPoP: true, KeyJWK: row.jwk, Env: environment(nil)})
		if codeOf(err) != row.code {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}

func TestAKeyInCodeWinsOverTheEnvironment(t *testing.T) {
	inEnv, public, private := pair(t, "ES256")
	inCode, _, _ := pair(t, "ES256")
	env := environment(map[string]string{EnvPublicKey: public, EnvPrivateKey: private})
	for _, row := range []struct {
		key  *dpop.Key
		want string
	}{{nil, inEnv.Thumbprint}, {inCode, inCode.Thumbprint}} {
		c, err := New(Options{UseDPoP: true, Key: row.key, Env: env})
		if err != nil {
			t.Fatal(err)
		}
		if jkt, _ := c.Thumbprint(); jkt != row.want {
			t.Errorf("thumbprint %s, want %s", jkt, row.want)
		}
	}
	_, err := New(Options{UseDPoP: true, Key: inCode, GenerateKey: true, Env: env})
	if codeOf(err) != ConfigurationError {
		t.Errorf("two sources of keys in code: %v", err)
	}
}

func TestTheEnvironmentLinesOfAGeneratedPairLoadAgain(t *testing.T) {
	key, err := GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	text, err := Environment(key)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		name, value, _ := strings.Cut(line, "=")
		values[name] = value
	}
	c, err := New(Options{UseDPoP: true, Env: environment(values)})
	if err != nil {
		t.Fatal(err)
	}
	if jkt, _ := c.Thumbprint(); jkt != key.Thumbprint {
		t.Errorf("thumbprint %s, want %s", jkt, key.Thumbprint)
	}
}

func TestABadKeySendsNothing(t *testing.T) {
	w := newWorld(t)
	c := w.client(func(o *Options) {
		o.UseDPoP, o.GenerateKey = false, false
		o.Env = environment(map[string]string{EnvPublicKey: "garbage", EnvPrivateKey: "garbage"})
	})
	if _, err := c.Fetcher(FetcherOptions{BaseURL: apiURL, UseDPoP: new(true)}); codeOf(err) != KeyExportFailed {
		t.Errorf("fetcher: %v", err)
	}
	if _, err := c.Token(t.Context(), TokenOptions{UseDPoP: new(true)}); codeOf(err) != KeyExportFailed {
		t.Errorf("token: %v", err)
	}
	if n := len(w.sent(issuer + "/token")); n != 0 {
		t.Errorf("%d token requests left", n)
	}
}

package dpop

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/lestrrat-go/jwx/v2/jwk"
)

func TestEveryAlgorithmSignsWhatTheOtherLibraryVerifies(t *testing.T) {
	for _, name := range AlgorithmNames() {
		key := mustKey(t, name)
		proof, err := NewProof(key, occasions["API"], testTime)
		if err != nil {
			t.Fatal(err)
		}
		verifier := NewVerifier(testClock)
		verifier.Algorithms = []string{name}
		o := occasions["API"]
		judged, refusal := verifier.Verify(Request{
			Method: o.Method, TargetURI: o.URI, Fields: []string{proof},
			AccessToken: o.AccessToken, Bound: key.Thumbprint,
		})
		if refusal != nil {
			t.Errorf("%s: %v", name, refusal)
			continue
		}
		if !SameKey(judged.Key, key.Public()) {
			t.Errorf("%s: another key came out", name)
		}
	}
}

func TestThumbprintsAgreeWithBothLibraries(t *testing.T) {
	for _, name := range []string{"ES256", "ES384", "ES512", "EdDSA", "RS256"} {
		key := mustKey(t, name)
		if err := sameThumbprint(key.JWK().JSON()); err != nil {
			t.Errorf("%s, go-jose: %v", name, err)
		}
		theirs, err := jwk.FromRaw(key.Public())
		if err != nil {
			t.Fatal(err)
		}
		sum, err := theirs.Thumbprint(crypto.SHA256)
		if err != nil || EncodeSegment(sum) != key.Thumbprint {
			t.Errorf("%s, jwx: %s, %v", name, EncodeSegment(sum), err)
		}
		private, err := key.PrivateJWK()
		if err != nil {
			t.Fatal(err)
		}
		if thumbprint, err := Thumbprint(private); err != nil || thumbprint != key.Thumbprint {
			t.Errorf("%s: the private JWK has the thumbprint %s, %v", name, thumbprint, err)
		}
		if !Thumbprint43(key.Thumbprint) {
			t.Errorf("%s: %s has not the form of a thumbprint", name, key.Thumbprint)
		}
	}
}

func TestAnRSAKeyIsWrittenMinimally(t *testing.T) {
	jwk := mustKey(t, "RS256").JWK()
	if e, err := jwk.Text("e"); err != nil || e != "AQAB" {
		t.Errorf("e is %q, %v", e, err)
	}
	if n, err := jwk.Octets("n"); err != nil || len(n) != 256 || n[0] == 0 {
		t.Errorf("n has %d octets, %v", len(n), err)
	}
}

func TestAKeyNeverShowsItsPrivateHalf(t *testing.T) {
	for _, name := range []string{"ES256", "EdDSA", "RS256"} {
		key := mustKey(t, name)
		private, err := key.PrivateJWK()
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			fmt.Fprintf(&out, verb+"\n", key)
			fmt.Fprintf(&out, verb+"\n", struct{ K *Key }{key})
			fmt.Fprintf(&out, verb+"\n", []*Key{key})
		}
		for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
			slog.New(handler).Info("key", "key", key, "in", struct{ K *Key }{key}, "list", []*Key{key})
		}
		encoded, err := json.Marshal(map[string]any{"key": key})
		if err != nil {
			t.Fatal(err)
		}
		out.Write(encoded)
		out.WriteString(fmt.Errorf("wrapped: %v", key).Error())
		if secret := shown(out.String(), private); secret != "" {
			t.Errorf("%s: %s is shown", name, secret)
		}
		if !strings.Contains(out.String(), key.Thumbprint) {
			t.Errorf("%s: the key does not say who it is", name)
		}
	}
}

// shown names the private member of a JWK that an output holds in any of the
// usual notations.
func shown(output string, private Object) string {
	for _, name := range PrivateMembers(private) {
		secret, err := private.Octets(name)
		if err != nil || len(secret) < 8 {
			continue
		}
		part := secret[4:8]
		decimal := strings.Trim(fmt.Sprint(part), "[]")
		for _, text := range []string{
			EncodeSegment(secret), base64.StdEncoding.EncodeToString(secret),
			fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret),
			fmt.Sprintf("%x", secret[:16]), decimal, strings.ReplaceAll(decimal, " ", ", "), string(secret[:8]),
		} {
			if strings.Contains(output, text) {
				return name
			}
		}
	}
	return ""
}

func TestAKeyComesBackFromEveryPEMForm(t *testing.T) {
	for _, name := range []string{"ES256", "ES384", "ES512", "EdDSA", "RS256"} {
		key := mustKey(t, name)
		private, public, err := key.PEM()
		if err != nil {
			t.Fatal(err)
		}
		forms := map[string]string{"PKCS#8": private, "PKCS#8 between empty lines": "\n" + private + "\n\n"}
		switch signer := key.Private().(type) {
		case *ecdsa.PrivateKey:
			der, err := x509.MarshalECPrivateKey(signer)
			if err != nil {
				t.Fatal(err)
			}
			forms["SEC 1"] = string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
		case *rsa.PrivateKey:
			block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(signer)}
			forms["PKCS#1"] = string(pem.EncodeToMemory(block))
		}
		for form, text := range forms {
			back, err := ParsePEM([]byte(text))
			if err != nil || back.Thumbprint != key.Thumbprint || back.Algorithm != name {
				t.Errorf("%s, %s: %v, %v", name, form, back, err)
			}
		}
		if back, err := ParsePublicPEM([]byte(public)); err != nil || !SameKey(back, key.Public()) {
			t.Errorf("%s, public: %v", name, err)
		}
	}
}

func TestABadPEMSaysWhatToDoAndNotWhatItHolds(t *testing.T) {
	key := mustKey(t, "ES256")
	private, public, err := key.PEM()
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(private))
	body := base64.StdEncoding.EncodeToString(block.Bytes)
	named := func(name string, octets []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: name, Bytes: octets}))
	}
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p224DER, err := x509.MarshalPKCS8PrivateKey(p224)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, says string }{
		{"empty", "", "no PEM block"},
		{"no block", "hello", "no PEM block"},
		{"bare base64", body, "no PEM block"},
		{"line breaks lost", strings.ReplaceAll(private, "\n", " "), "no PEM block"},
		{"line breaks escaped", strings.ReplaceAll(private, "\n", `\n`), "no PEM block"},
		{"cut short", private[:len(private)/2], "no PEM block"},
		{"two keys", private + private, "one key alone"},
		{"text behind it", private + "x", "one key alone"},
		{"a public key", public, "public key where a private key"},
		{"a certificate", named("CERTIFICATE", block.Bytes), "CERTIFICATE"},
		{"encrypted", named("ENCRYPTED PRIVATE KEY", block.Bytes), "decrypt"},
		{"damaged", named("PRIVATE KEY", block.Bytes[:20]), "usable"},
		{"wrong label SEC 1", named("EC PRIVATE KEY", block.Bytes), "usable"},
		{"wrong label PKCS#1", named("RSA PRIVATE KEY", block.Bytes), "usable"},
		{"a curve that JOSE lacks", named("PRIVATE KEY", p224DER), ""},
	} {
		_, err := ParsePEM([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if strings.Contains(err.Error(), body[30:50]) {
			t.Errorf("%s: the error shows the key", c.name)
		}
	}
	if _, err := ParsePublicPEM([]byte(private)); err == nil {
		t.Error("a private key was taken for a public one")
	}
	if _, err := ParsePublicPEM([]byte(named("CERTIFICATE", nil))); err == nil {
		t.Error("a certificate was taken for a public key")
	}
}

func TestAKeyComesBackFromItsJWK(t *testing.T) {
	for _, name := range []string{"ES256", "ES384", "ES512", "EdDSA", "RS256"} {
		key := mustKey(t, name)
		private, err := key.PrivateJWK()
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseJWK(private.JSON())
		if err != nil || back.Thumbprint != key.Thumbprint {
			t.Errorf("%s: %v, %v", name, back, err)
		}
		if _, err := ParseJWK(key.JWK().JSON()); err == nil {
			t.Errorf("%s: a public JWK was taken for a private one", name)
		}
	}
}

func TestAPrivateJWKMustFitTogether(t *testing.T) {
	for _, name := range []string{"ES256", "EdDSA", "RS256"} {
		private, err := mustKey(t, name).PrivateJWK()
		if err != nil {
			t.Fatal(err)
		}
		d, err := private.Octets("d")
		if err != nil {
			t.Fatal(err)
		}
		wrong := bytes.Clone(d)
		wrong[len(wrong)-1] ^= 2
		for what, value := range map[string]string{
			"of another key": EncodeSegment(wrong), "short": EncodeSegment(d[1:]), "empty": "",
			"padded": EncodeSegment(d) + "=",
		} {
			changed := private.Clone()
			changed.Set("d", value)
			if name == "RS256" && what == "empty" {
				changed.Delete("p")
			}
			if key, err := ParseJWK(changed.JSON()); err == nil {
				t.Errorf("%s: d is %s, yet %v was read", name, what, key)
			}
		}
	}
}

func TestAPointOffItsCurveIsRefusedByThatName(t *testing.T) {
	jwk := mustKey(t, "ES256").JWK()
	x, _ := jwk.Get("x")
	jwk.Set("y", x)
	if _, err := ParsePublicKey(jwk); !errors.Is(err, ErrNotOnCurve) {
		t.Errorf("%v", err)
	}
	jwk.Set("y", "AA")
	if _, err := ParsePublicKey(jwk); err == nil || errors.Is(err, ErrNotOnCurve) {
		t.Errorf("%v", err)
	}
}

func TestAKeyForTheWrongAlgorithmIsRefused(t *testing.T) {
	for _, c := range []struct{ key, algorithm string }{
		{"ES256", "ES384"}, {"ES256", "RS256"}, {"ES256", "EdDSA"}, {"EdDSA", "ES256"}, {"RS256", "ES256"},
		{"ES256", "HS256"}, {"ES256", "none"},
	} {
		if key, err := mustKey(t, c.key).WithAlgorithm(c.algorithm); err == nil {
			t.Errorf("%s with a key for %s: %v", c.algorithm, c.key, key)
		}
	}
	if _, err := GenerateKey("HS256"); err == nil {
		t.Error("a key pair for HS256 was made")
	}
}

func TestGoJoseReadsOurPublicKeys(t *testing.T) {
	for _, name := range []string{"ES256", "ES384", "ES512", "EdDSA", "RS256"} {
		key := mustKey(t, name)
		var theirs jose.JSONWebKey
		if err := theirs.UnmarshalJSON(key.JWK().JSON()); err != nil || !SameKey(theirs.Key, key.Public()) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeysOfDifferentTypesAreNotTheSame(t *testing.T) {
	ec, ed := mustKey(t, "ES256").Public(), mustKey(t, "EdDSA").Public()
	if SameKey(ec, ed) || SameKey(ed, ec) || SameKey(nil, ec) || !SameKey(ed, ed.(ed25519.PublicKey)) {
		t.Error("keys are compared wrongly")
	}
}

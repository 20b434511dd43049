package dpop

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// inUTF16 is a text as Windows writes it.
func inUTF16(text string, little bool) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		if little {
			b = append(b, byte(unit), byte(unit>>8))
		} else {
			b = append(b, byte(unit>>8), byte(unit))
		}
	}
	return string(b)
}

func certificate(t *testing.T, key *Key) string {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key.Private())
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func TestAKeyFileHasItsThumbprintInEveryForm(t *testing.T) {
	key := mustKey(t, "ES256")
	private, public, err := key.PEM()
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(key.Private().(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	block := string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1}))
	// What openssl ecparam -name prime256v1 -genkey writes: the curve's name, then the key.
	curve := string(pem.EncodeToMemory(&pem.Block{
		Type: "EC PARAMETERS", Bytes: []byte("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07")}))
	privateJWK, err := key.PrivateJWK()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"PKCS#8": private, "SEC 1": block, "openssl ecparam -genkey": curve + block, "the curve behind": block + curve,
		"text before": "ASN1 OID: prime256v1\n" + private, "CRLF": strings.ReplaceAll(private, "\n", "\r\n"),
		"BOM": "\ufeff" + private, "UTF-16 LE": inUTF16(private, true), "UTF-16 BE": inUTF16(private, false),
		"a JWK": string(privateJWK.JSON()), "a JWK with BOM": "\ufeff" + string(privateJWK.JSON()),
		"a JWK in UTF-16": inUTF16(string(privateJWK.JSON()), true),
	} {
		if loaded, err := ParseKey([]byte(text)); err != nil || loaded.Thumbprint != key.Thumbprint {
			t.Errorf("%s: %v, %v", name, loaded, err)
		}
		if got, err := Thumbprints([]byte(text)); err != nil || len(got) != 1 || got[0].Thumbprint != key.Thumbprint {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for name, text := range map[string]string{
		"SPKI": public, "a certificate": certificate(t, key), "a public JWK": string(key.JWK().JSON()),
	} {
		if got, err := Thumbprints([]byte(text)); err != nil || len(got) != 1 || got[0].Thumbprint != key.Thumbprint {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		if loaded, err := ParseKey([]byte(text)); err == nil {
			t.Errorf("%s: taken for the private key %v", name, loaded)
		}
	}
	rsaKey := mustKey(t, "RS256")
	pkcs1 := x509.MarshalPKCS1PublicKey(rsaKey.Public().(*rsa.PublicKey))
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: pkcs1})
	if got, err := Thumbprints(text); err != nil || got[0].Thumbprint != rsaKey.Thumbprint {
		t.Errorf("PKCS#1: %v, %v", got, err)
	}
}

func TestEachKeyOfASetHasItsThumbprint(t *testing.T) {
	first, second := mustKey(t, "ES256"), mustKey(t, "EdDSA")
	jwk := first.JWK()
	jwk.Set("kid", "one")
	set := `{"keys":[` + string(jwk.JSON()) + `,` + string(second.JWK().JSON()) + `]}`
	got, err := Thumbprints([]byte(set))
	want := []Printed{{first.Thumbprint, "one"}, {second.Thumbprint, ""}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := ParseKey([]byte(set)); err == nil || !strings.Contains(err.Error(), "one of them alone") {
		t.Errorf("%v", err)
	}
}

func TestAKeyFileThatCannotBeReadNamesItsFormAndTheRemedy(t *testing.T) {
	private, _, err := mustKey(t, "ES256").PEM()
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(private))
	named := func(name string, headers map[string]string) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: name, Headers: headers, Bytes: block.Bytes}))
	}
	for name, test := range map[string]struct{ text, says string }{
		"PKCS#8, encrypted": {named("ENCRYPTED PRIVATE KEY", nil), "openssl pkey"},
		"SEC 1, encrypted": {named("EC PRIVATE KEY", map[string]string{
			"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00"}), "openssl pkey"},
		"OpenSSH":                    {named("OPENSSH PRIVATE KEY", nil), "ssh-keygen -p -m PKCS8"},
		"a public key of OpenSSH":    {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== me", "ssh-keygen -e"},
		"a public key of RFC 4716":   {"---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n", "ssh-keygen -e"},
		"PuTTY":                      {"PuTTY-User-Key-File-3: ssh-rsa\n", "puttygen"},
		"DER":                        {string(block.Bytes), "DER"},
		"a curve and no key":         {named("EC PARAMETERS", nil), "-genkey"},
		"line breaks written as \\n": {strings.ReplaceAll(private, "\n", `\n`), "real ones"},
		"line breaks lost":           {strings.ReplaceAll(private, "\n", ""), "lost"},
		"half a UTF-16":              {inUTF16(private, true) + "x", "cut"},
		"UTF-32":                     {"\xff\xfe\x00\x00-\x00\x00\x00", "UTF-32"},
		"an array":                   {"[]", "not a JSON object"},
		"an empty set":               {`{"keys":[]}`, ""},
		"a set of no keys":           {`{"keys":7}`, "no array"},
	} {
		_, loaded := ParseKey([]byte(test.text))
		_, printed := Thumbprints([]byte(test.text))
		for _, err := range []error{loaded, printed} {
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

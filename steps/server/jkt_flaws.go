package server

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/proof"
)

// malformed makes the values of a dpop_jkt that is no SHA-256 thumbprint in
// base64url (RFC 9449 §10), or one too many.
func malformed(key *dpop.Key, malformation string) ([]string, error) {
	right := key.Thumbprint
	digest, err := dpop.DecodeSegment(right)
	if err != nil {
		return nil, err
	}
	switch malformation {
	case "empty":
		return []string{""}, nil
	case "42 characters long":
		return []string{right[:42]}, nil
	case "44 characters long":
		return []string{right + "A"}, nil
	case "in other letter case":
		return []string{proof.SwapCase(right)}, nil
	case "padded":
		return []string{right + "="}, nil
	case "in the plain base64 alphabet":
		return []string{plain(digest)}, nil
	case "4096 characters long":
		return []string{strings.Repeat("A", 4096)}, nil
	case "a SHA-384 thumbprint":
		sum := sha512.Sum384(thumbprintInput(key))
		return []string{dpop.EncodeSegment(sum[:])}, nil
	case "a SHA-512 thumbprint":
		sum := sha512.Sum512(thumbprintInput(key))
		return []string{dpop.EncodeSegment(sum[:])}, nil
	case "given twice":
		sum := sha256.Sum256([]byte("another key"))
		return []string{right, dpop.EncodeSegment(sum[:])}, nil
	}
	return nil, fmt.Errorf("no dpop_jkt is called %q", malformation)
}

// plain writes a digest with + and / where base64url has - and _; a digest
// that needs neither is changed so that it does.
func plain(digest []byte) string {
	text := base64.RawStdEncoding.EncodeToString(digest)
	if !strings.ContainsAny(text, "+/") {
		text = "+/" + text[2:]
	}
	return text
}

// thumbprintInput is the input of a thumbprint (RFC 7638 §3).
func thumbprintInput(key *dpop.Key) []byte {
	var members dpop.Object
	for _, name := range []string{"crv", "e", "kty", "n", "x", "y"} {
		if value, found := key.JWK().Get(name); found {
			members.Add(name, value)
		}
	}
	return members.JSON()
}

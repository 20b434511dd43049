package client

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"strings"
)

// cleanPEM undoes what environment files do to a PEM text: surrounding quotes
// and blanks, \n written as two characters, carriage returns, indented lines.
func cleanPEM(text string) []byte {
	text = strings.TrimSpace(text)
	for _, quote := range []string{`"`, `'`} {
		if len(text) > 1 && strings.HasPrefix(text, quote) && strings.HasSuffix(text, quote) {
			text = strings.TrimSpace(text[1 : len(text)-1])
			break
		}
	}
	text = strings.NewReplacer(`\r\n`, "\n", `\n`, "\n", "\r\n", "\n", "\r", "\n").Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return []byte(strings.TrimSpace(strings.Join(lines, "\n")) + "\n")
}

// unusable names the form that was found instead of PEM, where it can tell.
func unusable(name, text string, cause error) error {
	if curve := unsupportedCurve(text); curve != "" {
		return failure(ConfigurationError, "%s holds a key on %s; only ES256 keys, on P-256, are taken", name, curve)
	}
	hint := ""
	cleaned := strings.TrimSpace(string(cleanPEM(text)))
	decoded, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(cleaned, "\n", ""))
	switch {
	case err == nil && bytes.Contains(decoded, []byte("-----BEGIN")):
		hint = "; this is base64 of a PEM text, decode it first"
	case strings.HasPrefix(text, "\x30") || (err == nil && len(decoded) > 0 && decoded[0] == 0x30):
		hint = "; this looks like DER without its PEM armour"
	case strings.Contains(cleaned, "-----BEGIN") && !strings.Contains(cleaned, "\n"):
		hint = "; the PEM text has lost its line breaks, write them as \\n"
	}
	return failureBy(cause, KeyExportFailed, "%s: %v%s", name, cause, hint)
}

// unsupportedCurve names curves that the standard library cannot load, so that
// an error can say which curve it met. The identifiers are those of SEC 2.
func unsupportedCurve(text string) string {
	block, _ := pem.Decode(cleanPEM(text))
	if block == nil {
		return ""
	}
	for name, identifier := range map[string]string{
		"secp256k1": "\x06\x05\x2b\x81\x04\x00\x0a",
		"P-224":     "\x06\x05\x2b\x81\x04\x00\x21",
		"P-192":     "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x01",
	} {
		if bytes.Contains(block.Bytes, []byte(identifier)) {
			return name
		}
	}
	return ""
}

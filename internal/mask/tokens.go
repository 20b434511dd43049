package mask

import (
	"bytes"
	"regexp"
	"slices"
)

// issued are the tokens in an answer. A value that holds an ellipsis was masked before.
var issued = regexp.MustCompile(`"(?:access_token|refresh_token|id_token|device_code|pre-authorized_code|registration_access_token)"` +
	`\s*:\s*"([^"\\\s…]{16,})"`)

// Issued are the tokens that the body of an answer hands out, for [Secrets.And].
func Issued(body []byte) []string {
	if !bytes.Contains(body, []byte("_token")) && !bytes.Contains(body, []byte("_code")) {
		return nil
	}
	var tokens []string
	for _, found := range issued.FindAllSubmatch(body, -1) {
		tokens = append(tokens, string(found[1]))
	}
	return tokens
}

// presented is the value of an Authorization field with a token (RFC 6750
// §2.1, RFC 9449 §7.1).
var presented = regexp.MustCompile(`(?i)^[ \t]*(?:dpop|bearer)[ \t]+([^\s,"…]{16,})[ \t]*$`)

// Presented are the tokens that the Authorization fields of a request present,
// for [Secrets.And].
func Presented(authorization []string) []string {
	var tokens []string
	for _, value := range authorization {
		if found := presented.FindStringSubmatch(value); found != nil && !slices.Contains(tokens, found[1]) {
			tokens = append(tokens, found[1])
		}
	}
	return tokens
}

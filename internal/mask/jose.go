package mask

import (
	"encoding/base64"
	"strings"
)

// findTokens finds JWS and JWE in compact form: base64url segments between
// dots, the first of which is a JSON object.
func findTokens(s string, spans []span) []span {
	for dot := strings.IndexByte(s, '.'); dot >= 0; {
		from, to := dot, dot
		for from > 0 && base64url[s[from-1]] {
			from--
		}
		dots := 0
		for to < len(s) && (base64url[s[to]] || s[to] == '.') {
			if s[to] == '.' {
				dots++
			}
			to++
		}
		if dots >= 2 && isJOSEHeader(s[from:dot]) {
			spans = append(spans, span{from, to, token(s[from:to], 10)})
		}
		next := strings.IndexByte(s[to:], '.')
		if next < 0 {
			break
		}
		dot = to + next
	}
	return spans
}

func isJOSEHeader(segment string) bool {
	if len(segment) < 12 {
		return false
	}
	header, err := base64.RawURLEncoding.DecodeString(segment)
	if err != nil { // a spoilt header may still carry a good payload
		header, err = base64.RawURLEncoding.DecodeString(segment[:len(segment)/4*4])
	}
	text := strings.TrimSpace(string(header))
	return err == nil && strings.HasPrefix(text, "{") && (len(text) == 1 || isText(text[1]))
}

// isText tells an object of JSON, be it spoilt, from a name such as express-api.known.txt
// that happens to decode to an octet of the value of a brace.
func isText(c byte) bool { return c >= ' ' && c < 0x7f || isSpace(c) }

// cutToken is where a compact token begins of which a text ends with less than
// three segments; the length of the text if it does not.
func cutToken(s string) int {
	at := len(s)
	for at > 0 && (base64url[s[at-1]] || s[at-1] == '.') {
		at--
	}
	if run := s[at:]; strings.Count(run, ".") < 2 && beginsObject(run) {
		return at
	}
	return len(s)
}

// beginsObject says whether a text in base64 begins as an object of JSON does.
func beginsObject(s string) bool {
	if len(s) < 4 {
		return false
	}
	first, err := base64.RawURLEncoding.DecodeString(s[:4])
	return err == nil && first[0] == '{' && (first[1] == '"' || isSpace(first[1]))
}

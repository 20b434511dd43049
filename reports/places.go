package reports

import (
	"encoding/base64"
	"strings"
)

// This file finds secrets by their place in a text: header fields, parameters,
// members of JSON, PEM blocks, compact tokens, passwords in URLs.

// secretNames are the parameters and members whose values are secret, in small letters.
var secretNames = set("client_secret", "client_assertion", "assertion", "refresh_token", "access_token", "id_token",
	"id_token_hint", "subject_token", "actor_token", "logout_token", "token", "code", "code_verifier", "device_code",
	"registration_access_token", "password", "authorization", "proxy-authorization", "cookie", "set-cookie")

// privateNames are the members of a JWK that hold the private key, RFC 7518 §6.
var privateNames = set("d", "p", "q", "dp", "dq", "qi", "k", "oth")

func set(names ...string) map[string]bool {
	s := map[string]bool{}
	for _, name := range names {
		s[name] = true
	}
	return s
}

// findByPlace appends the secrets that their place gives away.
func findByPlace(s string, spans []span) []span {
	spans = findFields(s, spans)
	spans = findParameters(s, spans)
	spans = findMembers(s, spans)
	spans = findPEM(s, spans)
	spans = findTokens(s, spans)
	return findPasswords(s, spans)
}

// findPEM finds private keys in PEM; one without an end goes to the end of the text.
func findPEM(s string, spans []span) []span {
	const frame = "-----"
	for at := 0; ; {
		i := strings.Index(s[at:], "-----BEGIN")
		if i < 0 {
			return spans
		}
		from := at + i
		at = from + len("-----BEGIN")
		title, _, ok := strings.Cut(s[at:], frame)
		if !ok || len(title) > 40 || !strings.Contains(title, "PRIVATE") {
			continue
		}
		to := len(s)
		if end := strings.Index(s[at:], "-----END"); end >= 0 {
			end += at + len("-----END")
			if close := strings.Index(s[end:], frame); close >= 0 {
				to = end + close + len(frame)
			}
		}
		spans = append(spans, span{from, to, "[masked private key]"})
		at = to
	}
}

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

var base64url = func() (is [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
		is[c] = true
	}
	return is
}()

func isJOSEHeader(segment string) bool {
	if len(segment) < 12 {
		return false
	}
	header, err := base64.RawURLEncoding.DecodeString(segment)
	if err != nil { // a spoilt header may still carry a good payload
		header, err = base64.RawURLEncoding.DecodeString(segment[:len(segment)/4*4])
	}
	return err == nil && strings.HasPrefix(strings.TrimSpace(string(header)), "{")
}

// findPasswords finds the user information of URLs.
func findPasswords(s string, spans []span) []span {
	for at := 0; ; {
		i := strings.Index(s[at:], "://")
		if i < 0 {
			return spans
		}
		from := at + i + len("://")
		at = from
		end := strings.IndexAny(s[from:], "/?#\"'<> \t\r\n\\")
		if end < 0 {
			end = len(s) - from
		}
		if sign := strings.LastIndexByte(s[from:from+end], '@'); sign >= 0 {
			user, password, ok := strings.Cut(s[from:from+sign], ":")
			if ok && password != "" {
				spans = append(spans, span{from + len(user) + 1, from + sign, masked})
			}
		}
	}
}

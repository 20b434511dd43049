package mask

import "strings"

// findFields finds the values of Authorization, Cookie and Set-Cookie in raw
// messages and in command lines (-H 'Authorization: …').
//
// One that stands in what another hides altogether is left out: a line of ten thousand of
// them would have ten thousand times ten thousand values.
func findFields(s string, spans []span) []span {
	ends := next{s: s, of: unfolded, at: -1}
	hidden, cookies := 0, 0 // until where credentials and the values of cookies are masked
	for colon := strings.IndexByte(s, ':'); colon >= 0; {
		name := strings.ToLower(wordBefore(s, colon))
		switch name {
		case "authorization", "proxy-authorization":
			if colon >= hidden {
				before := len(spans)
				spans = maskCredentials(s, colon+1, fieldEnd(s, colon, &ends), spans)
				if len(spans) > before {
					hidden = spans[before].to
				}
			}
		case "cookie", "set-cookie":
			if colon >= hidden && colon >= cookies {
				end := fieldEnd(s, colon, &ends)
				spans = maskCookies(s, colon+1, end, name == "cookie", spans)
				if name == "cookie" {
					cookies = end
				}
			}
		}
		next := strings.IndexByte(s[colon+1:], ':')
		if next < 0 {
			break
		}
		colon += 1 + next
	}
	return spans
}

// unfolded is the end of a line with those that continue it (obs-fold, RFC 9112 §5.2).
func unfolded(s string) int {
	for at := 0; ; {
		line := strings.IndexByte(s[at:], '\n')
		if line < 0 {
			return -1
		}
		if at += line; at+1 == len(s) || s[at+1] != ' ' && s[at+1] != '\t' {
			return at
		}
		at++
	}
}

// fieldEnd is the end of the value of the field whose colon is given: the end of its
// line. A field in quotes ends with the quote.
func fieldEnd(s string, colon int, ends *next) int {
	end := ends.from(colon + 1)
	start := colon - len(wordBefore(s, colon))
	if start > 0 && (s[start-1] == '\'' || s[start-1] == '"') {
		if quote := strings.IndexByte(s[colon:end], s[start-1]); quote >= 0 {
			end = colon + quote
		}
	}
	return end
}

// trim narrows from and to by white space.
func trim(s string, from, to int) (int, int) {
	for from < to && isSpace(s[from]) {
		from++
	}
	for to > from && isSpace(s[to-1]) {
		to--
	}
	return from, to
}

// maskCredentials masks the value of an Authorization field. The scheme stays;
// of a token of scheme DPoP or Bearer the first characters stay too; of other
// schemes nothing, since the first characters of Basic credentials may be a
// whole name and a part of the secret.
func maskCredentials(s string, from, to int, spans []span) []span {
	from, to = trim(s, from, to)
	if from == to {
		return spans
	}
	scheme := s[from:to]
	if space := strings.IndexAny(scheme, " \t\r\n"); space >= 0 {
		scheme = scheme[:space]
	} else { // a token without a scheme, or a scheme without a token
		if isScheme(scheme) || isMask(scheme) {
			return spans
		}
		return append(spans, span{from, to, masked})
	}
	if !isScheme(scheme) {
		return append(spans, span{from, to, masked})
	}
	from, to = trim(s, from+len(scheme), to)
	if isMask(s[from:to]) {
		return spans
	}
	with := masked
	lower, credentials := strings.ToLower(scheme), s[from:to]
	if (lower == "dpop" || lower == "bearer") && !strings.ContainsAny(credentials, " \t\r\n,") {
		with = token(credentials, 6)
	}
	return append(spans, span{from, to, with})
}

// maskCookies masks the values of cookies; names stay, and so do the
// attributes of Set-Cookie, which say how a cookie is protected.
func maskCookies(s string, from, to int, all bool, spans []span) []span {
	for first := true; from < to && (first || all); first = false {
		end := strings.IndexByte(s[from:to], ';')
		if end < 0 {
			end = to
		} else {
			end += from
		}
		a, b := trim(s, from, end)
		if equals := strings.IndexByte(s[a:b], '='); equals >= 0 {
			a += equals + 1
		}
		if a < b && s[a:b] != masked {
			spans = append(spans, span{a, b, masked})
		}
		from = end + 1
	}
	return spans
}

package reports

import "strings"

// findParameters finds the values of secret parameters in forms and queries,
// and in queries that are themselves percent-encoded inside another.
func findParameters(s string, spans []span) []span {
	for at := 0; ; {
		i := strings.IndexAny(s[at:], "=%")
		if i < 0 {
			return spans
		}
		at += i
		from, stop := at+1, "&"
		if s[at] == '%' {
			if !strings.HasPrefix(s[at:], "%3D") && !strings.HasPrefix(s[at:], "%3d") {
				at++
				continue
			}
			from, stop = at+3, "%26"
		}
		name := wordBefore(s, at)
		if stop == "%26" { // the escape before the name ends in two letters or digits that look like the name
			name = afterEscape(s, at-len(name), name)
		}
		if secretNames[strings.ToLower(name)] {
			to := valueEnd(s, from, stop)
			if value := s[from:to]; value != "" && !isMask(value) {
				spans = append(spans, span{from, to, parameterMask(name, value)})
			}
		}
		at = from
	}
}

// afterEscape is the name without the rest of a percent escape before it.
func afterEscape(s string, start int, name string) string {
	if start > 0 && s[start-1] == '%' && len(name) > 2 {
		return name[2:]
	}
	return name
}

func valueEnd(s string, from int, stop string) int {
	to := len(s)
	if i := strings.IndexAny(s[from:], "&\"'<> \t\r\n\\"); i >= 0 {
		to = from + i
	}
	if i := strings.Index(s[from:to], stop); i >= 0 {
		to = from + i
	}
	return to
}

// findMembers finds the values of secret members in JSON, also in JSON that is
// itself inside a JSON string. The private members of a JWK have short names
// that others use: their values count if they are long or if the text speaks of a key.
func findMembers(s string, spans []span) []span {
	key := strings.Contains(s, "kty")
	for colon := strings.IndexByte(s, ':'); colon >= 0; {
		if name, ok := memberBefore(s, colon); ok && (secretNames[strings.ToLower(name)] || privateNames[name]) {
			if from, to := valueOfMember(s, colon+1); to > from && !isMask(s[from:to]) {
				switch {
				case secretNames[strings.ToLower(name)]:
					spans = append(spans, span{from, to, memberMask(name, s[from:to])})
				case key || to-from >= 16:
					spans = append(spans, span{from, to, masked})
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

// wholeSecrets are the parameters of which not even the first characters stay:
// they live longer than a token.
var wholeSecrets = set("client_secret", "password", "code_verifier", "registration_access_token")

func parameterMask(name, value string) string {
	if wholeSecrets[strings.ToLower(name)] {
		return masked
	}
	return token(value, 6)
}

// memberMask masks the value of a member. A header field in JSON keeps its scheme.
func memberMask(name, value string) string {
	if scheme, rest, ok := strings.Cut(value, " "); ok && isScheme(scheme) {
		if isMask(rest) {
			return value
		}
		return scheme + " " + masked
	}
	return parameterMask(name, value)
}

// memberBefore is the name of the JSON member whose colon is given.
func memberBefore(s string, colon int) (string, bool) {
	end := colon
	for end > 0 && isSpace(s[end-1]) {
		end--
	}
	if end == 0 || s[end-1] != '"' {
		return "", false
	}
	end--
	for end > 0 && s[end-1] == '\\' {
		end--
	}
	name := wordBefore(s, end)
	start := end - len(name)
	return name, name != "" && start > 0 && s[start-1] == '"'
}

// valueOfMember is where the string that follows the colon begins and ends,
// without its quotes; of an array all between its brackets. A string that is
// cut off goes to the end of the text. Other values give nothing.
func valueOfMember(s string, at int) (from, to int) {
	for at < len(s) && isSpace(s[at]) {
		at++
	}
	if at < len(s) && s[at] == '[' {
		return bracketed(s, at)
	}
	quote := at
	for at < len(s) && s[at] == '\\' {
		at++
	}
	if at >= len(s) || s[at] != '"' {
		return 0, 0
	}
	depth := at - quote // of backslashes: JSON inside a string of JSON
	at++
	return at, stringEnd(s, at, depth)
}

// stringEnd is the index of what ends a string: a quote with as many
// backslashes before it as the one that began it, and its backslashes first.
func stringEnd(s string, at, depth int) int {
	for i := at; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		slashes := 0
		for i-slashes > at && s[i-slashes-1] == '\\' {
			slashes++
		}
		if depth == 0 && slashes%2 == 0 {
			return i
		}
		if depth > 0 && slashes <= depth {
			return i - slashes
		}
	}
	return len(s)
}

func bracketed(s string, open int) (from, to int) {
	if open+1 < len(s) && s[open+1] == ']' {
		return 0, 0
	}
	depth := 0
	for i := open; i < len(s); i++ {
		switch s[i] {
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return open + 1, i
			}
		}
	}
	return open + 1, len(s)
}

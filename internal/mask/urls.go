package mask

import "strings"

// urlEnds are the characters behind which no user information of a URL goes on.
const urlEnds = "/?#\"'<> \t\r\n\\"

// findPasswords finds the user information of URLs.
func findPasswords(s string, spans []span) []span {
	for at := 0; ; {
		i := strings.Index(s[at:], "://")
		if i < 0 {
			return spans
		}
		from := at + i + len("://")
		at = from
		end := strings.IndexAny(s[from:], urlEnds)
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

// cutPassword is where the password of a URL begins that a text ends with, or
// what may be one, such as a port; the length of the text if there is none.
func cutPassword(s string) int {
	scheme := strings.LastIndex(s, "://")
	if scheme < 0 {
		return len(s)
	}
	authority := s[scheme+len("://"):]
	_, password, ok := strings.Cut(authority, ":")
	if !ok || isMask(password) || strings.ContainsAny(authority, urlEnds) {
		return len(s)
	}
	return len(s) - len(password)
}

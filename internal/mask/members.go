package mask

import "strings"

// findMembers finds the values of secret members in JSON, also in JSON that is
// itself inside a JSON string. The private members of a JWK have short names
// that others use: their values count if they are long or if the text speaks of a
// key, or may have done so before it was cut.
func findMembers(s string, isCut bool, spans []span) []span {
	key := isCut || strings.Contains(s, "kty")
	closed, covered := brackets{s: s}, 0 // by the values that were found
	for colon := strings.IndexByte(s, ':'); colon >= 0; {
		if name, ok := memberBefore(s, colon); ok && (secretNames[strings.ToLower(name)] || privateNames[name]) {
			if from, to := valueOfMember(s, colon+1, &closed); to > from && to > covered && !isMask(s[from:to]) {
				switch {
				case secretNames[strings.ToLower(name)]:
					spans = append(spans, span{from, to, memberMask(name, s[from:to])})
					covered = to
				case key || to-from >= 16:
					spans = append(spans, span{from, to, masked})
					covered = to
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
func valueOfMember(s string, at int, closed *brackets) (from, to int) {
	for at < len(s) && isSpace(s[at]) {
		at++
	}
	if at < len(s) && s[at] == '[' {
		return closed.inside(at)
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

// brackets finds what closes each bracket of a text, in one pass for all of them.
type brackets struct {
	s     string
	close map[int]int // of those that are closed; nil: nobody has asked
}

// inside is where what stands between brackets begins and ends; of nothing it gives nothing.
func (b *brackets) inside(open int) (from, to int) {
	if open+1 < len(b.s) && b.s[open+1] == ']' {
		return 0, 0
	}
	if b.close == nil {
		b.close = map[int]int{}
		var opened []int
		for i := open; i < len(b.s); i++ {
			switch b.s[i] {
			case '[':
				opened = append(opened, i)
			case ']':
				if n := len(opened); n > 0 {
					b.close[opened[n-1]] = i
					opened = opened[:n-1]
				}
			}
		}
	}
	if end, is := b.close[open]; is {
		return open + 1, end
	}
	return open + 1, len(b.s)
}

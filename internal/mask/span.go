package mask

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// masked stands where a secret stood.
const masked = "[masked]"

// ellipsis stands where a text was cut.
const ellipsis = "…"

// span is a part of a text that must not be seen, and what stands there instead.
type span struct {
	from, to int
	with     string
}

// replace replaces the spans. Where one span lies in another the outer one
// decides; where two overlap, all of both is masked.
func replace(s string, spans []span) string {
	if len(spans) == 0 {
		return s
	}
	slices.SortStableFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to))
	})
	var out strings.Builder
	at := 0
	for i := 0; i < len(spans); {
		whole := spans[i]
		for i++; i < len(spans) && spans[i].from < whole.to; i++ {
			if spans[i].to > whole.to {
				whole.to, whole.with = spans[i].to, masked
			}
			// Of two finds of the same stretch, the one by place says more.
			if spans[i].from == whole.from && spans[i].to == whole.to && whole.with == masked {
				whole.with = spans[i].with
			}
		}
		out.WriteString(s[at:whole.from])
		out.WriteString(whole.with)
		at = whole.to
	}
	out.WriteString(s[at:])
	return out.String()
}

// token masks a token: its first characters stay, and its length. A short one
// is masked altogether, since its first characters would be most of it, and so
// is one that was cut, whose length nobody knows.
func token(s string, keep int) string {
	if isMask(s) {
		return s
	}
	if len(s) < 4*keep || strings.Contains(s, ellipsis) {
		return masked
	}
	for i := range keep {
		if s[i] < 0x21 || s[i] > 0x7e {
			return masked
		}
	}
	return s[:keep] + ellipsis + "(" + strconv.Itoa(len(s)) + ")"
}

// isMask says whether the text is what token made of one.
func isMask(s string) bool {
	if s == masked {
		return true
	}
	if !strings.HasSuffix(s, ")") {
		return false
	}
	const mark = ellipsis + "("
	head := strings.Index(s[:min(len(s), shown+len(mark))], mark) // what stood there may be a megabyte
	if head < 0 {
		return false
	}
	length := s[head+len(mark):]
	_, err := strconv.ParseUint(strings.TrimSuffix(length, ")"), 10, 31)
	return err == nil
}

// maskEnd is where the length behind an ellipsis ends, if it is that of a
// masked token: …(842). Otherwise it is at.
func maskEnd(s string, at int) int {
	if at >= len(s) || s[at] != '(' {
		return at
	}
	for i := at + 1; i < len(s); i++ {
		switch {
		case s[i] >= '0' && s[i] <= '9':
		case s[i] == ')' && i > at+1:
			return i + 1
		default:
			return at
		}
	}
	return at
}

func set(names ...string) map[string]bool {
	s := map[string]bool{}
	for _, name := range names {
		s[name] = true
	}
	return s
}

// base64url is the alphabet of RFC 4648 §5, in which tokens are written and
// names of parameters and fields as well.
var base64url = func() (is [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
		is[c] = true
	}
	return is
}()

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// wordBefore is the name that ends at the index: letters, digits, - and _.
func wordBefore(s string, end int) string {
	from := end
	for from > 0 && end-from < 40 && base64url[s[from-1]] {
		from--
	}
	return s[from:end]
}

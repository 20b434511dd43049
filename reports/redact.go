package reports

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// masked stands where a secret stood.
const masked = "[masked]"

// Redactor masks secrets: those it has been told, in every encoding in which
// they travel, and those it knows by their place, such as the Authorization
// field, a client_secret parameter or the private members of a JWK. It is safe
// for use by several goroutines. A mask is left alone when a masked text is masked again.
type Redactor struct {
	secrets *needles
	issued  *strings.Replacer // of the case at hand; nil outside of one
}

// NewRedactor makes a redactor that knows the secrets.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{secrets: &needles{}}
	for _, s := range secrets {
		r.Add(s)
	}
	return r
}

// Add registers a secret. One of less than four characters is ignored: masking
// each of its occurrences would hide the report and not the secret. Such a
// value is still masked where its place gives it away.
func (r *Redactor) Add(secret string) {
	for _, form := range encodings(secret) {
		r.secrets.add(form)
	}
}

// Text is the text with every secret masked. A token keeps its first
// characters and its length, so that two tokens can be told apart: eyJhbG…(842).
func (r *Redactor) Text(s string) string { return r.mask(s, everywhere) }

// scope says which secrets are looked for.
type scope int

const (
	onlyRegistered scope = iota // for text that the project or the user wrote
	inProof                     // for a decoded proof: public, but for registered secrets and private key members
	everywhere
)

func (r *Redactor) mask(s string, in scope) string {
	if s == "" {
		return s
	}
	spans := r.secrets.find(s, nil)
	switch in {
	case everywhere:
		spans = findByPlace(s, spans)
	case inProof:
		spans = findMembers(s, findPEM(s, spans))
	}
	s = replace(s, spans)
	if r.issued != nil {
		s = r.issued.Replace(s)
	}
	return s
}

// span is a part of a text that must not be seen.
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
// is masked altogether, since its first characters would be most of it.
func token(s string, keep int) string {
	if isMask(s) {
		return s
	}
	if len(s) < 4*keep {
		return masked
	}
	for i := 0; i < keep; i++ {
		if s[i] < 0x21 || s[i] > 0x7e {
			return masked
		}
	}
	return s[:keep] + "…(" + strconv.Itoa(len(s)) + ")"
}

// isMask says whether the text is what token made of one.
func isMask(s string) bool {
	if s == masked {
		return true
	}
	head, length, ok := strings.Cut(s, "…(")
	if !ok || len(head) > 10 || !strings.HasSuffix(length, ")") {
		return false
	}
	_, err := strconv.ParseUint(strings.TrimSuffix(length, ")"), 10, 31)
	return err == nil
}

// Package mask hides secrets in text: those it has been told, in every encoding
// in which they travel, and those that their place gives away, such as the
// Authorization field, a client_secret parameter or the private members of a JWK.
//
// A text is masked whole and cut afterwards. Where it has to be cut before, for
// the sake of memory or of one short line, [Head] or [Tail] cuts it and leaves an
// ellipsis, and what stands at an ellipsis is masked as a secret may be that
// was cut there.
package mask

import "strings"

// Secrets are what no output may show. They are safe for use by several
// goroutines. A mask is left alone when a masked text is masked again.
type Secrets struct {
	registered *literals
	anyCase    *literals // the same in one case, but for those that are short and for encodings
	tokens     *literals // of the case at hand; nil outside of one
}

// NewSecrets registers secrets, and masks those besides that their place gives away.
func NewSecrets(list ...string) *Secrets {
	whole := func(string) string { return masked }
	s := &Secrets{registered: newLiterals(20, whole), anyCase: newLiterals(16, whole)}
	for _, secret := range list {
		s.Add(secret)
	}
	return s
}

// Add registers a secret. One of less than four octets is ignored: masking
// each of its occurrences would hide the report and not the secret. Such a
// value is still masked where its place gives it away. One of eight octets and more is
// masked in whatever case its letters come back.
func (s *Secrets) Add(secret string) {
	for _, form := range encodings(secret) {
		s.registered.add(form)
	}
	if len(strings.TrimSpace(secret)) >= shortestInAnyCase {
		for _, form := range spellings(secret) {
			s.anyCase.add(fold(form))
		}
	}
}

// And returns the secrets with tokens that are secret in one case: an opaque
// token in a field that nobody has registered, or as the claim ath of a proof,
// looks like any other word.
func (s *Secrets) And(tokens ...string) *Secrets {
	if len(tokens) == 0 {
		return s
	}
	more := newLiterals(10, func(found string) string { return token(found, 6) })
	for _, t := range tokens {
		more.add(t)
	}
	return &Secrets{registered: s.registered, anyCase: s.anyCase, tokens: more}
}

// Mask is the text with every secret masked. A token keeps its first
// characters and its length, so that two tokens can be told apart: eyJhbG…(842).
func (s *Secrets) Mask(text string) string { return s.mask(text, everywhere) }

// MaskRegistered masks registered secrets alone, for text that the project or
// the user wrote, such as an id.
func (s *Secrets) MaskRegistered(text string) string { return s.mask(text, onlyRegistered) }

// MaskProof masks registered secrets and private keys, for a decoded proof,
// which is public but for these.
func (s *Secrets) MaskProof(text string) string { return s.mask(text, inProof) }

// MaskNamed masks a value, as a whole if its name is that of a secret.
func (s *Secrets) MaskNamed(name, value string) string {
	if secretNames[strings.ToLower(name)] && value != "" {
		return memberMask(name, value)
	}
	return s.Mask(value)
}

// scope says which secrets are looked for.
type scope int

const (
	onlyRegistered scope = iota
	inProof
	everywhere
)

func (s *Secrets) mask(text string, in scope) string {
	if text == "" {
		return text
	}
	folded := fold(text)
	spans := s.anyCase.find(folded, s.registered.find(text, nil))
	cuts := cutsIn(text)
	switch in {
	case everywhere:
		spans = findByPlace(text, len(cuts) > 0, spans)
	case inProof:
		spans = findMembers(text, len(cuts) > 0, findPEM(text, spans))
	}
	for _, c := range cuts {
		spans = s.anyCase.findCut(folded, c, s.registered.findCut(text, c, spans))
		if in != onlyRegistered {
			spans = findCutByPlace(text, c, spans)
		}
	}
	text = replace(text, spans)
	if s.tokens == nil {
		return text
	}
	spans = s.tokens.find(text, nil)
	for _, c := range cutsIn(text) {
		spans = s.tokens.findCut(text, c, spans)
	}
	return replace(text, spans)
}

// findByPlace appends the secrets that their place gives away: header fields,
// parameters, members of JSON, PEM blocks, compact tokens, passwords in URLs.
func findByPlace(s string, isCut bool, spans []span) []span {
	spans = findFields(s, spans)
	spans = findParameters(s, spans)
	spans = findMembers(s, isCut, spans)
	spans = findPEM(s, spans)
	spans = findTokens(s, spans)
	return findPasswords(s, spans)
}

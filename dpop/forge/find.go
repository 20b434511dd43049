package forge

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/spelling"
)

// memberChecks names the check that looks at a member of header or claims.
var memberChecks = map[string]string{
	"typ": "typ", "alg": "alg", "jwk": "jwk", "crit": "crit", "b64": "crit",
	"jti": "jti", "htm": "htm", "htu": "htu", "iat": "iat", "ath": "ath", "nonce": "nonce",
	"exp": "lifetime", "nbf": "lifetime",
}

// headerMembers are the parts that stand in the header; the others are claims.
var headerMembers = []string{"typ", "alg", "jwk", "crit", "b64"}

// editMember changes the object that a part stands in.
func editMember(part string, edit func(*dpop.Object)) func(*Forgery) error {
	if slices.Contains(headerMembers, part) {
		return editHeader(edit)
	}
	return editClaims(edit)
}

// literalDefect is the family "<part> is JSON <literal>".
func literalDefect(part, literal string) (Defect, error) {
	check, known := memberChecks[part]
	if !known {
		return Defect{}, unknownDefect(part, "JSON "+literal)
	}
	refused := []string{check}
	if !json.Valid([]byte(literal)) {
		refused = []string{"objects"}
	}
	d := bad(part, "JSON "+literal, part+" is the JSON text "+literal,
		editMember(part, func(o *dpop.Object) { o.Set(part, json.RawMessage(literal)) }), refused...)
	d.Needs = memberNeeds(part)
	return d, nil
}

// memberNeeds says on which occasions a member means anything.
func memberNeeds(part string) Needs {
	return Needs{AccessToken: part == "ath", Nonce: part == "nonce"}
}

// Distances from now, in seconds, that RFC 9449 §11.1 leaves to the server: no
// one refuses less than the first, no one should take more than the second.
const (
	nearDistance = 10
	farDistance  = 600
)

// distanceDefect is the family "iat is <n> s": so many seconds from now,
// negative in the past. exp and nbf know it too.
func distanceDefect(part, value string) (Defect, bool) {
	text, found := strings.CutSuffix(value, " s")
	seconds, err := strconv.ParseInt(text, 10, 64)
	if !found || err != nil || !slices.Contains([]string{"iat", "exp", "nbf"}, part) {
		return Defect{}, false
	}
	d := bad(part, value, fmt.Sprintf("%s lies %d s from now (negative: in the past)", part, seconds),
		func(f *Forgery) error { f.Draft.Claims.Set(part, f.Now.Unix()+seconds); return nil }, memberChecks[part])
	distance := math.Abs(float64(seconds))
	switch {
	case part == "exp" && seconds > nearDistance, part == "nbf" && seconds <= 0, part == "iat" && seconds <= 0 && distance <= nearDistance:
		d.Sound, d.Refused = true, nil
	case part == "iat" && distance < farDistance, part != "iat" && distance <= nearDistance:
		d.Open = true
	case part == "nbf" && distance < farDistance:
		d.Open = true
	}
	return d, true
}

// unknownDefect names what comes nearest, so that a typing error is mended at
// once.
func unknownDefect(part, value string) error {
	var parts, values []string
	for _, d := range catalogue() {
		if !slices.Contains(parts, d.Part) {
			parts = append(parts, d.Part)
		}
		if d.Part == part {
			values = append(values, d.Value)
		}
	}
	if values == nil {
		return fmt.Errorf("dpop: a proof has no part called %q; did you mean %q? The parts are %s", part, nearest(part, parts), strings.Join(parts, ", "))
	}
	return fmt.Errorf("dpop: no defect %q of the part %s; did you mean %q?", value, part, nearest(value, values))
}

// nearest returns the word with the fewest edits from the one that was meant.
func nearest(word string, words []string) string {
	return slices.MinFunc(words, func(a, b string) int { return spelling.Distance(word, a) - spelling.Distance(word, b) })
}

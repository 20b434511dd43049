package forge

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
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

// memberNeeds says on which occasions a member means anything.
func memberNeeds(part string) Needs {
	return Needs{AccessToken: part == "ath", Nonce: part == "nonce"}
}

// memberDefects are what can be wrong with any member that must be a string,
// whatever it says. The check is the one that may refuse it.
func memberDefects(part string) []Defect {
	check := memberChecks[part]
	object := check
	if part == "jwk" { // which is an object: an empty one is refused for what it lacks
		object = "key"
	}
	set := func(edit func(*dpop.Object)) func(*Forgery) error { return editMember(part, edit) }
	raw := func(literal string) func(*Forgery) error {
		return set(func(o *dpop.Object) { o.Set(part, json.RawMessage(literal)) })
	}
	rows := []Defect{
		bad(part, "missing", part+" is left out", set(func(o *dpop.Object) { o.Delete(part) }), check),
		bad(part, "null", part+" is the JSON value null", raw("null"), check),
		bad(part, "empty", part+" is the empty string", raw(`""`), check),
		bad(part, "a number", part+" is a JSON number", raw("1"), check),
		bad(part, "true", part+" is the JSON value true", raw("true"), check),
		bad(part, "an object", part+" is an empty JSON object", raw("{}"), object),
		bad(part, "an array", part+" is a JSON array that holds the right value alone", set(func(o *dpop.Object) {
			value, _ := o.Get(part)
			o.Set(part, []json.RawMessage{value})
		}), check),
	}
	rows = append(rows, nameDefects(part)...)
	rows = append(rows, placeDefects(part)...)
	return needing(memberNeeds(part), rows...)
}

// nameDefects are about the name of a member: its letter case (names are
// exact, RFC 8259 §8.3) and its number (RFC 7515 §4, RFC 7519 §4).
func nameDefects(part string) []Defect {
	check := memberChecks[part]
	upper, title := strings.ToUpper(part), strings.ToUpper(part[:1])+part[1:]
	called := func(name string) func(*Forgery) error {
		return editMember(part, func(o *dpop.Object) { o.Rename(part, name) })
	}
	return []Defect{
		bad(part, "called "+upper, "the member's name is in upper case", called(upper), check),
		bad(part, "called "+title, "the member's name has a capital letter", called(title), check),
		bad(part, "given twice, last wrong", "the member occurs twice, the right one first",
			twice(part, false), "objects", check, "signature"),
		moot(part, "given twice, first wrong",
			"the member occurs twice, the right one last: refused, or the last counts", twice(part, true), "objects"),
	}
}

// twice adds a wrong member beside the right one.
func twice(part string, first bool) func(*Forgery) error {
	return func(f *Forgery) error {
		wrong, err := f.wrongValue(part)
		if err != nil {
			return err
		}
		return editMember(part, func(o *dpop.Object) {
			if first {
				o.Prepend(part, wrong)
			} else {
				o.Add(part, wrong)
			}
		})(f)
	}
}

// wrongValue is a value of the right type that the named member must not have.
func (f *Forgery) wrongValue(part string) (any, error) {
	switch part {
	case "typ":
		return "JWT", nil
	case "alg":
		return "none", nil
	case "jwk":
		other, err := dpop.GenerateKey("ES256")
		if err != nil {
			return nil, err
		}
		return other.JWK(), nil
	case "htm":
		return f.otherMethod(), nil
	case "htu":
		return "https://other.example/elsewhere", nil
	case "iat", "nbf", "exp":
		return f.Now.Unix() - 86400, nil
	case "ath":
		return dpop.TokenHash("another token"), nil
	case "jti":
		return "", nil
	case "nonce":
		return dpop.NewID(), nil
	}
	return nil, fmt.Errorf("no wrong value of %s is known", part)
}

// otherMethod is a method that the request does not have.
func (f *Forgery) otherMethod() string {
	methods := []string{"GET", "POST", "PUT"}
	return methods[slices.IndexFunc(methods, func(m string) bool { return !strings.EqualFold(m, f.Method) })]
}

// literalDefect is the family "<part> is JSON <literal>", of which every member
// of header and claims is a part.
func literalDefect(part, value string) (Defect, bool) {
	literal, found := strings.CutPrefix(value, "JSON ")
	check, known := memberChecks[part]
	if !found || !known {
		return Defect{}, false
	}
	refused := []string{check}
	if !json.Valid([]byte(literal)) {
		refused = []string{"objects"}
	}
	d := bad(part, value, part+" is the JSON text "+literal,
		editMember(part, func(o *dpop.Object) { o.Set(part, json.RawMessage(literal)) }), refused...)
	d.Needs = memberNeeds(part)
	return d, true
}

package forge

import "strings"

// fieldDefects are about the DPoP field lines (RFC 9449 §4.1; §4.3, check 1).
func fieldDefects() []Defect {
	return []Defect{
		bad("field", "missing", "the request has no DPoP field", lines(), "field"),
		bad("field", "empty", "the DPoP field has an empty value", lines(""), "field"),
		bad("field", "sent twice", "two field lines carry the same proof", lines(own, own), "field"),
		bad("field", "sent twice with different proofs", "two field lines carry two proofs, each sound",
			lines(own, another), "field"),
		bad("field", "followed by an empty line", "a second field line is empty", lines(own, ""), "field"),
		bad("field", "preceded by an empty line", "the first field line is empty, the second carries the proof",
			lines("", own), "field"),
		bad("field", "followed by garbage", "a second field line carries no proof", lines(own, "garbage"), "field"),
		bad("field", "preceded by garbage", "the first field line carries no proof, the second does",
			lines("garbage", own), "field"),
		bad("field", "a comma list", "one field line carries two sound proofs, comma and space between",
			lines(own+", "+another), "field", "form"),
		bad("field", "a comma list without space", "one field line carries two sound proofs, a comma between",
			lines(own+","+another), "field", "form"),
		bad("field", "a comma list of the same proof", "one field line carries the proof twice",
			lines(own+", "+own), "field", "form"),
		bad("field", "followed by a comma", "a comma stands behind the proof", lines(own+","), "field", "form"),
		bad("field", "in quotes", "the proof stands in a quoted-string", lines(`"`+own+`"`), "form"),
		bad("field", "prefixed with its scheme", `"DPoP " stands before the proof`, lines("DPoP "+own), "form"),
		bad("field", "followed by a parameter", `";x=1" stands behind the proof`, lines(own+";x=1"), "form"),
		bad("field", "broken by a space", "a space stands within the proof", editProof(func(proof string) string {
			return proof[:len(proof)/2] + " " + proof[len(proof)/2:]
		}), "form"),
		fine("field name", "dpop", "the field's name in lower case", fieldName("dpop")),
		fine("field name", "DPOP", "the field's name in upper case", fieldName("DPOP")),
		fine("field name", "dPoP", "the field's name in mixed case", fieldName("dPoP")),
	}
}

// own and another stand for this proof and for a second, sound one.
const (
	own     = "\x01"
	another = "\x02"
)

// lines sends the given field lines.
func lines(values ...string) func(*Forgery) error {
	return func(f *Forgery) error {
		f.Lines = func(proof string) ([]string, error) {
			second, err := f.honest()
			if err != nil {
				return nil, err
			}
			sent := make([]string, len(values))
			for i, value := range values {
				sent[i] = strings.NewReplacer(own, proof, another, second).Replace(value)
			}
			return sent, nil
		}
		return nil
	}
}

// editProof changes the text of the signed proof.
func editProof(edit func(string) string) func(*Forgery) error {
	return func(f *Forgery) error {
		f.Join = func(s Segments) string { return edit(s.Compact()) }
		return nil
	}
}

func fieldName(name string) func(*Forgery) error {
	return func(f *Forgery) error { f.FieldName = name; return nil }
}

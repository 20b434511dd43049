package vocabulary

import (
	"slices"
	"testing"
)

type room struct{ heard []string }

func (r *room) hears(what, whose string) error {
	r.heard = append(r.heard, what, whose)
	return nil
}

func TestAWordStandsForEachOfItsForms(t *testing.T) {
	v := &Vocabulary{}
	v.Word("proof", "Which proof.", "a proof", "a proof by another key", "no proof (none)")
	For[room](v).When(`^the request has {proof} of (\S+) \{x\} a{2}$`, (*room).hears, "Hears.", "When …")
	d := v.Definitions[0]
	for _, form := range v.Words[0].Forms {
		text := "the request has " + form + " of me {x} aa"
		got := d.Pattern.FindStringSubmatch(text)
		if len(v.Match(text)) != 1 || !slices.Equal(got, []string{text, form, "me"}) {
			t.Errorf("%q is read as %q", text, got)
		}
	}
	if v.Match("the request has a poof of me {x} aa") != nil {
		t.Error("what is no form of the word is taken for one")
	}
}

func TestAWordThatIsMisnamedIsAMistake(t *testing.T) {
	mistake := func(name string, do func(v *Vocabulary)) {
		defer func() {
			if recover() == nil {
				t.Errorf("%s is no mistake", name)
			}
		}()
		v := &Vocabulary{}
		v.Word("proof", "Which proof.", "a proof")
		v.Word("proof", "Which proof.", "a proof") // the same again
		do(v)
	}
	mistake("another form", func(v *Vocabulary) { v.Word("proof", "Which proof.", "the proof") })
	mistake("an unknown word", func(v *Vocabulary) {
		For[room](v).Given(`^{poof} of (.+)$`, (*room).hears, "Hears.", "Given …")
	})
}

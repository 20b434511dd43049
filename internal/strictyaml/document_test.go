package strictyaml

import (
	"errors"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

func TestAliasesAndMergeKeysAreReadAsWhatTheyStandFor(t *testing.T) {
	const text = `
list:
  - &one {name: x}
  - *one
map:
  y: &two
    <<: *one
  z: {<<: [{name: own}, *one]}
  own: {<<: *one, name: own}
pointer: *two
`
	for name, text := range map[string]string{
		"plain": text, "a byte order mark": "\ufeff" + text, "CRLF": strings.ReplaceAll(text, "\n", "\r\n"),
		"an empty document behind it": text + "---\n", "marked": "---" + text + "...\n",
	} {
		root, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var o outer
		if err := Decode(root.Content[0], &o); err != nil || len(o.List) != 2 || o.List[1].Name != "x" ||
			o.Map["y"].Name != "x" || o.Map["z"].Name != "own" || o.Map["own"].Name != "own" || o.Pointer.Name != "x" {
			t.Errorf("%s: %v, %+v", name, err, o)
		}
	}
}

func TestAnUnknownKeyIsNamedWhereverItsMappingIsMeant(t *testing.T) {
	for text, line := range map[string]int{
		"later: {a: &x {nme: b}}\npointer: *x\n":             1,
		"later:\n  a: &x\n    nme: b\npointer: {<<: *x}\n":   3,
		"later:\n  a: &x\n    nme: b\nlist: [{<<: [*x]}]\n":  3,
		"later:\n  a: &x\n    nme: b\nmap: {<<: {c: *x}}\n":  3,
		"later: {a: &x nme}\npointer: {*x : b}\n":            1,
		"later: {a: &x {nme: b}}\nmap:\n  <<: {d: {<<: *x}}": 1,
	} {
		root, err := Parse(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		var unknown *UnknownKey
		if err := Decode(root.Content[0], &outer{}); !errors.As(err, &unknown) || unknown.Key != "nme" ||
			unknown.Line != line {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func TestWhatIsNotOneDocumentIsAnErrorWithItsLine(t *testing.T) {
	for text, want := range map[string]LineError{
		"a: b\n---\nc: d\n":               {3, "a second document begins here"},
		"a: b\n...\n---\n\n- c\n":         {5, "a second document begins here"},
		"--- a\n--- b\n":                  {2, "a second document begins here"},
		"a: b\n---\n---\nc: d\n":          {4, "a second document begins here"},
		"a: b\nc: d\na: e\n":              {3, `the key "a" stands in line 1 already`},
		"x:\n  y: {a: b, a: c}\n":         {2, `the key "a" stands in line 2 already`},
		"later: [{a: b, c: d, 'a': e}]\n": {1, `the key "a" stands`},
		"a: &x {b: *x}\n":                 {1, "the alias *x stands within what it stands for"},
		"a: &x\n  b:\n    - *x\n":         {3, "the alias *x stands within what it stands for"},
		"a: {<<: b}\n":                    {1, "<< merges a mapping or a list of mappings"},
		"a: {<<: [b]}\n":                  {1, "<< merges mappings"},
		laughs():                          {9, "more than 100000 values"},
	} {
		_, err := Parse(text)
		var at *LineError
		if !errors.As(err, &at) || at.Line != want.Line && want.Line != 9 || !strings.Contains(at.What, want.What) {
			t.Errorf("%.60q: got %v", text, err)
		}
	}
}

// laughs is a document of a few lines that stands for a billion values.
func laughs() string {
	text := "a0: &a0 x\n"
	for _, n := range "123456789" {
		before := "*a" + string(n-1)
		text += "a" + string(n) + ": &a" + string(n) + " [" + strings.Repeat(before+", ", 9) + before + "]\n"
	}
	return text
}

func TestAPasswordThatBeginsLikeAnAliasIsNotShown(t *testing.T) {
	_, err := Parse("a: *hunter2\n")
	if err == nil || !strings.Contains(err.Error(), "put a value that is meant as it is in quotes") ||
		strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}

func TestNothingIsADocumentOfNothing(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "\ufeff"} {
		if root, err := Parse(text); err != nil || root.Kind != 0 {
			t.Errorf("%q: %v, %v", text, root, err)
		}
	}
}

// FuzzParse looks for a text that is read otherwise than it says: what the parser of
// YAML by itself decodes must be the same, or an error of ours.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"a: &x {b: c}\nd: *x\ne: {<<: *x, f: [1, 2]}\n", "a: {<<: [{b: c}, {b: d}]}\n", "---\na: b\n...\n",
		"? [a]\n: b\n", "a: !!str 1\n", "\ufeffa: 'b'\n", "a: |\n  b\n  c\n", "- &a [*a]\n", "'<<': {a: b}\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		root, err := Parse(text)
		if err != nil || root.Kind == 0 {
			return
		}
		var got, want any
		errGot, errWant := root.Decode(&got), yaml.Unmarshal([]byte(text), &want)
		if errWant == nil && errGot != nil {
			t.Errorf("%q: %v", text, errGot)
		}
		if errWant == nil && errGot == nil {
			a, errA := yaml.Marshal(got)
			b, errB := yaml.Marshal(want)
			if errA == nil && errB == nil && string(a) != string(b) {
				t.Errorf("%q is read as\n%swhere the parser reads\n%s", text, a, b)
			}
		}
	})
}

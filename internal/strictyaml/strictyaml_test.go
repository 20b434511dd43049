package strictyaml

import (
	"errors"
	"testing"

	"gopkg.in/yaml.v3"
)

type inner struct {
	Name   string `yaml:"name,omitempty"`
	Hidden string `yaml:"-"`
}

type outer struct {
	List    []inner           `yaml:"list"`
	Map     map[string]inner  `yaml:"map"`
	Pointer *inner            `yaml:"pointer"`
	Texts   map[string]string `yaml:"texts"`
	Later   yaml.Node         `yaml:"later"`
}

func decode(t *testing.T, text string) (o outer, err error) {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	err = Decode(document.Content[0], &o)
	return o, err
}

func TestAnUnknownKeyIsNamedHoweverDeepItStands(t *testing.T) {
	for text, want := range map[string]UnknownKey{
		"a: b\n":                       {Line: 1, Key: "a"},
		"list:\n  - name: x\n    a: b": {Line: 3, Key: "a"},
		"map:\n  x: {Name: y}":         {Line: 2, Key: "Name"},
		"pointer:\n  hidden: x":        {Line: 2, Key: "hidden"},
		"pointer: {line: x}":           {Line: 1, Key: "line"},
	} {
		_, err := decode(t, text)
		var unknown *UnknownKey
		if !errors.As(err, &unknown) || unknown.Line != want.Line || unknown.Key != want.Key {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func TestTheErrorNamesWhatIsKnown(t *testing.T) {
	_, err := decode(t, "a: b\n")
	if want := `unknown key "a"; known here: later, list, map, pointer, texts`; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsKnownIsDecoded(t *testing.T) {
	text := "list: [{name: x}]\nmap: {y: {name: z}}\npointer: {name: p}\ntexts: {any: key}\nlater: {any: thing}\n"
	o, err := decode(t, text)
	if err != nil {
		t.Fatal(err)
	}
	if o.List[0].Name != "x" || o.Map["y"].Name != "z" || o.Pointer.Name != "p" || o.Texts["any"] != "key" ||
		o.Later.Kind != yaml.MappingNode {
		t.Errorf("got %+v", o)
	}
}

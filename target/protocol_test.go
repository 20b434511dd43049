package target

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// schema is what of a JSON Schema this test looks at.
type schema struct {
	Properties map[string]schema `json:"properties"`
	AnyOf      []schema          `json:"anyOf"`
	Enum       []any             `json:"enum"`
	Ref        string            `json:"$ref"`
	Defs       map[string]schema `json:"$defs"`
}

func readSchema(t *testing.T) schema {
	t.Helper()
	text, err := os.ReadFile("../fixtures/clients/protocol.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var s schema
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// members lists the JSON names of a struct.
func members(v any) []string {
	var names []string
	for field := range reflect.TypeOf(v).Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name != "-" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func TestTheSchemaOfTheProtocolNamesWhatTheDriverSendsAndReads(t *testing.T) {
	s := readSchema(t)
	common := []string{"id", "op", "ok"}
	adaptersAlone := []string{"dpop_jkt", "nonce_retry"} // options of theirs that no scenario sets
	for name, v := range map[string]any{
		"configureRequest": Setup{}, "options": Choices{}, "loginRequest": LoginOrder{}, "tokenRequest": TokenOrder{},
		"fetchRequest": FetchOrder{}, "leaveRequest": LoginOrder{}, "leaveAnswer": Left{},
		"returnRequest": ReturnOrder{}, "logoutRequest": SessionOrder{}, "userinfoRequest": SessionOrder{},
		"rotateRequest": KeyPair{}, "keyPair": KeyPair{}, "helloAnswer": Hello{},
		"registration": Registration{},
		"tokenAnswer":  Told{}, "fetchAnswer": Fetched{}, "error": ClientError{},
	} {
		var listed []string
		for member := range s.Defs[name].Properties {
			theirs := name == "registration" // whose id is no number of a request
			if (theirs || !slices.Contains(common, member)) && !slices.Contains(adaptersAlone, member) {
				listed = append(listed, member)
			}
		}
		slices.Sort(listed)
		if want := members(v); !slices.Equal(listed, want) {
			t.Errorf("%s: the schema has %v, the driver %v", name, listed, want)
		}
	}
}

func TestTheSchemaAndTheGuideNameEveryCapability(t *testing.T) {
	guide, err := os.ReadFile("../docs/client-adapters.md")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, word := range readSchema(t).Defs["capability"].AnyOf[0].Enum {
		listed = append(listed, word.(string))
	}
	for _, capability := range embeddedCapabilities {
		if capability == InProcess || strings.HasPrefix(capability, "urn:") {
			continue
		}
		if !slices.Contains(listed, capability) {
			t.Errorf("the schema does not name the capability %s", capability)
		}
		if !strings.Contains(string(guide), "`"+capability+"`") &&
			!strings.Contains(string(guide), "`option "+capability) {
			t.Errorf("docs/client-adapters.md does not explain the capability %s", capability)
		}
	}
}

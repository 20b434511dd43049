package target

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/login"
	"github.com/dpopspec/dpopspec/mockas"
)

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("dpopspec.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("dpopspec.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// keys are the YAML names of a struct's fields.
func keys(of any) []string {
	var names []string
	s := reflect.TypeOf(of)
	for i := range s.NumField() {
		if name := s.Field(i).Tag.Get("yaml"); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func names(of *jsonschema.Schema) []string { return slices.Sorted(maps.Keys(of.Properties)) }

func TestTheSchemaKnowsTheKeysThatTheDecoderKnows(t *testing.T) {
	root := compiled(t)
	as := root.Properties["authorization_server"]
	client := as.Properties["clients"].Items2020.Ref
	api := root.Properties["apis"].AdditionalProperties.(*jsonschema.Schema).Ref
	connection := root.Properties["connection"]
	tests := []struct {
		name   string
		schema *jsonschema.Schema
		decode any
	}{
		{"the file", root, document{}},
		{"authorization_server", as, authorizationServer{}},
		{"clients", client, registeredClient{}},
		{"credential", api.Properties["credential"], issuanceSection{}},
		{"attester", client.Properties["attester"], attesterSection{}},
		{"pre_authorized_code", client.Properties["pre_authorized_code"], offersSection{}},
		{"login", client.Properties["login"].AnyOf[1], loginSection{}},
		{"login.form", client.Properties["login"].AnyOf[1].Properties["form"], formSection{}},
		{"login.steps", client.Properties["login"].AnyOf[1].Properties["steps"].Items2020, stepSection{}},
		{"as", root.Properties["as"], embeddedSection{}},
		{"apis", api, apiSection{}},
		{"own token", api.Properties["token"].Ref.AnyOf[1], tokenSection{}},
		{"other tokens", api.Properties["other_tokens"].Items2020, boundTokenSection{}},
		{"client", root.Properties["client"], clientSection{}},
		{"key", root.Properties["key"].Ref.AnyOf[1], keySection{}},
		{"certificate", connection.Properties["certificate"].Ref, certificateSection{}},
		{"connection", connection, connectionSection{}},
		{"limits", root.Properties["limits"], limitsSection{}},
	}
	for _, test := range tests {
		if got, want := names(test.schema), keys(test.decode); !slices.Equal(got, want) {
			t.Errorf("%s: the schema has %v, the decoder %v", test.name, got, want)
		}
		if test.schema.AdditionalProperties != false {
			t.Errorf("%s: the schema allows unknown keys", test.name)
		}
	}
}

func TestTheSchemaKnowsTheMetadataThatMayBeGiven(t *testing.T) {
	metadata := compiled(t).Properties["authorization_server"].Properties["metadata"]
	if got, want := names(metadata), metadataNames(); !slices.Equal(got, want) {
		t.Errorf("the schema has %v, the decoder %v", got, want)
	}
	want := slices.Sorted(slices.Values(aliased))
	if got := names(metadata.Properties["mtls_endpoint_aliases"]); !slices.Equal(got, want) {
		t.Errorf("the schema has aliases of %v, the decoder of %v", got, want)
	}
}

func TestTheSchemaListsTheValuesThatTheDecoderTakes(t *testing.T) {
	root := compiled(t)
	profiles, err := features.Profiles()
	if err != nil {
		t.Fatal(err)
	}
	var profileNames, methods []string
	for _, p := range profiles {
		profileNames = append(profileNames, p.Name)
	}
	for _, m := range authMethods {
		methods = append(methods, m.name)
	}
	client := root.Properties["authorization_server"].Properties["clients"].Items2020.Ref
	ways := client.Properties["login"]
	tests := []struct {
		name string
		enum *jsonschema.Enum
		want []string
	}{
		{"profile", root.Properties["profile"].Enum, profileNames},
		{"like", root.Properties["as"].Properties["like"].Enum, mockas.LookNames()},
		{"as.alg", root.Properties["as"].Properties["alg"].Enum, dpop.AlgorithmNames()},
		{"auth", client.Properties["auth"].Enum, methods},
		{"client.auth", root.Properties["client"].Properties["auth"].Enum, ClientAuthentications},
		{"audience_parameter", root.Properties["client"].Properties["audience_parameter"].Enum, AudienceParameters},
		{"login", ways.AnyOf[0].Enum, []string{LoginRedirects, LoginBrowser}},
		{"login.browser", ways.AnyOf[1].Properties["browser"].Enum, []string{browserHeadless, browserPerson}},
		{"login.par", ways.AnyOf[1].Properties["par"].Enum,
			[]string{string(login.PushPlain), string(login.PushProof), string(login.PushNever)}},
		{"apis.audience_parameter", root.Properties["apis"].AdditionalProperties.(*jsonschema.Schema).Ref.
			Properties["audience_parameter"].Enum, AudienceParameters},
		{"alg", root.Properties["key"].Ref.AnyOf[1].Properties["alg"].Enum, dpop.AlgorithmNames()},
	}
	for _, test := range tests {
		var got []string
		for _, v := range test.enum.Values {
			got = append(got, v.(string))
		}
		slices.Sort(got)
		want := slices.Sorted(slices.Values(test.want))
		if !slices.Equal(got, want) {
			t.Errorf("%s: the schema lists %v, the decoder takes %v", test.name, got, want)
		}
	}
}

func TestTheSettingsOutsideTheFileAreKeysOfIt(t *testing.T) {
	root := compiled(t)
	for _, s := range Settings {
		at := root
		for name := range strings.SplitSeq(s.Key, ".") {
			if at = at.Properties[name]; at == nil {
				t.Fatalf("--%s speaks of %s, which the file does not have", s.Flag, s.Key)
			}
		}
		if !strings.Contains(at.Description, "--"+s.Flag) || !strings.Contains(at.Description, s.Variable) {
			t.Errorf("the schema does not say of %s that --%s and %s win over it", s.Key, s.Flag, s.Variable)
		}
	}
}

func TestEveryExampleIsValidAndLoads(t *testing.T) {
	schema := compiled(t)
	files, err := filepath.Glob("../fixtures/targets/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no examples", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var value any
			if err := yaml.Unmarshal(text, &value); err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(value); err != nil {
				t.Error(err)
			}
			if _, err := Load(file, anything(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestWhatReadyTargetsSuggestIsValid takes the # from the lines below their heads.
func TestWhatReadyTargetsSuggestIsValid(t *testing.T) {
	files, err := filepath.Glob("../fixtures/targets/tenant-*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no ready targets", err)
	}
	certificate, _ := selfSigned(t)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		head, body := "", ""
		for line := range strings.Lines(string(text)) {
			if body == "" && strings.HasPrefix(line, "#") {
				head += line
			} else {
				body += strings.TrimPrefix(line, "# ")
			}
		}
		at := folder(t, map[string]string{"tenant.yaml": head + body, "ca.pem": certificate})
		if _, err := Load(filepath.Join(at, "tenant.yaml"), anything(t)); err != nil {
			t.Error(filepath.Base(file), err)
		}
	}
}

// anything is an environment in which every variable is set to something of
// the kind that its name promises.
func anything(t *testing.T) func(string) (string, bool) {
	certificate, private := selfSigned(t)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte(certificate), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(name string) (string, bool) {
		switch {
		case strings.HasSuffix(name, "_KEY"):
			return private, true
		case strings.HasSuffix(name, "_CERTIFICATE"):
			return certificate, true
		case strings.HasSuffix(name, "_CA_FILE"):
			return file, true
		case strings.HasSuffix(name, "_DOMAIN"):
			return "tenant.example.com", true
		case strings.HasSuffix(name, "_URL"), strings.HasSuffix(name, "_ISSUER"):
			return "https://api.example.com", true
		}
		return "a-value-of-" + name, true
	}
}

package runner

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// findings lints one file and returns what was found, a line each.
func findings(t *testing.T, text string) string {
	t.Helper()
	found, err := Lint([]Source{{Path: "shop.feature", Text: []byte(text)}}, steps.Standard())
	if err != nil {
		t.Fatal(err)
	}
	lines := make([]string, len(found))
	for i, f := range found {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

func TestEveryMistakeIsFoundWhereItStands(t *testing.T) {
	const one = "Feature: Shop\n  Scenario: One\n"
	const sound = "    When the client calls \"GET /orders\"\n    Then the status is 200\n"
	tests := []struct {
		name, text string
		want       []string // the beginning of each finding
	}{
		{"nothing", "Feature: Shop\n  @wip @jira:SHOP-1\n  Scenario: Sound\n" + sound, nil},
		{"an undefined step", one + "    When the client calls \"GET /orders\"\n    Then the status are 200\n",
			[]string{`shop.feature:4:5: no step is called "the status are 200"; did you mean: Then the status is 200`}},
		{"an undefined step of every row",
			"Feature: Shop\n  Scenario Outline: One\n    When I call <path>\n    Then the status is 200\n" +
				"    Examples:\n      | path |\n      | /a |\n      | /b |\n",
			[]string{
				`shop.feature:3:5: no step is called "I call /a"`,
				`shop.feature:3:5: no step is called "I call /b"`,
			}},
		{"no expectation", "Feature: Shop\n  Scenario: One\n    When the client calls \"GET /orders\"\n",
			[]string{`shop.feature:2:3: the scenario "One" expects nothing`}},
		{"no steps", "Feature: Shop\n  Scenario: One\n", []string{`shop.feature:2:3: the scenario "One" has no steps`}},
		{"a keyword that is none", "Feature: Shop\n  Scenario: One\n    Givn the client calls \"GET /\"\n    Thn the status is 200\n",
			[]string{`shop.feature:2:3: the scenario "One" has no steps; the lines below its title are read as its description`}},
		{"no rows", "Feature: Shop\n  Scenario Outline: One\n" + sound + "    Examples:\n      | a |\n",
			[]string{`shop.feature:2:3: the scenario "One" never runs`}},
		{"a table that is missing", "Feature: Shop\n  Scenario: One\n    Given these values\n" + sound,
			[]string{`shop.feature:3:5: the step "these values" needs a table below it`}},
		{"a doc string too many", "Feature: Shop\n  Scenario: One\n" + sound + "      \"\"\"\n      x\n      \"\"\"\n",
			[]string{
				`shop.feature:4:5: the step "the status is 200" takes nothing below it, but there is a doc string`,
			}},
		{"tags",
			"@at:tokens @verdict:maybe\nFeature: Shop\n  @RFC9449-4.3-4x @profile:none @id:\n  Scenario: One\n" + sound,
			[]string{
				`shop.feature:1:1: @at: "tokens" is not one of token, par, userinfo, api`,
				`shop.feature:1:12: @verdict: "maybe" is not one of`,
				"shop.feature:3:3: there is no requirement RFC9449-4.3-4x; did you mean RFC9449-4.3-4",
				"shop.feature:3:19: @profile:",
				"shop.feature:3:33: @id: needs the id",
			}},
		{"no party", "Feature: Shop\n  @RFC9449-4.3-42\n  Scenario: One\n" + sound,
			[]string{"shop.feature:3:3: no party under test"}},
		{"an id that is taken", "Feature: Shop\n  Scenario: One\n" + sound + "  Scenario: one!\n" + sound,
			[]string{"shop.feature:5:3: the id shop/one is taken by shop.feature:2 already"}},
		{"an endpoint that is none", one + "    Then these endpoints are protected by DPoP\n      | orders |\n",
			[]string{`shop.feature:3:5: "orders" is not a method and a path`}},
		{"a condition that is none",
			one + "    When the client calls \"GET /orders\" until it rains within 2 seconds\n" +
				"    Then the status is 200\n",
			[]string{`shop.feature:3:5: "it rains" cannot be waited for`}},
		{"what arranges behind Then",
			"Feature: Shop\n  @at:api\n  Scenario: One\n    When the client calls \"GET /orders\"\n    Then the status is 200\n" +
				"    And the server requires a nonce\n",
			[]string{`shop.feature:6:5: the step "the server requires a nonce" stands where something is expected`}},
		{"a call behind Then", one + "    Then the client calls \"GET /orders\"\n    And the status is 200\n",
			[]string{`shop.feature:3:5: warning: in this step something happens`}},
		{"a value that nobody saved", one + "    Given {item} is \"a\"\n    When the client calls \"GET /orders/{itm}\"\n" +
			"    Then the body contains \"{item}\"\n",
			[]string{`shop.feature:4:40: no step before this one has saved {itm}; did you mean {item}?`}},
		{"a value that is saved later", one + "    When the client calls \"POST /orders\" with the JSON\n      \"\"\"\n      {\n" +
			"        \"a\": \"{id}\"}\n      \"\"\"\n    Then the JSON at \"id\" is saved as {id}\n    And the status is 200\n",
			[]string{
				`shop.feature:6:15: no step before this one has saved {id}; put a step such as: Given {id} is "…" before it`,
				`shop.feature:8:5: warning: in this step something happens`,
				`shop.feature:8:39: warning: {id} is saved and never used`,
			}},
		{"values that are none of ours", one + "    When the client calls \"GET /orders?a=${A:-b}&c={{d}}\"\n" +
			"    Then the body matches \"^[0-9]{3}$\"\n", nil},
		{"values of a background", "Feature: Shop\n  Background:\n    Given {a} is \"1\"\n    And these values\n      | b | 2 |\n" +
			"      | c | 3 |\n\n  Scenario: One\n    When the client calls \"GET /{a}\"\n    Then the status is 200\n\n" +
			"  Scenario: Two\n    When the client calls \"GET /{b}\"\n    Then the status is 200\n",
			[]string{`shop.feature:6:9: warning: {c} is saved and never used`}},
		{"columns", "Feature: Shop\n  Scenario Outline: <what> is shown\n    When the client calls \"GET /<idd>\"\n" +
			"    Then the status is 200\n    Examples:\n      | what | id | note |\n      | a | 1 | x |\n",
			[]string{
				`shop.feature:3:33: the examples have no column "idd", but what, id, note; did you mean <id>?`,
				`shop.feature:6:16: warning: no step and no title takes the column "id"`,
				`shop.feature:6:21: warning: no step and no title takes the column "note"`,
			}},
		{"XML in an outline", "Feature: Shop\n  Scenario Outline: One\n    When the client calls \"POST /<id>\" with the body\n" +
			"      \"\"\"text/xml\n      <order>1</order>\n      \"\"\"\n    Then the status is 200\n    Examples:\n      | id |\n      | 1 |\n", nil},
		{"broken JSON", one + "    When the client calls \"POST /orders\" with the JSON\n      \"\"\"\n      {\"item\": \"a\",\n" +
			"       \"count\": 2,}\n      \"\"\"\n    Then the status is 200\n",
			[]string{`shop.feature:6:19: the doc string is no JSON: invalid character '}'`}},
		{"JSON that ends too early", one + "    When the client calls \"GET /orders\"\n    Then the JSON is\n      \"\"\"\n      [1, 2\n      \"\"\"\n",
			[]string{`shop.feature:6:12: the doc string is no JSON: unexpected end of JSON input`}},
		{"JSON with values", one + "    Given these values\n      | item | paint |\n      | count | 2 |\n" +
			"    When the client calls \"POST /orders\" with the JSON\n      \"\"\"\n      {\"item\": \"a {item}\", \"count\": {count}, \"t\": ${T:-1}}\n" +
			"      \"\"\"\n    Then the status is 200\n", nil},
		{"JSON that is none in cells and lines", one + "    When the client calls \"GET /orders\"\n    Then the JSON has\n" +
			"      | item | paint |\n      | b | \"c\" |\n    And the JSON at \"a\" is {b: 1}\n" +
			"    And these endpoints are protected by DPoP\n      | GET /orders | |\n      | POST /orders | {\"a\": } |\n",
			[]string{
				`shop.feature:5:16: the cell is no JSON: invalid character 'p'`,
				`shop.feature:7:29: the value is no JSON: invalid character 'b'`,
				`shop.feature:10:30: the cell is no JSON: invalid character '}'`,
			}},
		{"JSON of values in cells", one + "    Given these values\n      | a | 1 |\n    When the client calls \"GET /orders\"\n" +
			"    Then the JSON has\n      | item | {a} |\n      | b | \"c {a}\" |\n    And the JSON at \"c\" is {a}\n", nil},
		{"a request to nowhere", one + "    When the request carries an honest proof\n    Then it is accepted\n",
			[]string{"shop.feature:3:5: this step needs an endpoint; tag the scenario with @at:"}},
		{"a request to an endpoint", "@at:api\n" + one + "    When the request carries an honest proof\n    Then it is accepted\n", nil},
		{"a step behind one that protects", one + "    Then \"GET /orders\" is protected by DPoP\n" + sound,
			[]string{
				"shop.feature:4:5: this step stands behind one that protects endpoints; those come last",
				"shop.feature:5:5: this step stands behind one that protects endpoints; those come last",
			}},
		{"two of one title", "Feature: Shop\n  Scenario: One\n" + sound + "  @id:two\n  Scenario: One\n" + sound,
			[]string{`shop.feature:6:3: warning: the scenario in line 2 is called "One" too`}},
		{"tags that are nearly ours", "Feature: Shop\n  @agressive @verdit:warn @orders @jira:S-1\n  Scenario: One\n" + sound,
			[]string{
				"shop.feature:2:3: warning: the tag @agressive means nothing here; did you mean @aggressive?",
				"shop.feature:2:14: warning: the tag @verdit:warn means nothing here; did you mean @verdict:warn?",
			}},
		{"what cannot be parsed", one + "    Given these values\n    | a |\n    | b | c |\n",
			[]string{"shop.feature:5:5: inconsistent cell count"}},
		{"no feature", "# nothing\n", []string{"shop.feature:1:1: there is no feature"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := findings(t, test.text)
			var lines []string
			if got != "" {
				lines = strings.Split(got, "\n")
			}
			if len(lines) < len(test.want) || test.want == nil && got != "" || strings.Contains(got, "warning:") &&
				len(lines) != len(test.want) {
				t.Fatalf("found\n%s\nwant\n%s", got, strings.Join(test.want, "\n"))
			}
			for i, want := range test.want {
				if !strings.HasPrefix(lines[i], want) {
					t.Errorf("found %s\nwant  %s", lines[i], want)
				}
			}
		})
	}
}

// A file that a step names lies beside the feature file, and must serve.
func TestAFileThatAStepNamesIsLookedAt(t *testing.T) {
	folder := fstest.MapFS{
		"good.json":        {Data: []byte(`{"item": "{item}", "count": {count}}`)},
		"bad.json":         {Data: []byte(`{"item": }`)},
		"text.txt":         {Data: []byte(`{"item": }`)},
		"sound.schema":     {Data: []byte(`{"type": "object", "properties": {"a": {"$ref": "part.schema"}}}`)},
		"part.schema":      {Data: []byte(`{"type": "string"}`)},
		"misspelt.schema":  {Data: []byte(`{"type": "objekt"}`)},
		"dangling.schema":  {Data: []byte(`{"$ref": "gone.schema"}`)},
		"elsewhere.schema": {Data: []byte(`{"$ref": "https://schemas.example/a"}`)},
	}
	body := func(name string) string { return "    Given the next call has the body of the file \"" + name + "\"\n" }
	schema := func(name string) string { return "    Then the JSON conforms to the schema \"" + name + "\"\n" }
	for step, want := range map[string]string{
		body("good.json"): "", body("text.txt"): "", body("{name}.json"): "", schema("sound.schema"): "",
		body("bad.json"): "bad.json is no JSON", body("gone.json"): "gone.json", schema("gone.schema"): "gone.schema",
		schema("misspelt.schema"): "misspelt.schema", schema("dangling.schema"): "gone.schema",
		schema("elsewhere.schema"): "schemas are not fetched",
	} {
		text := "Feature: Shop\n  Scenario: One\n    Given these values\n      | name | a |\n      | item | b |\n      | count | 1 |\n" +
			step + "    When the client calls \"GET /{name}{item}{count}\"\n    Then the status is 200\n"
		source := Source{Path: "shop.feature", Text: []byte(text), Open: folder.ReadFile}
		found, err := Lint([]Source{source}, steps.Standard())
		if err != nil || want == "" && len(found) > 0 ||
			want != "" && (len(found) != 1 || !strings.Contains(found[0].Message, want) || found[0].Line != 7) {
			t.Errorf("%s: %v, %v", strings.TrimSpace(step), found, err)
		}
	}
}

// An API that the target lacks is told by the files of the one who asks, with the target.
func TestAnAPIThatTheTargetLacksIsAMistake(t *testing.T) {
	shop := target.Default()
	shop.APIs = []target.RealAPI{{Name: "orders"}, {Name: "stock"}}
	const text = "Feature: Shop\n  Scenario: One\n    When the client calls \"GET /a\" of the API \"%s\"\n    Then the status is 200\n"
	for name, want := range map[string]int{"orders": 0, "oders": 1} {
		source := Source{Path: "shop.feature", Text: fmt.Appendf(nil, text, name)}
		found, err := LintFor(shop, []Source{source}, steps.Standard())
		if err != nil || len(found) != want || want > 0 && !strings.Contains(found[0].String(), "shop.feature:3:5: ") {
			t.Errorf("%s: %v, %v", name, found, err)
		}
		if found, err = Lint([]Source{source}, steps.Standard()); err != nil || len(found) > 0 {
			t.Errorf("%s without a target: %v, %v", name, found, err)
		}
	}
}

func TestAnAmbiguousStepIsFound(t *testing.T) {
	v := steps.Standard().With(func(v *vocabulary.Vocabulary) {
		g := vocabulary.For[world.World](v)
		twin := func(*world.World, string) error { return nil }
		g.Then(`^the status is (\d+)$`, twin, "Its twin.", "Then the status is 200")
	})
	const text = "Feature: Shop\n  Scenario: One\n    Then the status is 200\n"
	found, err := Lint([]Source{{Path: "shop.feature", Text: []byte(text)}}, v)
	if err != nil || len(found) != 1 || !strings.Contains(found[0].Message, "is ambiguous") {
		t.Errorf("found %v, %v", found, err)
	}
}

func TestTheBuiltInFeaturesHaveNoMistakes(t *testing.T) {
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	found, err := Lint(sources, steps.Standard())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Error(f)
	}
}

package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func writtenJSON(t *testing.T, redacted Redacted) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteJSON(&out, redacted); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAJSONReportReadsBackAsTheSameRun(t *testing.T) {
	odd := sampleRun()
	odd.Duration = 123456789 * time.Nanosecond
	odd.Cases[0].Requirements[0].Verdict = "warn" // this case judges it otherwise than the catalogue
	odd.Catalogue = odd.Catalogue[:3]
	for name, run := range map[string]Run{
		"sample": sampleRun(), "overrides": odd, "empty": {Tool: "dpopspec"}, "bad": badAPI(9, 2), "blocked": blockedRun(),
	} {
		t.Run(name, func(t *testing.T) {
			want := NewRedactor(sampleClientSecret).Run(run)
			got, err := ReadJSON(bytes.NewReader(writtenJSON(t, want)))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want.Value()) {
				t.Errorf("got  %+v\nwant %+v", got, want.Value())
			}
		})
	}
}

func TestTheJSONReportHasThePublishedShape(t *testing.T) {
	var d struct {
		Verdict string
		Profile string
		Target  []map[string]any
		Summary map[string]int
		Cases   []struct {
			ID, Feature, Scenario, Endpoint, Subject, Verdict, Reason string
			Line                                                      int
			Requirements                                              []string
			Seconds                                                   float64
		}
	}
	if err := json.Unmarshal(writtenJSON(t, redactedSample()), &d); err != nil {
		t.Fatal(err)
	}
	first := d.Cases[0]
	if d.Verdict != "not conformant" || d.Profile != "rfc9449" || len(d.Target) != 3 ||
		d.Summary["failed"] != 2 || d.Summary["skipped"] != 1 {
		t.Errorf("got %+v", d)
	}
	if first.Verdict != "failed" || first.Line != 12 || first.Seconds != 0.048 ||
		!slices.Equal(first.Requirements, []string{"RFC9449-4.3-43"}) {
		t.Errorf("got %+v", first)
	}
}

func TestTheJSONReportObeysItsSchema(t *testing.T) {
	var schema map[string]any
	if err := json.Unmarshal(Schema, &schema); err != nil {
		t.Fatal(err)
	}
	odd := sampleRun()
	odd.Cases[0].Requirements[0].Verdict = "warn"
	for name, run := range map[string]Run{
		"sample": sampleRun(), "overrides": odd, "empty": {}, "bad": badAPI(9, 2), "blocked": blockedRun(),
	} {
		var document any
		if err := json.Unmarshal(writtenJSON(t, NewRedactor().Run(run)), &document); err != nil {
			t.Fatal(err)
		}
		for _, problem := range violations(schema, schema, document, name) {
			t.Error(problem)
		}
	}
	bad := map[string]any{"verdict": "fine", "profile": 3.0, "target": []any{}, "summary": map[string]any{}}
	if got := violations(schema, schema, bad, "bad"); len(got) < 10 {
		t.Errorf("a bad document has only these problems: %q", got)
	}
}

// violations judges a value by the part of JSON Schema that run.schema.json
// uses. It fails on keywords it does not know and on members that the schema
// does not describe.
func violations(root, schema map[string]any, value any, at string) []string {
	var found []string
	say := func(format string, args ...any) { found = append(found, at+": "+fmt.Sprintf(format, args...)) }
	for keyword, rule := range schema {
		switch keyword {
		case "$schema", "$id", "$defs", "title", "description", "properties":
		case "$ref":
			name := strings.TrimPrefix(rule.(string), "#/$defs/")
			found = append(found, violations(root, root["$defs"].(map[string]any)[name].(map[string]any), value, at)...)
		case "type":
			if got := typeOf(value); got != rule && !(got == "integer" && rule == "number") {
				say("is %s, not %v", got, rule)
			}
		case "enum":
			if !slices.Contains(rule.([]any), value) {
				say("%v is not one of %v", value, rule)
			}
		case "minimum":
			if n, ok := value.(float64); ok && n < rule.(float64) {
				say("%v is less than %v", n, rule)
			}
		case "format":
			if _, err := time.Parse(time.RFC3339, value.(string)); err != nil {
				say("%v", err)
			}
		case "required":
			for _, name := range rule.([]any) {
				if members, ok := value.(map[string]any); ok && members[name.(string)] == nil {
					say("lacks %v", name)
				}
			}
		case "items":
			items, _ := value.([]any)
			for i, item := range items {
				found = append(found, violations(root, rule.(map[string]any), item, fmt.Sprintf("%s[%d]", at, i))...)
			}
		default:
			say("the schema uses %s, which this test does not know", keyword)
		}
	}
	if properties, ok := schema["properties"].(map[string]any); ok {
		members, _ := value.(map[string]any)
		for name, member := range members {
			if rule, ok := properties[name].(map[string]any); ok {
				found = append(found, violations(root, rule, member, at+"."+name)...)
			} else {
				say("the schema does not describe %s", name)
			}
		}
	}
	return found
}

func typeOf(value any) string {
	switch v := value.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
		return "number"
	}
	return "null"
}

func TestAJSONFileThatIsNoReportIsRefusedWithTheRemedy(t *testing.T) {
	for name, text := range map[string]string{
		"not JSON":              "<html>",
		"another document":      `{"mutants": []}`,
		"undefined requirement": `{"tool":"x","verdict":"partial","cases":[{"id":"a","requirements":["R"]}]}`,
		"impossible catalogue":  `{"tool":"x","verdict":"partial","catalogued":4}`,
	} {
		if _, err := ReadJSON(strings.NewReader(text)); err == nil ||
			!strings.HasPrefix(err.Error(), "reading a JSON report: ") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestTheRevisionOfTheProfileStandsInEveryReport(t *testing.T) {
	run := sampleRun()
	run.Revision = "Edition of the Moon, 2031"
	redacted := NewRedactor().Run(run)
	for name, write := range map[string]func(io.Writer, Redacted) error{
		"json": WriteJSON, "junit": WriteJUnit, "html": WriteHTML, "markdown": WriteMarkdown, "sarif": WriteSARIF,
		"pretty": formats()[pretty].write,
	} {
		var b bytes.Buffer
		if err := write(&b, redacted); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), run.Revision) {
			t.Errorf("%s does not name the revision of the profile", name)
		}
		if !strings.Contains(b.String(), "2026-03.2") {
			t.Errorf("%s does not name the set of requirements", name)
		}
	}
}

package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// oneCase is a report of one case, with more members of the report and of the case.
func oneCase(report, one string) string {
	return `{"tool":"dpopspec","verdict":"partial"` + report + `,"requirements":[{"id":"R","verdict":"fail"}],` +
		`"cases":[{"id":"a/b","requirements":["R"],"verdict":"passed"` + one + `}]}`
}

func TestAReportThatNoRunHasWrittenIsRefused(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"an unknown verdict", oneCase("", `,"verdict":"fine"`), `case 1, "a/b": its verdict is "fine"`},
		{"no verdict", oneCase("", `,"verdict":""`), `its verdict is ""`},
		{"a verdict in capitals", oneCase("", `,"verdict":"FAILED"`), `its verdict is "FAILED"`},
		{"an unknown verdict on the target", oneCase(`,"verdict":"good"`, ""), `its verdict is "good"`},
		{"an unknown worth", oneCase("", `,"as_judged":[{"id":"R","verdict":"none"}]`), `"R" is worth "none"`},
		{"a case without id", oneCase("", `,"id":""`), `case 1, "": it has no id`},
		{"negative time", oneCase("", `,"seconds":-1`), "seconds is -1, which is not between 0 and"},
		{"no time to live for", oneCase("", `,"seconds":1e300`), "seconds is 1e+300"},
		{"no number", oneCase("", `,"seconds":1e999`), "number 1e999"},
		{"NaN", oneCase("", `,"seconds":NaN`), "invalid character 'N'"},
		{"a negative run", oneCase(`,"seconds":-0.5`, ""), "seconds is -0.5"},
		{"negative requests", oneCase(`,"requests":-1`, ""), "requests is -1"},
		{"requests without number", oneCase(`,"requests":9223372036854775807`, ""), "requests is 9223372036854775807"},
		{"more than an int", oneCase(`,"requests":92233720368547758070`, ""), "92233720368547758070"},
		{"a broken round of none", oneCase("", `,"broke":2`), "broke is 2"},
		{"a line before the first", oneCase("", `,"line":-4`), "line is -4"},
		{"two billion shards", oneCase(`,"selection":{"how":"x","of":1,"shard":1,"shards":2000000000}`, ""),
			"selection.shards is 2000000000"},
		{"a shard beyond the last", oneCase(`,"selection":{"how":"x","of":1,"shard":3,"shards":2}`, ""),
			"selection.shard is 3, which is not between 0 and 2"},
		{"a shard of none", oneCase(`,"selection":{"how":"x","of":1,"shard":1}`, ""), "selection.shard is 1"},
		{"cases of a plan of less than none", oneCase(`,"selection":{"how":"x","of":-1}`, ""), "selection.of is -1"},
		{"another summary", oneCase(`,"summary":{"total":9,"passed":9}`, ""), "its summary is of 9 cases"},
		{"a summary that hides a failure", oneCase(`,"summary":{"total":1,"passed":1}`, `,"verdict":"failed"`),
			"it was changed or cut"},
		{"two documents", oneCase("", "") + oneCase("", ""), "after top-level value"},
		{"UTF-32", "\xff\xfe\x00\x00{", "UTF-32"},
		{"NUL", "{\"tool\":\"\x00\"}", "NUL"},
		{"half a character of UTF-16", "\xff\xfe{", "half a character"},
	} {
		_, err := ReadJSON(strings.NewReader(row.text))
		if err == nil || !strings.HasPrefix(err.Error(), "reading a JSON report: ") ||
			!strings.Contains(err.Error(), row.want) || !strings.HasSuffix(err.Error(), notAReport) {
			t.Errorf("%s: got %v", row.name, err)
		}
	}
}

func TestAReportMayBeginWithAByteOrderMarkOrBeInUTF16(t *testing.T) {
	text := oneCase(`,"seconds":1.5`, "")
	wide := "\xff\xfe"
	for _, c := range []byte(text) {
		wide += string([]byte{c, 0})
	}
	for name, text := range map[string]string{
		"plain":            text,
		"merged of shards": oneCase(`,"selection":{"how":"merged","of":3,"shards":2}`, ""),
		"a mark":           "\xef\xbb\xbf" + text, "UTF-16": wide, "CRLF": strings.ReplaceAll(text, ",", ",\r\n"),
	} {
		if run, err := ReadJSON(strings.NewReader(text)); err != nil || len(run.Cases) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzReadJSON looks for a report that is read and cannot be told of: merged with itself
// and written again, it must say the same.
func FuzzReadJSON(f *testing.F) {
	f.Add([]byte(oneCase("", "")))
	f.Add([]byte(oneCase(`,"selection":{"how":"x","of":3,"shard":1,"shards":2},"rounds":3`, `,"rounds":3,"broke":2`)))
	f.Add([]byte("\xef\xbb\xbf" + oneCase(`,"catalogued":1,"started":"2026-01-02T03:04:05Z"`, `,"verdict":"failed"`)))
	f.Add([]byte(oneCase(`,"not_run":[{"id":"c","reason":"d"}],"measurements":[{"name":"e","value":1e308}]`, "")))
	f.Fuzz(func(t *testing.T, text []byte) {
		run, err := ReadJSON(bytes.NewReader(text))
		if err != nil {
			return
		}
		if merged, err := Merge(run); err == nil && merged.planned() > run.planned() {
			t.Errorf("%d cases became %d", run.planned(), merged.planned())
		}
		redacted := NewRedactor().Run(run)
		for name, to := range formats() {
			if name == "json" || name == pretty || name == "junit" || name == "annotations" {
				if err := to.to(&bytes.Buffer{}, redacted); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		var out bytes.Buffer
		if err := WriteJSON(&out, redacted); err != nil {
			t.Fatal(err)
		}
		again, err := ReadJSON(bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Fatalf("what was written is not read: %v\n%s", err, out.Bytes())
		}
		if said, before := ending(t, again), ending(t, run); said != before {
			t.Errorf("%s became %s", before, said)
		}
	})
}

// ending is what a run says of its target.
func ending(t *testing.T, run Run) string {
	summary, err := json.Marshal(run.Summary())
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s, exit code %d, %s", run.Conformance(), run.ExitCode(), summary)
}

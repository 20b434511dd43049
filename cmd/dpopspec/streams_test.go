package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/reports"
)

// A program reads what has standard output for itself: one line of ours there, and it
// cannot.
func TestAReportHasStandardOutputForItself(t *testing.T) {
	t.Setenv("GITHUB_ACTIONS", "true")
	t.Setenv("GITHUB_STEP_SUMMARY", "")
	whole := map[string]func(string) error{
		"json":     func(s string) error { return json.Unmarshal([]byte(s), &struct{}{}) },
		"sarif":    func(s string) error { return json.Unmarshal([]byte(s), &struct{}{}) },
		"junit":    func(s string) error { return xml.Unmarshal([]byte(s), &struct{}{}) },
		"html":     nil,
		"markdown": nil,
	}
	for _, name := range reports.FormatNames() {
		if name == "pretty" || name == "annotations" { // lines among others
			continue
		}
		read, listed := whole[name]
		if !listed {
			t.Errorf("the format %s is not tried", name)
			continue
		}
		for _, also := range []string{"", "pretty,"} {
			var out, errs bytes.Buffer
			command := root()
			command.SetOut(&out)
			command.SetErr(&errs)
			command.SetArgs([]string{"run", "--id", "RFC9449-4.3-43", "--format", also + name + ":-,json:" + t.TempDir() + "/run.json"})
			if code := execute(t.Context(), command); code != 0 {
				t.Fatalf("%s ended with %d: %s", name, code, errs.String())
			}
			if read != nil {
				if err := read(out.String()); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			for _, ours := range []string{"running ", "reports: ", "\nPASSED"} {
				if strings.Contains(out.String(), ours) || !strings.Contains(errs.String(), ours) {
					t.Errorf("%s: %q is on standard output, or nowhere", name, ours)
				}
			}
		}
	}
}

package dpoptest

import (
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
)

// fields are the Options that stand for keys of a configuration.
var fields = map[string]string{
	"apis." + apiName + ".url": "Options.API", "apis." + apiName + ".audience": "Options.Audience",
	"apis." + apiName + ".probe": "Options.Probe", "apis." + apiName + ".scope": "Options.API",
}

// prepare tries what the cases rest on. What does not work by the set-up fails the
// test itself, in one text, whichever subtests were chosen: the cases that rest on it
// are skipped, and a test that only skips would be green.
func (s *suite) prepare(t *testing.T) {
	t.Helper()
	if s.session.Usable("", "") == nil {
		// That an API has no metadata, or does not answer, its cases will tell.
		_ = s.session.ReadResources(t.Context())
	}
	runner.Preflight(t.Context(), s.plan, s.session)
	for _, warning := range s.session.Warnings() {
		t.Log(said("warning: " + s.redactor.Text(warning)))
	}
	for _, problem := range s.session.SetUp() {
		t.Error(said(s.setUpText(problem)))
	}
}

// setUpText is a problem of the set-up, with the option or the key to look at.
func (s *suite) setUpText(p reports.Problem) string {
	if field := fields[p.Key]; field != "" && s.API != nil {
		p.Key = field
	}
	p = s.redactor.Problem(p)
	text := "the set-up does not work: " + p.What
	for _, said := range []struct{ label, text string }{
		{"answer", p.Answer}, {"look at", p.Key}, {"remedy", p.Remedy},
	} {
		if said.text != "" {
			text += "\n" + said.label + ": " + strings.Join(strings.Fields(said.text), " ")
		}
	}
	return text + "\nthe cases that rest on it are skipped"
}

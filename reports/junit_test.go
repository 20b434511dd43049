package reports

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func writtenJUnit(t *testing.T, run Run) ([]byte, junitSuites) {
	t.Helper()
	var out bytes.Buffer
	if err := WriteJUnit(&out, NewRedactor(sampleClientSecret).Run(run)); err != nil {
		t.Fatal(err)
	}
	var suites junitSuites
	if err := xml.Unmarshal(out.Bytes(), &suites); err != nil {
		t.Fatalf("%v in\n%s", err, out.Bytes())
	}
	return out.Bytes(), suites
}

func byID(suites junitSuites) map[string]junitCase {
	found := map[string]junitCase{}
	for _, s := range suites.Suites {
		for _, c := range s.Cases {
			for _, p := range c.Properties.List {
				if p.Name == "id" {
					found[p.Value] = c
				}
			}
		}
	}
	return found
}

func TestJUnitHoldsEachVerdictAsCISystemsReadIt(t *testing.T) {
	_, suites := writtenJUnit(t, sampleRun())
	cases := byID(suites)
	for id, want := range map[string]struct{ element, message string }{
		"proof/htm/another-method/token": {"failure", "the token endpoint issued a token"},
		"proof/htu/case/token":           {"", ""},
		"proof/iat/measured/token":       {"", ""},
		"nonce/unknown/token":            {"skipped", "the authorization server asks for no nonce"},
		"code/dpop_jkt/other-key":        {"skipped", "inconclusive: the positive control failed"},
		"thumbprint/members/client":      {"skipped", "known: known deviation"},
		"retry/once/client":              {"error", "the adapter ended"},
	} {
		element, message := outcome(cases[id])
		if element != want.element || !strings.HasPrefix(message, want.message) {
			t.Errorf("%s: got %s %q, want %s %q", id, element, message, want.element, want.message)
		}
	}
	if suites.Tests != 15 || suites.Failures != 2 || suites.Errors != 1 || suites.Skipped != 3 {
		t.Errorf("counts: %+v", suites)
	}
}

func outcome(c junitCase) (element, message string) {
	switch {
	case c.Failure != nil:
		return "failure", c.Failure.Message
	case c.Error != nil:
		return "error", c.Error.Message
	case c.Skipped != nil:
		return "skipped", c.Skipped.Message
	}
	return "", ""
}

func TestAWarningInJUnitPassesWithAPropertyAndOutputAndFailsUnderStrict(t *testing.T) {
	const id = "proof/htu/case/token"
	run := sampleRun()
	_, suites := writtenJUnit(t, run)
	c := byID(suites)[id]
	warned := false
	for _, p := range c.Properties.List {
		warned = warned || p.Name == "warning" && p.Value == "refused with invalid_dpop_proof"
	}
	if !warned || c.Output == nil || !strings.Contains(c.Output.Text, "RFC9449-4.3-58") {
		t.Errorf("the warning is lost: %+v", c)
	}
	run.Strict = true
	_, suites = writtenJUnit(t, run)
	if c := byID(suites)[id]; c.Failure == nil || c.Failure.Type != "RFC9449-4.3-58" {
		t.Errorf("under strict: %+v", c)
	}
}

func TestEachFeatureFileIsASuiteAndEachCaseKnowsItsPlace(t *testing.T) {
	_, suites := writtenJUnit(t, sampleRun())
	s := suites.Suites[0]
	if s.Name != "The method of a proof" || s.File != "proof/htm.feature" || s.Tests != 2 || s.Failures != 1 ||
		s.Hostname != "ci-17" || s.Timestamp != "2026-03-14T09:26:53" {
		t.Errorf("suite: %+v", s)
	}
	c := s.Cases[0]
	if c.Name != "A proof for another method is refused (GET) at token" || c.Classname != "proof.htm" ||
		c.File != "proof/htm.feature" || c.Line != 12 || c.Time != "0.048000" {
		t.Errorf("case: %+v", c)
	}
}

func TestTheChildrenOfATestCaseStandInTheOrderThatReadersExpect(t *testing.T) {
	out, _ := writtenJUnit(t, sampleRun())
	first := string(out[bytes.Index(out, []byte("<testcase")):bytes.Index(out, []byte("</testcase>"))])
	failure, properties, output := strings.Index(first, "<failure"), strings.Index(first, "<properties>"),
		strings.Index(first, "<system-out>")
	if failure < 0 || failure > properties || properties > output {
		t.Errorf("failure at %d, properties at %d, system-out at %d", failure, properties, output)
	}
}

func TestNoTwoCasesShareClassnameAndName(t *testing.T) {
	c := Case{ID: "one", Feature: "a.feature", Scenario: "Same"}
	other := c
	other.ID = "two"
	_, suites := writtenJUnit(t, Run{Cases: []Case{c, other, other, c}})
	taken := map[string]bool{}
	for _, s := range suites.Suites {
		for _, c := range s.Cases {
			if key := c.Classname + "|" + c.Name; taken[key] {
				t.Errorf("%s stands twice", key)
			} else {
				taken[key] = true
			}
		}
	}
	if len(taken) != 4 || !taken["a|Same"] || !taken["a|Same [two]"] {
		t.Errorf("got %v", taken)
	}
}

func TestAHugeRunStaysBelowWhatGitLabReads(t *testing.T) {
	c := sampleCases()[0]
	c.Exchanges[0].Response = strings.Repeat("<&> body ", 50_000)
	run := Run{}
	for range 300 {
		run.Cases = append(run.Cases, c)
	}
	if out, _ := writtenJUnit(t, run); len(out) > 30_000_000 {
		t.Errorf("%d bytes", len(out))
	}
}

// wellFormed reads all of the document and checks that every character is legal in XML 1.0.
func wellFormed(document []byte) error {
	for _, r := range string(document) {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return errors.New("illegal character")
		}
	}
	decoder := xml.NewDecoder(bytes.NewReader(document))
	for {
		if _, err := decoder.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func FuzzJUnitIsAlwaysWellFormedXML(f *testing.F) {
	f.Add("plain", "]]>", uint8(1))
	f.Add("\x00\x1b[31m\ufffe\uffff", "\xff\xfe<&\"'>\r\n", uint8(6))
	f.Add("a\xed\xa0\x80b", "\u202e\u0085", uint8(0))
	f.Fuzz(func(t *testing.T, a, b string, verdict uint8) {
		run := Run{Tool: a, Host: b, Target: []Party{{Role: a, Name: b}}, Cases: []Case{{
			ID: a, Feature: b, FeatureName: a, Scenario: b, Row: a, Endpoint: b, Reason: a, Expected: b, Actual: a,
			Verdict: Verdicts[int(verdict)%len(Verdicts)], Requirements: []Requirement{{ID: a, Text: b}},
			Properties: []Property{{a, b}}, Notes: []string{a}, Exchanges: []Exchange{{Title: a, Request: b, Response: a, Proof: &Proof{a, b, a}, URL: b}},
		}}}
		var out bytes.Buffer
		if err := WriteJUnit(&out, NewRedactor().Run(run)); err != nil {
			t.Fatal(err)
		}
		if err := wellFormed(out.Bytes()); err != nil {
			t.Errorf("%v in %q", err, out.Bytes())
		}
	})
}

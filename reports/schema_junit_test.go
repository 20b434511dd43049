package reports

import (
	"bytes"
	"errors"
	"os/exec"
	"slices"
	"testing"
)

// junitSchema is that of the Jenkins plugin xunit (MIT), in the stricter of its
// two versions about: with three decimals of a suite's time at most.
const junitSchema = "testdata/junit-10.xsd"

// difference is what we write and the schema does not know, and who reads it.
type difference struct {
	of, attribute, child string
	why                  string
}

var junitDifferences = []difference{
	{of: "testsuites", attribute: "skipped", why: "completes the counts: people, and readers that sum up"},
	{of: "testsuites", attribute: "timestamp", why: "when the run began, for files without a suite"},
	{of: "testcase", attribute: "file", why: "GitLab shows it, and copies the names of failed tests with it"},
	{of: "testcase", attribute: "line", why: "goes with file"},
	{of: "testcase", child: "properties", why: "Jenkins (junit) keeps them: requirement, endpoint, warning"},
}

// without leaves differences out of a report.
func without(report *node, list ...difference) *node {
	copied := *report
	copied.attributes = map[string]string{}
	for name, value := range report.attributes {
		if !slices.ContainsFunc(list, func(d difference) bool { return d.of == report.name && d.attribute == name }) {
			copied.attributes[name] = value
		}
	}
	copied.children = nil
	for _, c := range report.children {
		if !slices.ContainsFunc(list, func(d difference) bool { return d.of == report.name && d.child == c.name }) {
			copied.children = append(copied.children, without(c, list...))
		}
	}
	return &copied
}

// xmllint compares a report with the schema and returns the mistakes.
func xmllint(t *testing.T, report *node) (mistakes string) {
	t.Helper()
	command := exec.Command("node", "../fixtures/schemas/validate.mjs", junitSchema)
	command.Stdin = bytes.NewReader(report.document())
	var complaint bytes.Buffer
	command.Stderr = &complaint
	output, err := command.Output()
	var ended *exec.ExitError
	if err != nil && (!errors.As(err, &ended) || len(output) == 0) {
		t.Fatalf("node: %v; run make schemas\n%s", err, complaint.Bytes())
	}
	return string(output)
}

func TestJUnitHoldsToAPublishedSchemaButForWhatOthersRead(t *testing.T) {
	for name, document := range writtenReports(t, ".xml") {
		report, err := readXML(document)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for rule, where := range brokenRules(report) {
			t.Errorf("%s: %s: %v", name, rule, where)
		}
		if len(document) > 30_000_000 {
			t.Errorf("%s: %d octets are more than GitLab reads", name, len(document))
		}
		if mistakes := xmllint(t, without(report, junitDifferences...)); mistakes != "" {
			t.Errorf("%s: %.2000s", name, mistakes)
		}
		t.Logf("%s: %d octets, %d test cases, %d failures", name, len(document), len(report.named("testcase")),
			len(report.named("failure")))
	}
}

func TestEachDifferenceToThePublishedSchemaIsOne(t *testing.T) {
	writtenReports(t, ".xml")
	sample := sampleJUnit(t)
	if mistakes := xmllint(t, without(sample, junitDifferences...)); mistakes != "" {
		t.Errorf("the sample: %s", mistakes)
	}
	for i, d := range junitDifferences {
		others := slices.Delete(slices.Clone(junitDifferences), i, i+1)
		if xmllint(t, without(sample, others...)) == "" {
			t.Errorf("the schema knows %s%s of %s; take it out of the list", d.attribute, d.child, d.of)
		}
	}
}

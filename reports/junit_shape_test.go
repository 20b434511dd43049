package reports

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// There is no standard of JUnit XML, and the consumers read different parts.
// What follows is what a report of ours must hold to so that all of them read it
// well, each rule with those that need it:
//
//   - GitLab: "Unit test reports", the table of elements and attributes that are
//     parsed, and the limits above it.
//   - Azure: "Publish Test Results task", result formats mapping, JUnit.
//   - Jenkins: the plugin junit, which reads what is there, and the plugin xunit,
//     which has a schema (junit-10.xsd, see schema_junit_test.go).
//
// The schemas about contradict each other. That of Apache Ant (JUnit.xsd) knows
// no skipped, no counts at testsuites and no system-out of a test case, and
// demands package and id of a suite; those of Jenkins know skipped, whose reason
// older ones take from the content alone; none of them knows the file of a test
// case, which GitLab shows, or its properties, which Jenkins keeps. We write what
// is read, in an order that suits everyone.

// shape is what an element holds. Children come in this order.
type shape struct {
	required, optional []string // attributes
	children           []child
	text               bool
}

type child struct {
	name string
	most int // 0: any number
}

var (
	countNames = []string{"tests", "failures", "errors", "skipped"}

	problem = shape{
		required: []string{"message", "type"}, // Azure: error message
		text:     true,                        // Azure: stack trace; GitLab: all that it shows
	}

	junitShapes = map[string]shape{
		"testsuites": {
			required: append([]string{"name", "time", "timestamp"}, countNames...), // Jenkins (xunit)
			children: []child{{"testsuite", 0}},
		},
		"testsuite": {
			// Azure: dates of all its tests are reckoned from timestamp
			required: append([]string{"name", "time", "timestamp"}, countNames...),
			optional: []string{"file", "hostname"},                // Azure: agent name
			children: []child{{"properties", 1}, {"testcase", 0}}, // Ant's order
		},
		"testcase": {
			required: []string{"name", "classname", "time"}, // all
			optional: []string{"file", "line"},              // GitLab: file; line goes with it
			children: []child{{"failure", 1}, {"error", 1}, {"skipped", 1}, {"properties", 1}, {"system-out", 1}},
		},
		"failure":    problem,
		"error":      problem,
		"skipped":    {required: []string{"message"}, text: true}, // Azure: attribute; GitLab: content
		"properties": {children: []child{{"property", 0}}},
		"property":   {required: []string{"name", "value"}},
		"system-out": {text: true}, // GitLab and Azure: of a test case
	}
)

// rule is one thing that consumers rely on.
type rule struct {
	name   string
	broken func(report *node) []string // where, and how
	breaks func(report *node)          // makes a report break this rule and no other
}

var junitRules = []rule{
	{"the root is testsuites (GitLab: one at most, and suites below it)", wrongRoot,
		func(n *node) { n.name = "property" }},
	{"no element is unknown where it stands, and all stand in order", wrongChildren, func(n *node) {
		first := n.named("testcase")[0]
		slices.Reverse(first.children)
	}},
	{"no attribute is unknown or missing", wrongAttributes,
		func(n *node) { n.named("testcase")[0].attributes["status"] = "run" }},
	{"text stands where it is read", wrongText, func(n *node) { n.named("testcase")[0].text = "lost" }},
	{"a test case has one outcome (Azure, GitLab: the first of failure, error, skipped wins)", manyOutcomes,
		func(n *node) {
			failed := n.named("failure")[0]
			for _, c := range n.named("testcase") {
				if slices.Contains(c.children, failed) {
					c.children = slices.Insert(c.children, 1,
						&node{name: "skipped", attributes: map[string]string{"message": "x"}, text: "x"})
					changeBy(n, c, "skipped", 1)
				}
			}
		}},
	{"what is not a pass says why (Azure: message; GitLab: content)", silentOutcomes,
		func(n *node) { n.named("skipped")[0].text = "" }},
	{"counts add up (Jenkins and people)", wrongCounts,
		func(n *node) { n.named("testsuite")[0].attributes["tests"] = "0" }},
	{"classname and name are there, and together unique (GitLab drops the second)", repeatedNames, func(n *node) {
		for _, c := range n.named("testcase")[:2] {
			c.attributes["classname"], c.attributes["name"] = "same", "same"
		}
	}},
	{"times are decimal numbers, and of suites with three decimals at most (Azure; Jenkins: SUREFIRE_TIME)",
		wrongTimes, func(n *node) { n.attributes["time"] = "1.234567" }},
	{"timestamps are ISO 8601 without a zone (Ant; Azure: date started)", wrongTimestamps,
		func(n *node) { n.attributes["timestamp"] = "2026-03-14T09:26:53+01:00" }},
}

// changeBy corrects a count of the suite of a test case and of all suites.
func changeBy(report, testcase *node, name string, by int) {
	for _, n := range append(report.named("testsuite"), report) {
		if n == report || slices.Contains(n.children, testcase) {
			count, _ := strconv.Atoi(n.attributes[name])
			n.attributes[name] = strconv.Itoa(count + by)
		}
	}
}

func wrongRoot(report *node) []string {
	if report.name != "testsuites" {
		return []string{report.name}
	}
	return nil
}

func wrongChildren(report *node) (wrong []string) {
	for _, n := range report.all() {
		allowed := junitShapes[n.name].children
		at, seen := 0, 0
		for _, c := range n.children {
			for at < len(allowed) && allowed[at].name != c.name {
				at, seen = at+1, 0
			}
			if seen++; at == len(allowed) || allowed[at].most > 0 && seen > allowed[at].most {
				wrong = append(wrong, n.name+" holds "+c.name)
				break
			}
		}
	}
	return wrong
}

func wrongAttributes(report *node) (wrong []string) {
	for _, n := range report.all() {
		s := junitShapes[n.name]
		for name := range n.attributes {
			if !slices.Contains(s.required, name) && !slices.Contains(s.optional, name) {
				wrong = append(wrong, n.name+" has "+name)
			}
		}
		for _, name := range s.required {
			if _, found := n.attributes[name]; !found {
				wrong = append(wrong, n.name+" lacks "+name)
			}
		}
	}
	return wrong
}

func wrongText(report *node) (wrong []string) {
	for _, n := range report.all() {
		if n.text != "" && !junitShapes[n.name].text {
			wrong = append(wrong, fmt.Sprintf("%s: %.40q", n.name, n.text))
		}
	}
	return wrong
}

// outcomes are the elements that make a test case no pass.
func outcomes(testcase *node) []*node {
	return slices.DeleteFunc(slices.Clone(testcase.children), func(n *node) bool {
		return n.name != "failure" && n.name != "error" && n.name != "skipped"
	})
}

func manyOutcomes(report *node) (wrong []string) {
	for _, c := range report.named("testcase") {
		if found := outcomes(c); len(found) > 1 {
			wrong = append(wrong, fmt.Sprintf("%s has %d", c.attributes["name"], len(found)))
		}
	}
	return wrong
}

func silentOutcomes(report *node) (wrong []string) {
	for _, c := range report.named("testcase") {
		for _, o := range outcomes(c) {
			if o.text == "" || strings.TrimSpace(o.attributes["message"]) == "" {
				wrong = append(wrong, c.attributes["name"])
			}
		}
	}
	return wrong
}

func wrongCounts(report *node) (wrong []string) {
	for _, n := range append(report.named("testsuite"), report) {
		want := map[string]int{
			"tests": len(n.named("testcase")), "failures": len(n.named("failure")),
			"errors": len(n.named("error")), "skipped": len(n.named("skipped")),
		}
		for _, name := range countNames {
			if said := n.attributes[name]; said != strconv.Itoa(want[name]) {
				wrong = append(wrong, fmt.Sprintf("%s %q: %s %s, there are %d", n.name, n.attributes["name"],
					said, name, want[name]))
			}
		}
	}
	return wrong
}

func repeatedNames(report *node) (wrong []string) {
	seen := map[[2]string]bool{}
	for _, c := range report.named("testcase") {
		key := [2]string{c.attributes["classname"], c.attributes["name"]}
		if key[0] == "" || key[1] == "" || seen[key] {
			wrong = append(wrong, fmt.Sprint(key))
		}
		seen[key] = true
	}
	return wrong
}

var (
	decimal   = regexp.MustCompile(`^\d+\.\d+$`)
	suiteTime = regexp.MustCompile(`^\d+\.\d{1,3}$`)
)

func wrongTimes(report *node) (wrong []string) {
	for _, n := range report.all() {
		pattern := suiteTime
		if n.name == "testcase" {
			pattern = decimal
		}
		if value, found := n.attributes["time"]; found && !pattern.MatchString(value) {
			wrong = append(wrong, n.name+": "+value)
		}
	}
	return wrong
}

func wrongTimestamps(report *node) (wrong []string) {
	for _, n := range report.all() {
		value, found := n.attributes["timestamp"]
		if _, err := time.Parse("2006-01-02T15:04:05", value); found && err != nil {
			wrong = append(wrong, err.Error())
		}
	}
	return wrong
}

// brokenRules returns the rules that a report breaks, with where.
func brokenRules(report *node) map[string][]string {
	found := map[string][]string{}
	for _, r := range junitRules {
		if where := r.broken(report); len(where) > 0 {
			found[r.name] = where[:min(3, len(where))]
		}
	}
	return found
}

func sampleJUnit(t *testing.T) *node {
	t.Helper()
	document, _ := writtenJUnit(t, sampleRun())
	report, err := readXML(document)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestAReportHasTheShapeThatGitLabJenkinsAndAzureRead(t *testing.T) {
	report := sampleJUnit(t)
	for name, where := range brokenRules(report) {
		t.Errorf("%s: %v", name, where)
	}
	for _, name := range []string{"failure", "error", "skipped", "system-out", "properties"} {
		if len(report.named(name)) == 0 {
			t.Errorf("there is no %s to look at", name)
		}
	}
}

func TestEachRuleOfTheShapeFindsWhatBreaksItAlone(t *testing.T) {
	for _, r := range junitRules {
		report := sampleJUnit(t)
		r.breaks(report)
		broken := brokenRules(report)
		if len(broken[r.name]) == 0 {
			t.Errorf("%s: not found", r.name)
		}
		// Another root is another document: whatever stands in it is wrong too.
		if others := len(broken) - 1; others > 0 && report.name == "testsuites" {
			t.Errorf("%s: also found by %v", r.name, slices.Sorted(maps.Keys(broken)))
		}
	}
}

func TestADocumentThatIsNoXMLIsNotRead(t *testing.T) {
	for _, document := range []string{"", "<a>", "<a/><b/>", "<a x='1' x='2'/>", "<a>\x01</a>", "<a>\xff</a>",
		"<a>&#0;</a>"} {
		if _, err := readXML([]byte(document)); err == nil {
			t.Errorf("read: %q", document)
		}
	}
	again, err := readXML(sampleJUnit(t).document())
	if err != nil || !bytes.Equal(again.document(), sampleJUnit(t).document()) {
		t.Errorf("a document changes when it is written again: %v", err)
	}
}

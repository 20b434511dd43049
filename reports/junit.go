package reports

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/internal/visible"
)

// GitLab takes no file of more than 30 MB. What a case tells is cut at
// junitCaseLimit bytes, and once all that was told reaches junitLimit at a few lines.
const (
	junitCaseLimit = 64 << 10
	junitLimit     = 16 << 20
	junitFewLines  = 1 << 10
)

type junitSuites struct {
	XMLName   xml.Name     `xml:"testsuites"`
	Name      string       `xml:"name,attr"`
	Tests     int          `xml:"tests,attr"`
	Failures  int          `xml:"failures,attr"`
	Errors    int          `xml:"errors,attr"`
	Skipped   int          `xml:"skipped,attr"`
	Time      string       `xml:"time,attr"`
	Timestamp string       `xml:"timestamp,attr"`
	Suites    []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string           `xml:"name,attr"`
	Tests      int              `xml:"tests,attr"`
	Failures   int              `xml:"failures,attr"`
	Errors     int              `xml:"errors,attr"`
	Skipped    int              `xml:"skipped,attr"`
	Time       string           `xml:"time,attr"`
	Timestamp  string           `xml:"timestamp,attr"`
	File       string           `xml:"file,attr,omitempty"`
	Hostname   string           `xml:"hostname,attr,omitempty"`
	Properties *junitProperties `xml:"properties"`
	Cases      []junitCase      `xml:"testcase"`
	spent      time.Duration
}

type junitCase struct {
	Name       string           `xml:"name,attr"`
	Classname  string           `xml:"classname,attr"`
	Time       string           `xml:"time,attr"`
	File       string           `xml:"file,attr,omitempty"`
	Line       int              `xml:"line,attr,omitempty"`
	Failure    *junitProblem    `xml:"failure"`
	Error      *junitProblem    `xml:"error"`
	Skipped    *junitSkipped    `xml:"skipped"`
	Properties *junitProperties `xml:"properties"`
	Output     *junitOutput     `xml:"system-out"`
}

type junitProblem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",cdata"`
}

// junitSkipped says its reason twice: Azure and Jenkins read the attribute,
// GitLab the content.
type junitSkipped struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func junitSkippedFor(reason string) *junitSkipped { return &junitSkipped{reason, reason} }

type junitOutput struct {
	Text string `xml:",cdata"`
}

type junitProperties struct {
	List []junitProperty `xml:"property"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

// WriteJUnit writes the run as JUnit XML in the dialect that GitLab, Jenkins
// and Azure Pipelines agree on: a suite a feature file, a test case a case
// under a name that is unique and stable, at most one of failure, error and
// skipped, then properties, then system-out.
func WriteJUnit(w io.Writer, redacted Redacted) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(junitOf(redacted.run)); err != nil {
		return fmt.Errorf("writing JUnit XML: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func junitOf(run Run) junitSuites {
	all := junitSuites{
		Name: visible.Text(run.Tool), Time: milliseconds(run.Duration), Timestamp: timestamp(run.Started),
	}
	at := map[string]int{}
	writer := junitWriter{strict: run.Strict, taken: map[string]bool{}, budget: junitLimit, first: map[string]Case{}}
	for _, c := range run.Cases {
		i, ok := at[c.Feature]
		if !ok {
			i = len(all.Suites)
			at[c.Feature] = i
			all.Suites = append(all.Suites, junitSuiteOf(run, c))
		}
		all.Suites[i].add(writer.caseOf(c), c)
	}
	for _, s := range all.Suites {
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
	}
	return all
}

func junitSuiteOf(run Run, first Case) junitSuite {
	s := junitSuite{
		Name: visible.Text(first.FeatureName), File: visible.Text(first.Feature),
		Timestamp: timestamp(run.Started), Hostname: visible.Text(run.Host),
	}
	if s.Name == "" {
		s.Name = s.File
	}
	s.Properties = junitPropertiesOf([]Property{
		{"profile", run.Profile}, {"revision", run.Revision},
		{"requirement_set", run.Set.Version}, {"requirement_set.digest", run.Set.Digest},
		{"verdict", string(run.Conformance())}, {"version", run.Version},
		{"strict", strconv.FormatBool(run.Strict)}, {"level", run.Level}, {"requests", strconv.Itoa(run.Requests)},
	})
	for _, p := range run.Target {
		s.Properties.List = append(s.Properties.List, junitProperty{
			"target." + visible.Text(p.Role), oneLine(strings.Join([]string{p.Kind, p.Name, p.Where}, " "))})
	}
	return s
}

func (s *junitSuite) add(j junitCase, c Case) {
	s.Tests++
	switch {
	case j.Failure != nil:
		s.Failures++
	case j.Error != nil:
		s.Errors++
	case j.Skipped != nil:
		s.Skipped++
	}
	s.spent += c.Duration
	s.Time = milliseconds(s.spent)
	s.Cases = append(s.Cases, j)
}

// junitWriter is what the cases of one file share.
type junitWriter struct {
	strict bool
	taken  map[string]bool // names, each with its classname
	budget int             // bytes that may still be told
	first  map[string]Case // of each cause the case that tells all
}

func (w *junitWriter) caseOf(c Case) junitCase {
	j := junitCase{
		Classname: classname(c.Feature), File: visible.Text(c.Feature), Line: c.Line, Time: seconds(c.Duration),
	}
	j.Name = unique(j.Classname, c, w.taken)
	message, text := oneLine(headline(c)), failureText
	if first, known := w.first[c.Cause()]; known && c.Cause() != "" {
		message = clip(Briefly(c), titleWidth) + "; same cause as " + oneLine(first.ID)
		text = func(c Case) string { return again(c, first.ID) }
	} else {
		w.first[c.Cause()] = c
	}
	switch {
	case c.Fails(w.strict):
		j.Failure = &junitProblem{message, failureType(c), told(text(c), &w.budget)}
	case c.Verdict == Skipped:
		j.Skipped = junitSkippedFor(message)
	case c.Verdict == Inconclusive, c.Verdict == Known:
		j.Skipped = junitSkippedFor(string(c.Verdict) + ": " + message)
	case c.Verdict == Passed, c.Verdict == Warned, c.Verdict == Noted:
	default:
		j.Error = &junitProblem{message, string(c.Verdict), told(text(c), &w.budget)}
	}
	j.Properties = junitPropertiesOf(properties(c))
	if text := output(c, text); text != "" {
		j.Output = &junitOutput{told(text, &w.budget)}
	}
	return j
}

// told is the text as far as the budget of the file goes.
func told(text string, budget *int) string {
	text = visible.Text(clipBytes(text, min(junitCaseLimit, max(*budget, junitFewLines))))
	*budget -= len(text)
	return text
}

// properties are what a CI system may show or filter by.
func properties(c Case) []Property {
	list := []Property{{"id", c.ID}, {"verdict", string(c.Verdict)}}
	if len(c.Requirements) > 0 {
		list = append(list, Property{"requirements", strings.Join(c.requirementIDs(), " ")})
	}
	for _, p := range []Property{
		{"subject", c.Subject}, {"endpoint", c.Endpoint}, {"cause", c.Cause()}, {"blocked by", c.Blocked},
	} {
		if p.Value != "" {
			list = append(list, p)
		}
	}
	if c.Requests > 0 {
		list = append(list, Property{"requests", strconv.Itoa(c.Requests)})
	}
	if c.Rounds > 1 {
		list = append(list, Property{"rounds", strconv.Itoa(c.Rounds)}, Property{"broke", strconv.Itoa(c.Broke)})
	}
	switch c.Verdict {
	case Warned:
		list = append(list, Property{"warning", headline(c)})
	case Noted:
		list = append(list, Property{"note", headline(c)})
	case Known:
		list = append(list, Property{"known deviation", headline(c)})
	}
	return append(list, c.Properties...)
}

func junitPropertiesOf(list []Property) *junitProperties {
	out := &junitProperties{}
	for _, p := range list {
		out.List = append(out.List, junitProperty{visible.Text(p.Name), visible.Text(p.Value)})
	}
	return out
}

// output is what the case saw: briefly if it passed or if its failure tells it
// already, at length if it warns or excuses.
func output(c Case, atLength func(Case) string) string {
	switch c.Verdict {
	case Warned, Known, Inconclusive:
		return atLength(c)
	}
	return passText(c)
}

// unique is a name that no case with the same classname has. The id of the
// case tells apart what the title does not; GitLab drops the second of two.
func unique(classname string, c Case, taken map[string]bool) string {
	title := oneLine(c.Title())
	name := title
	for n := 1; taken[classname+"\x00"+name]; n++ {
		name = title + " [" + oneLine(c.ID) + "]"
		if n > 1 {
			name += " " + strconv.Itoa(n)
		}
	}
	taken[classname+"\x00"+name] = true
	return name
}

// classname is the feature's path in the way of packages: proof/htm.feature is proof.htm.
func classname(feature string) string {
	name := strings.Trim(strings.TrimSuffix(visible.Text(feature), ".feature"), "./")
	if name == "" {
		return "scenarios"
	}
	return strings.ReplaceAll(name, "/", ".")
}

func failureType(c Case) string {
	if len(c.Requirements) > 0 {
		return visible.Text(c.Requirements[0].ID)
	}
	return string(c.Verdict)
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 6, 64) }

// milliseconds are seconds with the three decimals that some versions of the
// schema of Jenkins allow a suite.
func milliseconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }

// timestamp is ISO 8601 in UTC without a zone, which is what the readers parse.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }

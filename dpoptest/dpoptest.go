// Package dpoptest runs DPoP scenarios in go test: every case is a subtest, and
// the API under test is a handler of the program that is tested.
package dpoptest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/places"
	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/target"
)

// Options say what Run tests. The zero value runs every built-in scenario against
// the embedded parties.
type Options struct {
	// API makes the handler under test, an API that takes the access tokens of
	// the given issuer. The audience of its tokens is Audience.
	API func(issuer string) http.Handler
	// Audience is what aud holds in the tokens that the API takes; the origin
	// of the API if empty.
	Audience string
	// Probe is a request that a good token makes succeed, such as "GET /orders".
	Probe string

	Features fs.FS    // .feature files; the built-in ones if nil
	Config   string   // configuration file; instead of API
	Profile  string   // empty: that of the configuration file, or rfc9449
	Tags     string   // standard tag expression
	IDs      []string // of cases or requirements
	Strict   bool     // a warning fails the test
	// FailOnPartial fails the test of which not all could be tested or is in order, too: a
	// mandatory requirement at some endpoint, a scenario of Features. Of all built-in
	// scenarios some are always left at a real API: give IDs or Features. Without it
	// that is a line in the log of the test, which go test -v shows.
	FailOnPartial bool
	Level         string // quick, standard or full; empty: quick under -short, else as the parties are

	// Steps adds steps of one's own to the vocabulary.
	Steps func(*vocabulary.Vocabulary)
	// Known is a file of known deviations, see runner.ReadKnown.
	Known string
	// Reports are formats with their files, separated by commas, such as
	// junit:junit.xml,html:report.html; they are written when the test ends, whatever
	// its verdict is. See reports.ParseFormats.
	Reports string
}

// Run runs every case as a subtest of t, named by the parts of its id, so that
// go test -run selects them: TestDPoP/proof-method/.*@api. A case that cannot be
// run or attributed is skipped with its reason; requirement ids are attributes
// of the test. What does not work by the set-up, such as a Probe that a good token
// does not make succeed, is found before the first case and fails t itself, and so does it
// that no case told anything; under -short, which tries the level quick, t is skipped then.
// However much fails, at most 200 lines tell of it: the cases beyond that are skipped with a
// reason that says so, and t fails for them with their causes. Against a server that is not
// in this process give go test -count=1: it may else show an earlier result.
func Run(t *testing.T, o Options) {
	t.Helper()
	var panics panics
	configured, err := o.target(&panics)
	if err != nil {
		t.Fatal(said(err.Error()))
	}
	plan, err := o.plan(configured)
	if err != nil {
		t.Fatal(said(err.Error()))
	}
	outputs, err := o.outputs(configured)
	if err != nil {
		t.Fatal(said(err.Error()))
	}
	session, err := target.Begin(context.Background(), configured)
	if err != nil {
		t.Fatal(said(err.Error()))
	}
	t.Cleanup(session.Close)
	suite := suite{Options: o, plan: plan, session: session, redactor: reports.NewRedactor(configured.Secrets...)}
	suite.told = map[string]string{}
	if o.Known != "" {
		if suite.known, err = runner.ReadKnown(o.Known); err == nil {
			err = plan.CheckKnown(suite.known)
		}
		if err != nil {
			t.Fatal(said(err.Error()))
		}
	}
	started := time.Now()
	suite.prepare(t)
	suite.run(t)
	run := runner.Gathered(plan, session, started, runner.ApplyKnown(suite.results, suite.known))
	run.Strict = o.Strict
	panics.tell(t)
	suite.report(t, &run, outputs)
	suite.conclude(t, &run)
}

// suite is what the subtests of one Run share.
type suite struct {
	Options
	plan     *runner.Plan
	session  *target.Session
	redactor *reports.Redactor
	known    []runner.KnownDeviation
	mu       sync.Mutex
	results  []reports.Case
	told     map[string]string // of each cause, the case that has told it at length
	output   budget            // of what fails
}

func (s *suite) run(t *testing.T) {
	// What a stranger's server remembers of one case must not reach another. A
	// handler in this process is trusted to keep keys and tokens apart.
	strangers := !s.session.Embedded(target.ResourceServer) || !s.session.Embedded(target.AuthorizationServer)
	serial := s.API == nil && strangers || s.session.Triggered()
	for _, group := range grouped(s.plan.ByFeature()) {
		t.Run(visible.Text(group.name), func(t *testing.T) {
			for _, c := range group.cases {
				t.Run(visible.Text(strings.TrimPrefix(c.ID, group.name+"/")), func(t *testing.T) {
					if !serial || c.Waits(s.session) {
						t.Parallel()
					}
					repeat := func(*runner.Case) string { return repeating(t.Name()) }
					result := runner.RunCase(t.Context(), c, s.session, s.plan.Profile, runner.Options{Repeat: repeat})
					s.judge(t, s.redactor.Case(result))
				})
			}
		})
	}
	for _, c := range runner.Findings(t.Context(), s.plan, s.session, runner.Options{}, s.results) {
		t.Run(visible.Text(c.ID), func(t *testing.T) { s.judge(t, s.redactor.Case(c)) })
	}
	for _, c := range runner.ApplyKnown(s.results, s.known)[len(s.results):] {
		t.Error(said("\n" + reports.Block(c)))
	}
	if text := s.output.rest(); text != "" {
		t.Error(said(text))
	}
}

type caseGroup struct {
	name  string
	cases []*runner.Case
}

// grouped keeps the cases of a feature together, in the order of the plan.
func grouped(cases []*runner.Case) []caseGroup {
	var groups []caseGroup
	for _, c := range cases {
		name, _, _ := strings.Cut(c.ID, "/")
		if len(groups) == 0 || groups[len(groups)-1].name != name {
			groups = append(groups, caseGroup{name: name})
		}
		last := &groups[len(groups)-1]
		last.cases = append(last.cases, c)
	}
	return groups
}

func (o Options) plan(t *target.Target) (*runner.Plan, error) {
	sources, err := runner.BuiltIn()
	if o.Features != nil {
		sources, err = runner.ReadFS(o.Features)
	}
	if err != nil {
		return nil, err
	}
	vocabulary := steps.Standard()
	if o.Steps != nil {
		vocabulary = vocabulary.With(o.Steps)
	}
	return runner.NewPlanWith(vocabulary, sources, t, runner.Selection{Tags: o.Tags, IDs: o.IDs})
}

func (o Options) target(p *panics) (*target.Target, error) {
	configured := target.Default()
	if o.API == nil && (o.Probe != "" || o.Audience != "") {
		return nil, errors.New("dpoptest: Probe and Audience say how API is called, and there is none: give API; " +
			"in a Config they are apis.NAME.probe and apis.NAME.audience")
	}
	if o.Config != "" {
		if o.API != nil {
			return nil, fmt.Errorf("dpoptest: give Config or API, not both")
		}
		var err error
		if configured, err = target.Load(o.Config, os.LookupEnv); err != nil {
			return nil, err
		}
	}
	if o.Profile != "" {
		configured.Profile = o.Profile
	}
	switch {
	case o.Level != "":
		if err := features.KnownLevel(o.Level); err != nil {
			return nil, fmt.Errorf("dpoptest: Level: %w", err)
		}
		configured.Limits.Level = o.Level
	case testing.Short():
		configured.Limits.Level = features.Quick
	}
	if o.API != nil {
		method, path, found := strings.Cut(o.Probe, " ")
		if !found {
			return nil, fmt.Errorf("dpoptest: Probe %q is not a method and a path, such as GET /orders", o.Probe)
		}
		configured.APIs = []target.RealAPI{{
			Name: apiName, Audience: o.Audience, Method: method, Path: path,
			Serve: func(issuer string) (string, func(), error) { return serve(issuer, o.API, p) },
		}}
	}
	return configured, nil
}

// outputs are the reports that are to be written: to files, since go test has standard
// output for itself, and over none that is read.
func (o Options) outputs(configured *target.Target) ([]reports.Output, error) {
	if o.Reports == "" {
		return nil, nil
	}
	var files places.Files
	files.Reads("Config", o.Config)
	files.Reads("Known", o.Known)
	for _, file := range configured.FilesRead() {
		files.Reads("the configuration", file)
	}
	outputs, err := reports.ParseFormats(o.Reports)
	if err != nil {
		return nil, fmt.Errorf("dpoptest: Reports: %w", err)
	}
	for _, output := range outputs {
		if output.Path == "-" {
			err = fmt.Errorf("dpoptest: Reports: give %s a file, as in %s:dpopspec.%[1]s", output.Format, output.Format)
		}
		if err == nil {
			err = files.Writes("dpoptest: Reports: "+output.Format, output.Path)
		}
	}
	return outputs, err
}

// report writes the reports. One that cannot be written fails the test.
func (s *suite) report(t *testing.T, run *reports.Run, outputs []reports.Output) {
	t.Helper()
	if len(outputs) == 0 {
		return
	}
	if _, err := reports.Write(outputs, s.redactor.Run(*run), nil); err != nil {
		t.Error(said("dpoptest: " + err.Error()))
	}
}

// conclude says what a test comes to that no case has failed. One in which no case told
// anything fails: each was skipped, and a test that only skips would be green. Where go test
// -run has chosen, it has chosen that.
func (s *suite) conclude(t *testing.T, run *reports.Run) {
	t.Helper()
	chosen := len(s.results) < len(s.plan.Cases)
	if t.Failed() || chosen {
		return
	}
	switch run.Conformance() {
	case reports.CouldNotTest:
		s.untested(t, run)
	case reports.Partial:
		text := said("dpoptest: " + reports.Conclusion(s.redactor.Run(*run)))
		if s.FailOnPartial {
			t.Error(text)
		} else {
			t.Log(text)
		}
	}
}

// untested fails a test in which no case told anything.
func (s *suite) untested(t *testing.T, run *reports.Run) {
	t.Helper()
	text, reasons := "dpoptest: nothing was tested: no case told anything", []string{}
	for _, c := range run.Cases {
		if reason := strings.Join(strings.Fields(c.Reason), " "); !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	for i, reason := range reasons {
		if i == mostTold {
			text += fmt.Sprintf("\n… and %d more reasons", len(reasons)-i)
			break
		}
		text += "\n" + reason
	}
	text = said(s.redactor.Text(text))
	if s.Level == "" && testing.Short() { // which leaves out most of what there is
		t.Skip(text + "\ngo test without -short tries more")
	}
	t.Error(text)
}

// apiName is how reports call the API of Options.
const apiName = "orders"

// serve starts the handler of a test on a loopback port.
func serve(issuer string, build func(string) http.Handler, p *panics) (string, func(), error) {
	handler := build(issuer)
	if handler == nil {
		return "", nil, errors.New("dpoptest: Options.API returned nil; return the handler under test")
	}
	server, err := wire.Listen(wire.Options{Name: "API under test"}, func(string) http.Handler { return p.watch(handler) })
	if err != nil {
		return "", nil, err
	}
	return server.URL, func() { server.Close() }, nil
}

// judge turns the result of a case into that of a test.
func (s *suite) judge(t *testing.T, c reports.Case) {
	for _, r := range c.Requirements {
		t.Attr("requirement", visible.Text(r.ID))
	}
	s.mu.Lock()
	s.results = append(s.results, c)
	s.mu.Unlock()
	c = runner.ApplyKnown([]reports.Case{c}, s.known)[0]
	switch {
	case c.Verdict == reports.Passed:
	case c.Verdict == reports.Known:
		t.Skip(said("known: " + c.Reason))
	case c.Verdict == reports.Skipped:
		t.Skip(said(c.Reason))
	case c.Verdict == reports.Inconclusive:
		t.Skip(said("inconclusive: " + c.Reason))
	case !c.Fails(s.Strict) && c.Verdict != reports.Errored:
		t.Log(said(fmt.Sprintf("%s: expected %s; got %s", c.Verdict, c.Expected, c.Actual)))
	default:
		s.fail(t, c)
	}
}

// fail fails the test of a case, unless so much was said that nobody reads more: then the
// case is counted, and its like are told of once when all is over, by the test itself.
func (s *suite) fail(t *testing.T, c reports.Case) {
	t.Helper()
	s.mu.Lock()
	text := place(s.Features, c) + said(s.explain(c))
	group, _, _ := strings.Cut(c.ID, "/")
	room := s.output.take(group, text, c)
	s.mu.Unlock()
	if !room {
		t.Skip(said("it fails too, and too much was said already: the test itself fails for it. " + reports.Briefly(c)))
	}
	t.Error(text)
}

// explain tells at length of the first case of a cause that ends, and of the others
// in a line that points there.
func (s *suite) explain(c reports.Case) string {
	cause := c.Cause() + c.Blocked // one of them
	if first, told := s.told[cause]; told {
		return reports.Briefly(c) + "; same cause as " + first
	}
	s.told[cause] = c.ID
	return "\n" + reports.Block(c)
}

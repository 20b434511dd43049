package runner

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	messages "github.com/cucumber/messages/go/v34"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/featurelint"
	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/steps/own"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// Finding is a mistake in a feature file.
type Finding struct {
	File         string
	Line, Column int // counted from 1; 0 if the file as a whole is meant
	Message      string
	Warning      bool // the file runs as it stands, but hardly says what was meant
}

// String gives a finding the form that editors understand.
func (f Finding) String() string {
	message := f.Message
	if f.Warning {
		message = "warning: " + message
	}
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, message)
}

// Lint looks for mistakes in feature files without running anything: what
// cannot be parsed, undefined and ambiguous steps, unknown tags and requirement
// ids, scenarios that expect nothing or never run, ids that are taken, and what
// package featurelint finds. It returns all of them, in the order of the files.
func Lint(sources []Source, v *vocabulary.Vocabulary) ([]Finding, error) {
	return LintFor(nil, sources, v)
}

// LintFor does the same for feature files that are to run against a target: a step that
// names an API which the target lacks is a mistake too. A nil target is none.
func LintFor(t *target.Target, sources []Source, v *vocabulary.Vocabulary) ([]Finding, error) {
	catalogue, err := features.Load()
	if err != nil {
		return nil, err
	}
	profile, err := features.FindProfile("")
	if err != nil {
		return nil, err
	}
	l := linter{expander: newExpander(catalogue, profile, v), ids: map[string]*Case{}}
	l.expander.target = t
	for _, source := range sources {
		begin := len(l.findings)
		l.file(source)
		slices.SortStableFunc(l.findings[begin:], func(a, b Finding) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
	}
	return l.findings, nil
}

type linter struct {
	expander *expander
	source   Source
	ids      map[string]*Case // who has taken each id
	findings []Finding
	written  *featurelint.Lint // of the file that is looked at
	titles   map[string]int    // of its scenarios, with their lines
}

func (l *linter) find(at *messages.Location, format string, args ...any) {
	l.add(Finding{File: l.source.Path, Line: int(at.Line), Column: int(at.Column), Message: fmt.Sprintf(format, args...)})
}

func (l *linter) warn(at *messages.Location, format string, args ...any) {
	l.add(Finding{l.source.Path, int(at.Line), int(at.Column), fmt.Sprintf(format, args...), true})
}

func (l *linter) add(f Finding) {
	if !slices.Contains(l.findings, f) { // each row of the examples has the same steps
		l.findings = append(l.findings, f)
	}
}

func (l *linter) file(source Source) {
	l.source, l.written, l.titles = source, featurelint.New(), map[string]int{}
	document, err := source.document()
	if err != nil {
		l.syntax(err)
		return
	}
	if document.Feature == nil {
		const problem = "there is no feature in this file; begin it with Feature: and a title"
		l.find(&messages.Location{Line: 1, Column: 1}, problem)
		return
	}
	scenarios := scenariosOf(source, document)
	run := map[*messages.Scenario]bool{}
	for _, s := range scenarios {
		run[s.scenario] = true
		l.scenario(s)
	}
	l.tags(document.Feature.Tags)
	for _, child := range document.Feature.Children {
		l.child(child.Scenario, run)
		if child.Rule != nil {
			l.tags(child.Rule.Tags)
			for _, c := range child.Rule.Children {
				l.child(c.Scenario, run)
			}
		}
	}
	for _, f := range l.written.Findings() {
		l.add(Finding{source.Path, f.Line, f.Column, f.Message, f.Warning})
	}
}

// syntax reports what the parser found, each with its place.
func (l *linter) syntax(err error) {
	for _, f := range syntaxFindings(l.source, err) {
		f.Line, f.Column = max(f.Line, 1), max(f.Column, 1)
		l.add(f)
	}
}

// child looks at what is written of a scenario, apart from its steps.
func (l *linter) child(s *messages.Scenario, run map[*messages.Scenario]bool) {
	if s == nil {
		return
	}
	l.tags(s.Tags)
	for _, examples := range s.Examples {
		l.tags(examples.Tags)
	}
	l.written.Columns(s)
	switch other, twice := l.titles[s.Name]; {
	case s.Name == "":
		l.warn(s.Location, "the scenario has no title; say in it what must hold: reports show it")
	case twice:
		l.warn(s.Location, "the scenario in line %d is called %q too; give each a title of its own", other, s.Name)
	default:
		l.titles[s.Name] = int(s.Location.Line)
	}
	switch {
	case len(s.Steps) == 0:
		l.find(s.Location, "the scenario %q has no steps%s", s.Name, noSteps(s))
	case !run[s]:
		l.find(s.Location, "the scenario %q never runs; give its examples rows", s.Name)
	}
}

func (l *linter) tags(tags []*messages.Tag) {
	for _, tag := range tags {
		name := strings.TrimPrefix(tag.Name, "@")
		if problem := l.tag(name); problem != "" {
			l.find(tag.Location, "%s", problem)
		} else if meant := featurelint.Misspelt(name); meant != "" {
			l.warn(tag.Location, "the tag @%s means nothing here; did you mean @%s?", name, meant)
		}
	}
}

// tag returns what is wrong with a tag. A tag that means nothing to us is the
// author's own.
func (l *linter) tag(name string) string {
	kind, value, _ := strings.Cut(name, ":")
	known := map[string][]string{
		"at": features.Endpoints, "verdict": {features.Fail, features.Warn, features.Info},
	}[kind]
	switch {
	case known != nil && !slices.Contains(known, value):
		return fmt.Sprintf("@%s: %q is not one of %s", kind, value, strings.Join(known, ", "))
	case kind == "profile" || kind == "not-profile":
		if _, err := features.FindProfile(value); err != nil {
			return fmt.Sprintf("@%s: %v", kind, err)
		}
	case kind == "id" && value == "":
		return "@id: needs the id, such as @id:orders-are-private"
	}
	if err := l.expander.misspelt(name); err != nil {
		return err.Error()
	}
	return ""
}

// scenario looks at a scenario with the values of one row put in.
func (l *linter) scenario(s scenario) {
	c := l.expander.base(s)
	if len(c.steps) == 0 {
		return // found where the scenario stands
	}
	expects, sound := false, true
	protects := false
	var written []featurelint.Step
	for i, step := range c.steps {
		at := &messages.Location{Line: int64(step.Line), Column: int64(step.Column)}
		if problem := step.mistake(); problem != nil {
			l.find(at, "%s", problem)
			sound = false
			continue
		}
		l.rests(at, step, c)
		if protects && !step.protects() {
			l.find(at, "this step stands behind one that protects endpoints; those come last")
		}
		protects = protects || step.protects()
		expects = expects || step.definition.Keyword == "Then"
		if ast := s.lines[s.pickle.Steps[i].AstNodeIds[0]]; ast.KeywordType == messages.StepKeywordType_OUTCOME &&
			step.definition.Keyword == "When" {
			l.warn(at, "in this step something happens, and nothing is expected; write When, and what must follow behind Then")
		}
		written = append(written, featurelint.Step{
			Text: step.Text, Below: step.below, Definition: step.definition, Written: s.lines[s.pickle.Steps[i].AstNodeIds[0]],
		})
	}
	if sound {
		l.written.Scenario(written)
	}
	if sound && !expects {
		l.find(s.scenario.Location, "the scenario %q expects nothing; add a Then step", s.scenario.Name)
	}
	if c.Subject == "" && len(c.Requirements) > 0 && !slices.ContainsFunc(c.Tags, placed) {
		l.find(s.scenario.Location, noParty)
	}
	if other, taken := l.ids[c.ID]; taken {
		at := &messages.Location{Line: int64(c.Line), Column: s.scenario.Location.Column}
		l.find(at, idTaken, c.ID, other.Feature, other.Line)
		return
	}
	l.ids[c.ID] = c
}

// rests looks at what a step needs beside its own text: the file that it names, the endpoint
// to which it sends a request.
func (l *linter) rests(at *messages.Location, s Step, c *Case) {
	if l.source.Open != nil && !world.Placeholder.MatchString(s.definition.Matched(s.Text, "file")) {
		if problem := s.definition.CheckFile(s.Text, l.source.Open); problem != nil {
			l.find(at, "%s", mask.Head(strings.Join(strings.Fields(problem.Error()), " "), maxShown))
		}
	}
	if s.definition.Room == "proof" && s.definition.Keyword == "When" && !slices.ContainsFunc(c.Tags, placed) {
		l.find(at, "this step needs an endpoint; tag the scenario with @at: and one of %s", strings.Join(features.Endpoints, ", "))
	}
}

func placed(tag string) bool { return strings.HasPrefix(tag, "at:") }

// mistake returns what is wrong with a step.
func (s Step) mistake() error {
	switch {
	case s.problem != nil:
		return s.problem
	case s.protects():
		_, _, err := own.Protected(s.definition, s.Text, s.below)
		return err
	}
	return s.definition.Check(s.Text)
}

package runner

import (
	"slices"
	"strings"

	gherkin "github.com/cucumber/gherkin/go/v42"
	messages "github.com/cucumber/messages/go/v34"

	"github.com/dpopspec/dpopspec/internal/plaintext"
)

// document parses the feature file.
func (s Source) document() (*messages.GherkinDocument, error) {
	if err := s.tooLarge(); err != nil {
		return nil, err
	}
	builder := gherkin.NewAstBuilder((&messages.Incrementing{}).NewId)
	text, err := plaintext.Decode(s.Text)
	if err != nil {
		return nil, err
	}
	err = gherkin.NewParser(builder).Parse(&lines{rest: text}, gherkin.NewMatcher(gherkin.DialectsBuiltin()))
	document := builder.GetGherkinDocument()
	if err == nil && document.Feature != nil {
		err = tooManySteps(document.Feature)
	}
	return document, err
}

// lines gives the parser the lines of a text, however long they are: its own
// scanner cannot go on where one has 64 KiB.
type lines struct {
	rest   string
	number int
}

// Scan implements gherkin.Scanner.
func (l *lines) Scan() (line *gherkin.Line, atEnd bool, err error) {
	atEnd = l.rest == ""
	text, rest, _ := strings.Cut(l.rest, "\n")
	l.rest = rest
	l.number++
	text = strings.TrimSuffix(text, "\r")
	return &gherkin.Line{
		LineText: text, LineNumber: l.number, TrimmedLineText: strings.TrimLeft(text, " \t"), AtEof: atEnd,
	}, atEnd, nil
}

// scenario is what a pickle came from.
type scenario struct {
	source   Source
	feature  *messages.Feature
	scenario *messages.Scenario
	row      *messages.TableRow
	header   *messages.TableRow
	pickle   *messages.Pickle
	lines    map[string]*messages.Step // of the steps, by AST id
}

// parse reads a feature file into one scenario for each row of its examples.
func parse(source Source) ([]scenario, error) {
	document, err := source.document()
	if err != nil {
		return nil, syntaxError(source, err)
	}
	return scenariosOf(source, document), nil
}

// noSteps tells where the steps of a scenario may be that has none: a line that begins with no
// keyword is its description.
func noSteps(s *messages.Scenario) string {
	if strings.TrimSpace(s.Description) == "" {
		return ""
	}
	return "; the lines below its title are read as its description: a step begins with Given, When, Then, And, But or *"
}

func scenariosOf(source Source, document *messages.GherkinDocument) []scenario {
	if document.Feature == nil {
		return nil
	}
	index := astIndex{
		scenarios: map[string]*messages.Scenario{},
		rows:      map[string][2]*messages.TableRow{},
		steps:     map[string]*messages.Step{},
	}
	index.children(document.Feature.Children)
	var list []scenario
	for _, pickle := range gherkin.Pickles(*document, source.Path, (&messages.Incrementing{}).NewId) {
		s := scenario{
			source: source, feature: document.Feature, scenario: index.scenarios[pickle.AstNodeIds[0]],
			pickle: pickle, lines: index.steps,
		}
		if len(pickle.AstNodeIds) > 1 {
			pair := index.rows[pickle.AstNodeIds[1]]
			s.header, s.row = pair[0], pair[1]
		}
		list = append(list, s)
	}
	return list
}

type astIndex struct {
	scenarios map[string]*messages.Scenario
	rows      map[string][2]*messages.TableRow
	steps     map[string]*messages.Step
}

func (x *astIndex) children(children []*messages.FeatureChild) {
	for _, child := range children {
		if child.Background != nil {
			x.add(child.Background.Steps)
		}
		if child.Scenario != nil {
			x.scenario(child.Scenario)
		}
		if child.Rule != nil {
			for _, c := range child.Rule.Children {
				if c.Background != nil {
					x.add(c.Background.Steps)
				}
				if c.Scenario != nil {
					x.scenario(c.Scenario)
				}
			}
		}
	}
}

func (x *astIndex) scenario(s *messages.Scenario) {
	x.scenarios[s.Id] = s
	x.add(s.Steps)
	for _, examples := range s.Examples {
		for _, row := range examples.TableBody {
			x.rows[row.Id] = [2]*messages.TableRow{examples.TableHeader, row}
		}
	}
}

func (x *astIndex) add(steps []*messages.Step) {
	for _, step := range steps {
		x.steps[step.Id] = step
	}
}

// tags returns the names of a pickle's tags without the at sign.
func (s scenario) tags() []string {
	var names []string
	for _, tag := range s.pickle.Tags {
		if name := strings.TrimPrefix(tag.Name, "@"); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// line is that of the row of the examples, or of the scenario.
func (s scenario) line() int {
	if s.row != nil {
		return int(s.row.Location.Line)
	}
	return int(s.scenario.Location.Line)
}

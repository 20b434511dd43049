package runner

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	gherkin "github.com/cucumber/gherkin/go/v26"
	messages "github.com/cucumber/messages/go/v21"
)

// Source is one feature file.
type Source struct {
	Path string // with slashes, as reports show it
	Text []byte
	// Open reads a file by its path relative to this one; nil: there is none.
	Open func(name string) ([]byte, error)
}

// ReadFS returns the feature files at the root of a file system.
func ReadFS(fsys fs.FS) ([]Source, error) {
	var sources []Source
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".feature" {
			return err
		}
		text, err := fs.ReadFile(fsys, p)
		sources = append(sources, Source{Path: p, Text: text, Open: func(name string) ([]byte, error) {
			return fs.ReadFile(fsys, path.Join(path.Dir(p), name))
		}})
		return err
	})
	return sources, err
}

// ReadPaths returns the feature files that the arguments of a command name:
// files, or folders searched to the bottom. A path without one is an error.
func ReadPaths(paths []string) ([]Source, error) {
	var sources []Source
	for _, name := range paths {
		before := len(sources)
		err := filepath.WalkDir(name, func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(p) != ".feature" {
				return err
			}
			text, err := os.ReadFile(p)
			sources = append(sources, Source{Path: filepath.ToSlash(p), Text: text, Open: func(name string) ([]byte, error) {
				return os.ReadFile(filepath.Join(filepath.Dir(p), filepath.FromSlash(name)))
			}})
			return err
		})
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s does not exist; name a .feature file or a folder that holds some", name)
		}
		if err != nil {
			return nil, err
		}
		if len(sources) == before {
			return nil, fmt.Errorf("%s holds no .feature file", name)
		}
	}
	return sources, nil
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
	document, err := gherkin.ParseGherkinDocument(bytes.NewReader(source.Text), (&messages.Incrementing{}).NewId)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", source.Path, strings.TrimPrefix(err.Error(), "Parser errors:\n"))
	}
	return scenariosOf(source, document), nil
}

func scenariosOf(source Source, document *messages.GherkinDocument) []scenario {
	if document.Feature == nil {
		return nil
	}
	index := astIndex{scenarios: map[string]*messages.Scenario{}, rows: map[string][2]*messages.TableRow{}, steps: map[string]*messages.Step{}}
	index.children(document.Feature.Children)
	var list []scenario
	for _, pickle := range gherkin.Pickles(*document, source.Path, (&messages.Incrementing{}).NewId) {
		s := scenario{source: source, feature: document.Feature, pickle: pickle, lines: index.steps, scenario: index.scenarios[pickle.AstNodeIds[0]]}
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

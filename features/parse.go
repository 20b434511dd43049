package features

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

const requirementsFile = "requirements.yaml"

// document is requirements.yaml as written; its header comment explains the keys.
type document struct {
	Groups       []group          `yaml:"groups"`
	Themes       map[string]theme `yaml:"themes"`
	Requirements []yaml.Node      `yaml:"requirements"`
}

type group struct {
	Letter string `yaml:"letter"`
	Title  string `yaml:"title"`
}

// theme is a why and a remedy that entries of the same kind share.
type theme struct {
	Why    string `yaml:"why"`
	Remedy string `yaml:"remedy"`
}

type entry struct {
	ID          string   `yaml:"id"`
	Group       string   `yaml:"group"`
	Section     string   `yaml:"section"`
	Level       string   `yaml:"level"`
	Verdict     string   `yaml:"verdict"`
	Binds       []string `yaml:"binds"`
	Requirement string   `yaml:"requirement"`
	Probe       string   `yaml:"probe"`
	Expected    string   `yaml:"expected"`
	Notes       string   `yaml:"notes"`
	Theme       string   `yaml:"theme"`
	Why         string   `yaml:"why"`
	Remedy      string   `yaml:"remedy"`
	Endpoints   []string `yaml:"endpoints"`
	Waived      string   `yaml:"waived"`
}

var (
	verdicts = []string{Fail, Warn, Info}
	parties  = []string{AuthorizationServer, ResourceServer, Client}

	// An id is a tag and a part of file names and URLs, hence no other characters.
	idForm = regexp.MustCompile(`^[A-Z0-9]+(-[A-Za-z0-9.]+)+$`)
)

// reader turns the document into a catalogue and remembers what it has seen.
type reader struct {
	file   string
	doc    document
	seen   map[string]int // id → line
	themes map[string]bool
}

func parseCatalogue(file string, text []byte) (*Catalogue, error) {
	root, err := parseYAML(file, text)
	if err != nil {
		return nil, err
	}
	r := reader{file: file, seen: map[string]int{}, themes: map[string]bool{}}
	if err := decodeStrict(file, root, &r.doc); err != nil {
		return nil, err
	}
	c := &Catalogue{byID: map[string]int{}}
	for _, g := range r.doc.Groups {
		c.groups = append(c.groups, Group(g))
	}
	for i := range r.doc.Requirements {
		requirement, err := r.requirement(&r.doc.Requirements[i])
		if err != nil {
			return nil, err
		}
		c.byID[requirement.ID] = len(c.requirements)
		c.requirements = append(c.requirements, requirement)
	}
	return c, r.unusedThemes()
}

func (r *reader) requirement(node *yaml.Node) (Requirement, error) {
	var e entry
	if err := decodeStrict(r.file, node, &e); err != nil {
		return Requirement{}, err
	}
	at := func(format string, args ...any) error {
		return fmt.Errorf("%s:%d: %s: %w", r.file, node.Line, e.ID, fmt.Errorf(format, args...))
	}
	if line, twice := r.seen[e.ID]; twice {
		return Requirement{}, at("the id is already given to the entry in line %d; "+
			"ids are unique and never renumbered", line)
	}
	r.seen[e.ID] = node.Line
	if err := e.check(r.doc.Groups); err != nil {
		return Requirement{}, at("%w", err)
	}
	if err := e.takeTheme(r.doc.Themes); err != nil {
		return Requirement{}, at("%w", err)
	}
	r.themes[e.Theme] = true
	return e.requirement(), nil
}

func (e *entry) requirement() Requirement {
	return Requirement{
		ID: e.ID, Section: e.Section, Group: e.Group, Level: e.Level, Verdict: e.Verdict, Binds: e.Binds,
		Text: e.Requirement, Probe: e.Probe, Expected: e.Expected, Notes: e.Notes, Why: e.Why, Remedy: e.Remedy,
		Endpoints: e.Endpoints, Waived: e.Waived,
	}
}

func (e *entry) check(groups []group) error {
	if !idForm.MatchString(e.ID) {
		return fmt.Errorf("%q is no id: want a source, a section and a number, such as RFC9449-4.3-43", e.ID)
	}
	if !slices.ContainsFunc(groups, func(g group) bool { return g.Letter == e.Group }) {
		return fmt.Errorf("group %q is not in the list of groups", e.Group)
	}
	for _, f := range []struct{ key, value string }{
		{"section", e.Section}, {"level", e.Level}, {"requirement", e.Requirement},
		{"probe", e.Probe}, {"expected", e.Expected},
	} {
		if f.value == "" {
			return fmt.Errorf("%s is missing", f.key)
		}
	}
	return errors.Join(
		known("verdict", verdicts, e.Verdict),
		known("binds", parties, e.Binds...),
		known("endpoints", Endpoints, e.Endpoints...),
	)
}

// known refuses a value that is not among the allowed ones.
func known(key string, allowed []string, values ...string) error {
	for _, v := range values {
		if !slices.Contains(allowed, v) {
			return fmt.Errorf("%s: %q is unknown; write %s", key, v, strings.Join(allowed, ", "))
		}
	}
	return nil
}

// takeTheme fills in what the entry does not say itself.
func (e *entry) takeTheme(themes map[string]theme) error {
	t, ok := themes[e.Theme]
	if e.Theme != "" && !ok {
		return fmt.Errorf("theme %q is not in the table of themes", e.Theme)
	}
	if e.Why == "" {
		e.Why = t.Why
	}
	if e.Remedy == "" {
		e.Remedy = t.Remedy
	}
	if e.Why == "" || e.Remedy == "" {
		return errors.New("why and remedy are needed, here or through a theme")
	}
	return nil
}

// unusedThemes refuses text that no report would ever show.
func (r *reader) unusedThemes() error {
	for name := range r.doc.Themes {
		if !r.themes[name] {
			return fmt.Errorf("%s: theme %q is used by no entry; remove it", r.file, name)
		}
	}
	return nil
}

package target

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// variable is ${NAME} or ${NAME:-default}.
var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\}`)

// Variable is an environment variable that the configuration reads.
type Variable struct {
	Name string `json:"name"`
	Set  bool   `json:"set"` // false: the default that the file gives was taken
	Line int    `json:"line"`
}

// expander replaces ${NAME} in the values of a configuration. It keeps what it put in,
// for those values are secrets unless they stand where everybody may read them, and
// which variables it asked for.
type expander struct {
	file      string
	env       func(string) (string, bool)
	values    []string   // that are secrets
	all       []string   // these and the others
	variables []Variable // in the order of the file, each once
	missing   []Variable // neither set nor with a default
}

// expand replaces the variables of all values below a node.
func (e *expander) expand(root *yaml.Node) error {
	e.walk(root, nil)
	switch len(e.missing) {
	case 0:
		return nil
	case 1:
		one := e.missing[0]
		return &ConfigError{e.file, one.Line, fmt.Sprintf(
			"the environment variable %[1]s is not set; set it or write ${%[1]s:-default}", one.Name)}
	}
	var names []string
	for _, v := range e.missing {
		names = append(names, fmt.Sprintf("%s (line %d)", v.Name, v.Line))
	}
	return &ConfigError{e.file, e.missing[0].Line, fmt.Sprintf(
		"%d environment variables are not set: %s; set them, or write ${%s:-default}",
		len(names), strings.Join(names, ", "), e.missing[0].Name)}
}

// walk goes through the values below a node; path names the keys above it.
func (e *expander) walk(node *yaml.Node, path []string) {
	if node.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := append(slices.Clip(path), node.Content[i].Value)
			e.walk(node.Content[i], path)
			e.walk(node.Content[i+1], key)
		}
		return
	}
	for _, child := range node.Content {
		e.walk(child, path)
	}
	if node.Kind != yaml.ScalarNode || !strings.Contains(node.Value, "${") {
		return
	}
	node.Value = replaceVariables(node.Value, e.env, func(v found) {
		e.note(Variable{v.name, v.set, node.Line}, v.set || v.hasDefault)
		if !v.set {
			return
		}
		e.all = append(e.all, v.value)
		if !isPublic(path) || !plain(v.value) {
			e.values = append(e.values, v.value)
		}
	})
}

// note remembers a variable, once.
func (e *expander) note(v Variable, usable bool) {
	named := func(other Variable) bool { return other.Name == v.Name }
	if !slices.ContainsFunc(e.variables, named) {
		e.variables = append(e.variables, v)
	}
	if !usable && !slices.ContainsFunc(e.missing, named) {
		e.missing = append(e.missing, v)
	}
}

// publicKeys are those whose values everybody may read that a run meets: a report
// without them would not say who was tested. "*" is any name.
var publicKeys = [][]string{
	{"authorization_server", "issuer"},
	{"authorization_server", "hosts"},
	{"authorization_server", "metadata", "*"},
	{"authorization_server", "metadata", "mtls_endpoint_aliases", "*"},
	{"authorization_server", "clients", "id"},
	{"authorization_server", "clients", "scope"},
	{"authorization_server", "clients", "redirect_uri"},
	{"authorization_server", "clients", "assertion_audience"},
	{"authorization_server", "clients", "login", "hosts"},
	{"apis", "*", "url"},
	{"apis", "*", "audience"},
	{"apis", "*", "scope"},
	{"connection", "resolve"},
	{"connection", "resolve", "*"},
}

func isPublic(path []string) bool {
	return slices.ContainsFunc(publicKeys, func(key []string) bool {
		return slices.EqualFunc(key, path, func(name, in string) bool { return name == "*" || name == in })
	})
}

// plain reports whether a value has no place for a password: a user's name in a URL,
// a query.
func plain(value string) bool { return !strings.ContainsAny(value, "@?#") }

// found is a variable in a text.
type found struct {
	name, value     string
	set, hasDefault bool
}

// replaceVariables replaces ${NAME} and ${NAME:-default} in a text and tells of each.
func replaceVariables(text string, env func(string) (string, bool), tell func(found)) string {
	return variable.ReplaceAllStringFunc(text, func(text string) string {
		m := variable.FindStringSubmatch(text)
		value, set := env(m[1])
		tell(found{m[1], value, set, m[2] != ""})
		if set {
			return value
		}
		return m[3]
	})
}

// Variables replaces ${NAME} and ${NAME:-default} in a text. It also returns
// the values that came from the environment, which are secrets, and the last
// name that has neither value nor default.
func Variables(text string, env func(string) (string, bool)) (filled string, used []string, missing string) {
	filled = replaceVariables(text, env, func(v found) {
		if v.set {
			used = append(used, v.value)
		} else if !v.hasDefault {
			missing = v.name
		}
	})
	return filled, used, missing
}

package target

import (
	"fmt"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// variable is ${NAME} or ${NAME:-default}.
var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\}`)

// expander replaces ${NAME} in the values of a configuration and keeps what it
// put in: those values are secrets.
type expander struct {
	file   string
	env    func(string) (string, bool)
	values []string
}

func (e *expander) walk(node *yaml.Node) error {
	for _, child := range node.Content {
		if err := e.walk(child); err != nil {
			return err
		}
	}
	if node.Kind != yaml.ScalarNode || !strings.Contains(node.Value, "${") {
		return nil
	}
	text, used, missing := Variables(node.Value, e.env)
	node.Value = text
	e.values = append(e.values, used...)
	if missing != "" {
		what := fmt.Sprintf("the environment variable %s is not set; set it or write ${%s:-default}", missing, missing)
		return &ConfigError{e.file, node.Line, what}
	}
	return nil
}

// Variables replaces ${NAME} and ${NAME:-default} in a text. It also returns
// the values that came from the environment, which are secrets, and the last
// name that has neither value nor default.
func Variables(text string, env func(string) (string, bool)) (filled string, used []string, missing string) {
	filled = variable.ReplaceAllStringFunc(text, func(text string) string {
		m := variable.FindStringSubmatch(text)
		if value, set := env(m[1]); set {
			used = append(used, value)
			return value
		}
		if m[2] == "" {
			missing = m[1]
		}
		return m[3]
	})
	return filled, used, missing
}

package target

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/internal/wire"

	"github.com/dpopspec/dpopspec/internal/strictyaml"
)

// ConfigError is a mistake in a configuration file: where, what and the remedy.
type ConfigError struct {
	File string
	Line int // 0 if the file as a whole is meant
	What string
}

// Error implements error.
func (e *ConfigError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.What
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.What)
}

// strictly decodes a node; unknown keys are errors with their line.
func strictly(node *yaml.Node, into any, file string) error {
	err := strictyaml.Decode(node, into)
	var unknown *strictyaml.UnknownKey
	switch {
	case errors.As(err, &unknown):
		return &ConfigError{file, unknown.Line, unknown.Error()}
	case err != nil:
		return yamlError(file, err)
	}
	return nil
}

var (
	yamlLine  = regexp.MustCompile(`line (\d+): (.*)`)
	yamlKind  = regexp.MustCompile(`^cannot unmarshal !!(\w+)( this value)? into (.*)$`)
	yamlValue = regexp.MustCompile("`[^`]*`") // the beginning of a value, which may be secret
)

func yamlError(file string, err error) error {
	var at *strictyaml.LineError
	if errors.As(err, &at) {
		return &ConfigError{file, at.Line, at.What}
	}
	text := yamlValue.ReplaceAllString(err.Error(), "this value")
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ := strconv.Atoi(m[1])
		return &ConfigError{File: file, Line: line, What: inWords(m[2])}
	}
	return &ConfigError{File: file, What: text}
}

// kinds are what YAML calls the kinds of values.
var kinds = map[string]string{
	"str": "a text", "seq": "a list", "map": "a mapping of keys", "int": "a number", "float": "a number",
	"bool": "true or false", "null": "nothing", "timestamp": "a time",
}

// inWords says of a value of the wrong kind what it is and what belongs there: the library
// names types of this program.
func inWords(problem string) string {
	m := yamlKind.FindStringSubmatch(problem)
	if m == nil || kinds[m[1]] == "" {
		return problem
	}
	wanted := kinds["map"]
	switch {
	case strings.HasPrefix(m[3], "[]"):
		wanted = kinds["seq"]
	case m[3] == "string":
		wanted = kinds["str"]
	case m[3] == "bool":
		wanted = kinds["bool"]
	case strings.HasPrefix(m[3], "int"), strings.HasPrefix(m[3], "uint"), strings.HasPrefix(m[3], "float"):
		wanted = kinds["int"]
	}
	return fmt.Sprintf("this is %s, and %s belongs here; dpopspec check --schema has every key", kinds[m[1]], wanted)
}

// webURL makes sure that a value is an http or https URL without anything
// behind its path.
func webURL(value string) error {
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("%q is not a URL such as https://tenant.example.com", value)
	case u.User != nil:
		return errors.New("a URL with a user name in it is not used; say who the client is in clients")
	case u.RawQuery != "" || u.Fragment != "" || strings.HasSuffix(value, "?") || strings.HasSuffix(value, "#"):
		return fmt.Errorf("%q has a query or a fragment; leave them out", value)
	}
	_, err = wire.ParseAddress(value)
	return err
}

package target

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/internal/mask"
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

// document is the configuration file. dpopspec.schema.json describes it for
// editors; a test keeps the two in step.
type document struct {
	Profile             string               `yaml:"profile"`
	AuthorizationServer *authorizationServer `yaml:"authorization_server"`
	APIs                yaml.Node            `yaml:"apis"` // map[string]apiSection, in the order of the file
	Client              *clientSection       `yaml:"client"`
	Key                 *keySection          `yaml:"key"`
	Connection          connectionSection    `yaml:"connection"`
	Limits              limitsSection        `yaml:"limits"`
}

// Default is the target whose three parties are all embedded.
func Default() *Target {
	return &Target{Limits: Limits{Timeout: 10 * time.Second}}
}

// Load reads a configuration file. Every key is optional; unknown keys, unset
// variables and bad values are errors that name the line.
func Load(file string, env func(string) (string, bool)) (*Target, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, &ConfigError{File: file, What: fmt.Sprintf("cannot be read: %v; give an existing file with -c", errors.Unwrap(err))}
	}
	return parse(file, text, env)
}

func parse(file string, text []byte, env func(string) (string, bool)) (*Target, error) {
	t := Default()
	t.File = file
	if err := t.parse(text, env); err != nil {
		return nil, t.masked(err)
	}
	return t, nil
}

// masked takes values of the environment out of an error: they are secrets.
func (t *Target) masked(err error) error {
	var wrong *ConfigError
	if !errors.As(err, &wrong) {
		return err
	}
	return &ConfigError{wrong.File, wrong.Line, mask.NewSecrets(t.Secrets...).MaskRegistered(wrong.What)}
}

func (t *Target) parse(text []byte, env func(string) (string, bool)) error {
	file := t.File
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return yamlError(file, err)
	}
	if root.Kind == 0 {
		return nil
	}
	if root.Content[0].Kind != yaml.MappingNode {
		return &ConfigError{file, root.Content[0].Line, "the configuration is not a mapping of keys such as authorization_server, apis, client"}
	}
	expander := expander{file: file, env: env}
	err := expander.walk(&root)
	t.Secrets = expander.values
	if err != nil {
		return err
	}
	var d document
	if err := strictly(root.Content[0], &d, file); err != nil {
		return err
	}
	return d.apply(t, &root)
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
	yamlValue = regexp.MustCompile("`[^`]*`") // the beginning of a value, which may be secret
)

func yamlError(file string, err error) error {
	text := yamlValue.ReplaceAllString(err.Error(), "this value")
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ := strconv.Atoi(m[1])
		return &ConfigError{File: file, Line: line, What: m[2]}
	}
	return &ConfigError{File: file, What: text}
}

func (d *document) apply(t *Target, root *yaml.Node) error {
	t.Profile = d.Profile
	if d.AuthorizationServer != nil {
		if err := d.AuthorizationServer.apply(t, lineOf(root, "authorization_server")); err != nil {
			return err
		}
	}
	if err := d.apis(t); err != nil {
		return err
	}
	if c := d.Client; c != nil {
		if err := c.apply(t, lineOf(root, "client")); err != nil {
			return err
		}
	}
	if d.Key != nil {
		var err error
		if t.Key, err = t.readKey("key", *d.Key, lineOf(root, "key")); err != nil {
			return err
		}
	}
	if err := d.Connection.apply(t, lineOf(root, "connection")); err != nil {
		return err
	}
	return d.Limits.apply(t, lineOf(root, "limits"))
}

// command runs in the folder of the configuration file, so that relative paths
// mean what they mean to the person who wrote it.
func (t *Target) command(args []string, env map[string]string) Command {
	return Command{Args: args, Dir: filepath.Dir(t.File), Env: env}
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
	return nil
}

// lineOf returns the line of a top-level key.
func lineOf(root *yaml.Node, key string) int {
	mapping := root.Content[0]
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i].Line
		}
	}
	return 0
}

package target

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/internal/plaintext"
	"github.com/dpopspec/dpopspec/internal/strictyaml"
)

// document is the configuration file. dpopspec.schema.json describes it for
// editors; a test keeps the two in step.
type document struct {
	Profile             string               `yaml:"profile"`
	AuthorizationServer *authorizationServer `yaml:"authorization_server"`
	AS                  *embeddedSection     `yaml:"as"`
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
	text, err := plaintext.ReadUpTo(file, mostConfig)
	if err != nil {
		what := fmt.Sprintf("cannot be read: %v; give an existing file", errors.Unwrap(err))
		return nil, &ConfigError{File: file, What: what}
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

// masked takes values of the environment and the secrets of the file out of an error:
// where something is wrong with a value, it may be a secret that belongs elsewhere.
func (t *Target) masked(err error) error {
	var wrong *ConfigError
	if !errors.As(err, &wrong) {
		return err
	}
	secrets := mask.NewSecrets(slices.Concat(t.Secrets, t.untold)...)
	return &ConfigError{wrong.File, wrong.Line, secrets.MaskRegistered(wrong.What)}
}

func (t *Target) parse(text []byte, env func(string) (string, bool)) error {
	file := t.File
	decoded, err := plaintext.Decode(text)
	if err != nil {
		return yamlError(file, err)
	}
	root, err := strictyaml.Parse(decoded)
	if err != nil {
		return yamlError(file, err)
	}
	if root.Kind == 0 {
		return nil
	}
	if root.Content[0].Kind != yaml.MappingNode {
		return &ConfigError{file, root.Content[0].Line,
			"the configuration is not a mapping of keys such as authorization_server, apis, client"}
	}
	expander := expander{file: file, env: env}
	err = expander.expand(root)
	t.Secrets, t.Variables = expander.values, expander.variables
	t.untold = append(expander.all, secretsIn(root)...)
	if err != nil {
		return err
	}
	var d document
	if err := strictly(root.Content[0], &d, file); err != nil {
		return err
	}
	return d.apply(t, root)
}

func (d *document) apply(t *Target, root *yaml.Node) error {
	t.Profile = d.Profile
	if d.AuthorizationServer != nil {
		if err := d.AuthorizationServer.apply(t, lineOf(root, "authorization_server")); err != nil {
			return err
		}
	}
	if d.AS != nil {
		if err := d.AS.apply(t, lineOf(root, "as")); err != nil {
			return err
		}
	}
	if err := applyAPIs(t, d.APIs); err != nil {
		return err
	}
	if err := t.unissued(lineOf(root, "apis")); err != nil {
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

package target

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/dpop"
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

type document struct {
	Profile             string               `yaml:"profile"`
	AuthorizationServer *authorizationServer `yaml:"authorization_server"`
	APIs                yaml.Node            `yaml:"apis"`
	Client              *clientSection       `yaml:"client"`
	Key                 *keySection          `yaml:"key"`
	Limits              limitsSection        `yaml:"limits"`
}

type authorizationServer struct {
	Issuer  string             `yaml:"issuer"`
	Command []string           `yaml:"command"`
	Env     map[string]string  `yaml:"env"`
	Clients []RegisteredClient `yaml:"clients"`

	DeviceApproval string `yaml:"device_approval"`
}

type apiSection struct {
	URL      string            `yaml:"url"`
	Audience string            `yaml:"audience"`
	Scope    string            `yaml:"scope"`
	Probe    string            `yaml:"probe"`
	OpenAPI  string            `yaml:"openapi"`
	Command  []string          `yaml:"command"`
	Env      map[string]string `yaml:"env"`
}

type clientSection struct {
	Command []string          `yaml:"command"`
	Env     map[string]string `yaml:"env"`
}

type keySection struct {
	File string `yaml:"file"`
}

type limitsSection struct {
	Rate    string `yaml:"rate"`
	Timeout string `yaml:"timeout"`
	Budget  int    `yaml:"budget"`
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
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return nil, yamlError(file, err)
	}
	t := Default()
	t.File = file
	if root.Kind == 0 {
		return t, nil
	}
	expander := expander{file: file, env: env}
	if err := expander.walk(&root); err != nil {
		return nil, err
	}
	t.Secrets = expander.values
	var d document
	if err := strictly(root.Content[0], &d, file); err != nil {
		return nil, err
	}
	return t, d.into(t, &root)
}

// strictly decodes a node; unknown keys are errors with their line.
func strictly(node *yaml.Node, into any, file string) error {
	if err := knownKeys(node, into, file); err != nil {
		return err
	}
	if err := node.Decode(into); err != nil {
		return yamlError(file, err)
	}
	return nil
}

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

func yamlError(file string, err error) error {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ := strconv.Atoi(m[1])
		return &ConfigError{File: file, Line: line, What: m[2]}
	}
	return &ConfigError{File: file, What: err.Error()}
}

func (d *document) into(t *Target, root *yaml.Node) error {
	t.Profile = d.Profile
	if as := d.AuthorizationServer; as != nil {
		if as.Issuer == "" && len(as.Command) == 0 {
			return &ConfigError{t.File, lineOf(root, "authorization_server"), "authorization_server needs issuer, the URL of its metadata without /.well-known/…, or command, a program that starts it"}
		}
		t.AuthorizationServer = &RealAuthorizationServer{Issuer: as.Issuer, Command: t.command(as.Command, as.Env), Clients: as.Clients, DeviceApproval: as.DeviceApproval}
		for i := range as.Clients {
			if err := t.completeClient(&t.AuthorizationServer.Clients[i], lineOf(root, "authorization_server")); err != nil {
				return err
			}
		}
	}
	if err := d.apis(t); err != nil {
		return err
	}
	if c := d.Client; c != nil {
		if len(c.Command) == 0 {
			return &ConfigError{t.File, lineOf(root, "client"), "client needs command, the adapter program with its arguments"}
		}
		t.Client = &RealClient{Command: t.command(c.Command, c.Env)}
	}
	if d.Key != nil {
		var err error
		if t.Key, err = t.readKey("key.file", d.Key.File, lineOf(root, "key")); err != nil {
			return err
		}
	}
	return d.Limits.into(t, lineOf(root, "limits"))
}

func (t *Target) completeClient(c *RegisteredClient, line int) error {
	if c.ID == "" {
		return &ConfigError{t.File, line, "a client without id; write {id: …, secret: …, auth: client_secret_post, grants: [client_credentials]}"}
	}
	if c.Auth == "" {
		c.Auth = "client_secret_basic"
		if c.Secret == "" {
			c.Auth = "none"
		}
	}
	switch c.Auth {
	case "none":
	case "client_secret_basic", "client_secret_post":
		if c.Secret == "" {
			return &ConfigError{t.File, line, fmt.Sprintf("client %s: auth %s needs secret", c.ID, c.Auth)}
		}
	case "private_key_jwt":
		if c.KeyFile == "" {
			return &ConfigError{t.File, line, fmt.Sprintf("client %s: auth private_key_jwt needs key, a file with the private key as PEM or JWK", c.ID)}
		}
		var err error
		if c.Key, err = t.readKey(fmt.Sprintf("client %s: key", c.ID), c.KeyFile, line); err != nil {
			return err
		}
	default:
		return &ConfigError{t.File, line, fmt.Sprintf("client %s: auth %q is not one of none, client_secret_basic, client_secret_post, private_key_jwt", c.ID, c.Auth)}
	}
	if c.Secret != "" {
		t.Secrets = append(t.Secrets, c.Secret)
	}
	if c.Grants == nil {
		c.Grants = []string{"client_credentials"}
	}
	return nil
}

func (d *document) apis(t *Target) error {
	if d.APIs.Kind == 0 {
		return nil
	}
	if d.APIs.Kind != yaml.MappingNode {
		return &ConfigError{t.File, d.APIs.Line, "apis maps names to APIs: apis: {orders: {url: …, audience: …, probe: GET /orders}}"}
	}
	for i := 0; i < len(d.APIs.Content); i += 2 {
		name, node := d.APIs.Content[i], d.APIs.Content[i+1]
		var section apiSection
		if err := strictly(node, &section, t.File); err != nil {
			return err
		}
		if section.URL == "" && len(section.Command) == 0 {
			return &ConfigError{t.File, name.Line, fmt.Sprintf("the API %s needs url, or command, a program that starts it", name.Value)}
		}
		if section.Probe == "" {
			section.Probe = "GET /"
		}
		method, path, found := strings.Cut(section.Probe, " ")
		if !found || !strings.HasPrefix(path, "/") {
			return &ConfigError{t.File, name.Line, fmt.Sprintf("probe %q of the API %s is not a method and a path, such as GET /orders", section.Probe, name.Value)}
		}
		t.APIs = append(t.APIs, RealAPI{
			Name: name.Value, URL: strings.TrimSuffix(section.URL, "/"), Audience: section.Audience, Scope: section.Scope,
			Method: method, Path: path, Command: t.command(section.Command, section.Env),
			OpenAPI: t.beside(section.OpenAPI),
		})
	}
	return nil
}

// command runs in the folder of the configuration file, so that relative paths
// mean what they mean to the person who wrote it.
func (t *Target) command(args []string, env map[string]string) Command {
	return Command{Args: args, Dir: filepath.Dir(t.File), Env: env}
}

// beside makes a relative path mean the same folder as the configuration file's.
func (t *Target) beside(file string) string {
	if file == "" || filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(filepath.Dir(t.File), file)
}

// readKey reads a private key; what names it in messages.
func (t *Target) readKey(what, file string, line int) (*dpop.Key, error) {
	path := file
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(t.File), path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, &ConfigError{t.File, line, fmt.Sprintf("%s: %s cannot be read: %v; make one with dpopspec keys generate", what, file, errors.Unwrap(err))}
	}
	key, err := dpop.ParseKey(text)
	if err != nil {
		return nil, &ConfigError{t.File, line, fmt.Sprintf("%s: %s: %v", what, file, err)}
	}
	return key, nil
}

func (l limitsSection) into(t *Target, line int) error {
	t.Limits.Budget = l.Budget
	if l.Timeout != "" {
		timeout, err := time.ParseDuration(l.Timeout)
		if err != nil || timeout <= 0 {
			return &ConfigError{t.File, line, fmt.Sprintf("limits.timeout %q is not a duration such as 10s", l.Timeout)}
		}
		t.Limits.Timeout = timeout
	}
	if l.Rate != "" {
		number, unit, _ := strings.Cut(l.Rate, "/")
		rate, err := strconv.ParseFloat(number, 64)
		if err != nil || rate <= 0 || (unit != "s" && unit != "") {
			return &ConfigError{t.File, line, fmt.Sprintf("limits.rate %q is not a number of requests a second such as 5/s", l.Rate)}
		}
		t.Limits.Rate = rate
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

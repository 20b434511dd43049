package target

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/internal/approval"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// deviceSection is authorization_server.device_approval: the URL of a request, or one
// of request, program and login.
type deviceSection struct {
	URL     string            `yaml:"url"`
	Method  string            `yaml:"method"`
	Form    map[string]many   `yaml:"form"`
	JSON    any               `yaml:"json"`
	Headers map[string]string `yaml:"headers"`
	Command []string          `yaml:"command"`
	Env     map[string]string `yaml:"env"`
	Login   string            `yaml:"login"`

	line int
}

// UnmarshalYAML lets the URL stand by itself.
func (d *deviceSection) UnmarshalYAML(node *yaml.Node) error {
	d.line = node.Line
	if node.Kind == yaml.ScalarNode {
		d.URL = node.Value
		return nil
	}
	type plain deviceSection
	return node.Decode((*plain)(d))
}

// read checks what belongs together; nil: nothing is configured.
func (d *deviceSection) read(t *Target) (*DeviceApproval, error) {
	ways := 0
	for _, given := range []bool{d.URL != "", d.Command != nil, d.Login != ""} {
		if given {
			ways++
		}
	}
	switch {
	case d.line == 0:
		return nil, nil
	case ways != 1:
		return nil, errors.New("it is one of a URL with {user_code} in it, {url: …, form: {…}}, {command: […]} and " +
			"{login: CLIENT}, the id of the client whose test person approves")
	case d.URL == "" && (d.Method != "" || d.Form != nil || d.JSON != nil || d.Headers != nil):
		return nil, errors.New("method, form, json and headers are of a request; give its url, or leave them out")
	case d.Command == nil && d.Env != nil:
		return nil, errors.New("env is of a program; give its command, or leave it out")
	case d.Command != nil:
		if len(d.Command) == 0 || d.Command[0] == "" {
			return nil, errors.New("command names no program; write [./approve.sh]")
		}
		c := t.command(d.Command, d.Env)
		return &DeviceApproval{Program: &approval.Program{Args: c.Args, Dir: c.Dir, Env: c.Env}}, nil
	case d.Login != "":
		return &DeviceApproval{Login: d.Login}, nil
	}
	request, err := d.request(t)
	return &DeviceApproval{Request: request}, err
}

func (d *deviceSection) request(t *Target) (*approval.Request, error) {
	at, err := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(d.URL))
	if err != nil || !strings.HasPrefix(d.URL, "/") && (at.Host == "" || at.Scheme != "https" && at.Scheme != "http") {
		return nil, fmt.Errorf("url: %q is neither a URL nor a path such as /device/approve?user_code={user_code}", d.URL)
	}
	if before, _, found := strings.Cut(d.URL, "{"); found && strings.Contains(d.URL, "://") && strings.Count(before, "/") < 3 {
		return nil, fmt.Errorf("url: the host of %q must be named; {…} may stand in the path and behind it", d.URL)
	}
	if d.Form != nil && d.JSON != nil {
		return nil, errors.New("form and json are two bodies; leave one out")
	}
	r := &approval.Request{Method: strings.ToUpper(d.Method), URL: d.URL, JSON: d.JSON}
	if r.Method == "" {
		r.Method = "GET"
		if d.Form != nil || d.JSON != nil {
			r.Method = "POST"
		}
	}
	if !isToken(r.Method) {
		return nil, fmt.Errorf("method: %q is no method", d.Method)
	}
	if r.Method == "GET" && (d.Form != nil || d.JSON != nil) {
		return nil, errors.New("method: a GET has no body; leave out method, or form and json")
	}
	if d.Form != nil {
		r.Form = url.Values{}
		for name, values := range d.Form {
			r.Form[name] = values
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Headers)) {
		value := d.Headers[name]
		if !isToken(name) || strings.ContainsAny(value, "\r\n\x00") {
			return nil, fmt.Errorf("headers: %q is not a header field with a value of one line", name)
		}
		if len(value) >= 8 {
			t.Secrets = append(t.Secrets, value)
		}
		r.Fields = append(r.Fields, wire.Field{Name: name, Value: value})
	}
	return r, nil
}

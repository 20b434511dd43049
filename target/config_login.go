package target

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/internal/login"
)

// loginSection is how codes are got: the name of a way, or the ways with what they
// need.
type loginSection struct {
	Form       *formSection    `yaml:"form"`
	Command    []string        `yaml:"command"`
	Browser    string          `yaml:"browser"`
	Program    string          `yaml:"program"`
	Sandbox    *bool           `yaml:"sandbox"`
	Steps      []stepSection   `yaml:"steps"`
	Cookies    string          `yaml:"cookies"`
	Hosts      []string        `yaml:"hosts"`
	Parameters map[string]many `yaml:"parameters"`
	PAR        string          `yaml:"par"`

	name string // of a way, where it stands alone
}

// formSection is what is typed into forms.
type formSection struct {
	Username string            `yaml:"username"`
	Password string            `yaml:"password"`
	Fields   map[string]string `yaml:"fields"`
	Submit   string            `yaml:"submit"`
	Consent  string            `yaml:"consent"`
}

// stepSection is what a browser does on a page.
type stepSection struct {
	Fill  string `yaml:"fill"`
	Value string `yaml:"value"`
	Click string `yaml:"click"`
	Wait  string `yaml:"wait"`

	Optional bool `yaml:"optional"`
}

// many is one value or a list of them.
type many []string

// UnmarshalYAML lets one value stand by itself.
func (m *many) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*m = many{node.Value}
		return nil
	}
	return node.Decode((*[]string)(m))
}

// UnmarshalYAML lets the name of a way stand by itself.
func (l *loginSection) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		l.name = node.Value
		return nil
	}
	type plain loginSection
	return node.Decode((*plain)(l))
}

// browserWays are the values of login.browser.
const (
	browserHeadless = "headless" // one that nobody sits at
	browserPerson   = "person"   // as login: browser
)

// likelyGrant is the grant that what the client has is good for.
func likelyGrant(refreshToken string) string {
	if refreshToken != "" {
		return "refresh_token"
	}
	return "client_credentials"
}

// readLogin reads where codes and refresh tokens come from.
func (c *RegisteredClient) readLogin(refreshToken string, from loginSection, timeout string, dir string) error {
	c.RefreshToken, c.Login = refreshToken, from.name
	if refreshToken != "" && !c.Has("refresh_token") {
		return errors.New("refresh_token needs the grant refresh_token; add it to grants")
	}
	if from.Browser == browserPerson {
		c.Login = LoginBrowser
	}
	if c.Login == "" {
		c.Login = LoginRedirects
	}
	if ways := []string{LoginRedirects, LoginBrowser}; !slices.Contains(ways, c.Login) {
		return fmt.Errorf("login %q is neither %s nor %s; or write {form: {username: …, password: …}}, {command: […]}, "+
			"{browser: headless} or {cookies: …}", c.Login, LoginRedirects, LoginBrowser)
	}
	if timeout != "" {
		longest, err := time.ParseDuration(timeout)
		if err != nil || longest <= 0 {
			return fmt.Errorf("login_timeout: %q is not a duration such as 2m", timeout)
		}
		c.LoginTimeout = longest
	}
	settings, err := from.read(dir)
	if err != nil {
		return fmt.Errorf("login.%w", err)
	}
	settings.Timeout = c.LoginTimeout
	c.Ways = settings
	if !c.Has("authorization_code") {
		if c.Login == LoginBrowser || settings.Any() {
			return fmt.Errorf("%s needs the grant authorization_code; add it to grants",
				strings.TrimSpace("login "+from.name))
		}
		return nil
	}
	if c.Login != LoginBrowser {
		return nil
	}
	return loopbackRedirect(c.RedirectURI)
}

// read checks what belongs together. An error begins with the member that is meant.
func (l loginSection) read(dir string) (s login.Settings, err error) {
	s = login.Settings{Command: l.Command, Dir: dir, Cookies: l.Cookies, Hosts: l.Hosts, Push: login.Push(l.PAR)}
	if f := l.Form; f != nil {
		s.Form = &login.Form{
			Username: f.Username, Password: f.Password, Fields: f.Fields, Submit: f.Submit, Consent: f.Consent,
		}
		if (f.Username == "") != (f.Password == "") {
			return s, errors.New("form: user name and password belong together; give both, or neither where only " +
				"pages without them are to be agreed to")
		}
	}
	if l.Command != nil && (len(l.Command) == 0 || l.Command[0] == "") {
		return s, errors.New("command names no program; write [./login.sh]")
	}
	if l.Cookies != "" {
		if err := login.CheckCookies(l.Cookies); err != nil {
			return s, fmt.Errorf("cookies: %w", err)
		}
	}
	for _, host := range l.Hosts {
		if err := webHost(host); err != nil {
			return s, fmt.Errorf("hosts: %w", err)
		}
	}
	switch s.Push {
	case login.PushAsProfile, login.PushPlain, login.PushProof, login.PushNever:
	default:
		return s, fmt.Errorf("par %q is none of %s, %s, %s", l.PAR, login.PushPlain, login.PushProof, login.PushNever)
	}
	if s.Parameters, err = parametersOf(l.Parameters); err != nil {
		return s, err
	}
	s.Browser, err = l.browser(s.Form)
	return s, err
}

// browser reads what a browser does that nobody sits at; nil: there is none.
func (l loginSection) browser(form *login.Form) (*login.Browser, error) {
	switch l.Browser {
	case browserHeadless:
	case "", browserPerson:
		if l.Program != "" || l.Sandbox != nil || l.Steps != nil {
			return nil, errors.New("program, sandbox and steps are of browser: headless; write that, or leave them out")
		}
		return nil, nil
	default:
		return nil, fmt.Errorf("browser %q is neither %s nor %s", l.Browser, browserHeadless, browserPerson)
	}
	b := &login.Browser{Program: l.Program, Sandboxed: l.Sandbox, Form: form}
	for i, step := range l.Steps {
		given := 0
		for _, what := range []string{step.Fill, step.Click, step.Wait} {
			if what != "" {
				given++
			}
		}
		if given != 1 || step.Fill == "" && step.Value != "" {
			return nil, fmt.Errorf("steps: the step %d is none of {fill: SELECTOR, value: …}, {click: SELECTOR} and "+
				"{wait: SELECTOR}", i+1)
		}
		b.Steps = append(b.Steps, login.Step(step))
	}
	return b, nil
}

// ownParameters are those of an authorization request that the harness sets or tests.
var ownParameters = []string{
	"response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method",
	"dpop_jkt", "request", "request_uri",
}

func parametersOf(given map[string]many) (url.Values, error) {
	values := url.Values{}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if slices.Contains(ownParameters, name) {
			return nil, fmt.Errorf("parameters: %s is set by dpopspec itself; leave it out "+
				"(scope stands beside login)", name)
		}
		values[name] = given[name]
	}
	return values, nil
}

// webHost makes sure that a value is a host by itself or an origin.
func webHost(value string) error {
	address := value
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("%q is not a host such as login.example.com or https://login.example.com", value)
	}
	return nil
}

// loopbackRedirect makes sure that the harness can listen at a redirect URI
// (RFC 8252 §7.3).
func loopbackRedirect(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		!onFixedLoopback(u) {
		return fmt.Errorf("login browser needs a redirect_uri on this machine with a port, "+
			"such as http://127.0.0.1:8765/callback, not %q", address)
	}
	return nil
}

func onFixedLoopback(u *url.URL) bool {
	port := u.Port()
	if port == "" || port == "0" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}

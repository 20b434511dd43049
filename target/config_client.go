package target

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"

	"github.com/dpopspec/dpopspec/internal/wire"
)

type clientSection struct {
	Command             []string          `yaml:"command"`
	Env                 map[string]string `yaml:"env"`
	Trigger             string            `yaml:"trigger"`
	AuthorizationServer string            `yaml:"authorization_server"`
	API                 string            `yaml:"api"`

	// How it wants to be registered; an adapter can say so itself.
	ID                string      `yaml:"id"`
	Secret            string      `yaml:"secret"`
	Auth              string      `yaml:"auth"`
	Key               *keySection `yaml:"key"`
	RedirectURI       string      `yaml:"redirect_uri"`
	Subject           string      `yaml:"subject"`
	AudienceParameter string      `yaml:"audience_parameter"`
}

// The addresses of the embedded servers that an application behind a trigger
// URL is configured with, unless the file says others.
const (
	issuerAddress = "127.0.0.1:9440"
	apiAddress    = "127.0.0.1:9441"
)

func (c *clientSection) apply(t *Target, line int) error {
	registration, err := c.registration(t)
	if err == nil && c.embedded() && registration.says() {
		t.Parts.Registration = registration
		return nil
	}
	if err == nil {
		t.Client, err = c.read(t)
	}
	if err != nil {
		return &ConfigError{t.File, line, err.Error()}
	}
	t.Client.Registration = registration
	return nil
}

// embedded reports whether the section is about the embedded client, of which it can
// say how it is registered.
func (c *clientSection) embedded() bool {
	return len(c.Command) == 0 && c.Trigger == "" && c.Env == nil && c.AuthorizationServer == "" && c.API == ""
}

// registration is what the section says of how the client is registered.
func (c *clientSection) registration(t *Target) (r Registration, err error) {
	r = Registration{
		ID: c.ID, Secret: c.Secret, Auth: c.Auth, RedirectURI: c.RedirectURI, Subject: c.Subject,
		AudienceParameter: c.AudienceParameter,
	}
	if c.Secret != "" {
		t.Secrets = append(t.Secrets, c.Secret)
	}
	if c.Key != nil {
		if r.Key, err = t.key(*c.Key); err != nil {
			return r, err
		}
	}
	if err := r.check(); err != nil {
		return r, fmt.Errorf("client: %w", err)
	}
	return r, nil
}

func (c *clientSection) read(t *Target) (*RealClient, error) {
	switch {
	case len(c.Command) == 0 && c.Trigger == "":
		return nil, errors.New("client needs command, the adapter program with its arguments, " +
			"or trigger, a URL that makes a running application call its API; " +
			"with neither, how the embedded client is registered: auth, id, …")
	case len(c.Command) > 0 && (c.Trigger != "" || c.AuthorizationServer != "" || c.API != ""):
		return nil, errors.New("client has a command, so it takes neither trigger nor authorization_server nor api; " +
			"those are for an application that runs already")
	case len(c.Command) > 0:
		return &RealClient{Command: t.command(c.Command, c.Env)}, nil
	case c.Env != nil:
		return nil, errors.New("client.env is for a command; an application behind a trigger URL runs already")
	}
	u, err := url.Parse(c.Trigger)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Fragment != "" {
		return nil, errors.New("client.trigger: it is not a URL such as " +
			"http://localhost:3000/api/call?path={path}&method={method}")
	}
	trigger := &Trigger{c.Trigger, orElse(c.AuthorizationServer, issuerAddress), orElse(c.API, apiAddress)}
	if err := listenable(trigger.AuthorizationServer); err != nil {
		return nil, fmt.Errorf("client.authorization_server: %w", err)
	}
	if err := listenable(trigger.API); err != nil {
		return nil, fmt.Errorf("client.api: %w", err)
	}
	if trigger.AuthorizationServer == trigger.API {
		return nil, fmt.Errorf("client.api: %s is the address of the authorization server too; "+
			"the API needs one of its own", trigger.API)
	}
	return &RealClient{Trigger: trigger}, nil
}

// listenable makes sure that an address is a fixed one on loopback.
func listenable(address string) error {
	host, port, err := net.SplitHostPort(address)
	number, bad := strconv.ParseUint(port, 10, 16)
	if err != nil || bad != nil || number == 0 || !wire.Loopback(host) {
		return fmt.Errorf("%q is not a loopback address with a port, such as %s", address, issuerAddress)
	}
	return nil
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

package target

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// authorizationServer is the section of that name.
type authorizationServer struct {
	Issuer         string             `yaml:"issuer"`
	Hosts          []string           `yaml:"hosts"`
	Replicas       []string           `yaml:"replicas"`
	Command        []string           `yaml:"command"`
	Env            map[string]string  `yaml:"env"`
	Clients        []registeredClient `yaml:"clients"`
	DeviceApproval deviceSection      `yaml:"device_approval"`
	Metadata       yaml.Node          `yaml:"metadata"` // members by name, see metadataMembers

	Registration  *registrationSection  `yaml:"registration"`
	Introspection *introspectionSection `yaml:"introspection"`
}

// apiSection is one entry of apis.
type apiSection struct {
	URL      string            `yaml:"url"`
	Audience string            `yaml:"audience"`
	Scope    string            `yaml:"scope"`
	TokenTyp string            `yaml:"token_typ"`
	Client   string            `yaml:"client"`
	Naming   string            `yaml:"audience_parameter"`
	Probe    probeSection      `yaml:"probe"`
	Probes   []string          `yaml:"probes"`
	OpenAPI  string            `yaml:"openapi"`
	Replicas []string          `yaml:"replicas"`
	Upstream string            `yaml:"upstream"`
	Issuance *issuanceSection  `yaml:"credential"`
	Command  []string          `yaml:"command"`
	Env      map[string]string `yaml:"env"`

	Token        *tokenSection       `yaml:"token"`
	Key          *keySection         `yaml:"key"`
	UnboundToken *tokenSection       `yaml:"unbound_token"`
	OtherTokens  []boundTokenSection `yaml:"other_tokens"`
}

func (as *authorizationServer) apply(t *Target, line int) error {
	switch {
	case as.Issuer == "" && len(as.Command) == 0:
		return &ConfigError{t.File, line, "authorization_server needs issuer, " +
			"the URL of its metadata without /.well-known/…, or command, a program that starts it"}
	case as.Issuer != "":
		if err := webURL(as.Issuer); err != nil {
			return &ConfigError{t.File, line, "authorization_server.issuer: " + err.Error()}
		}
	}
	replicas, err := baseURLs(as.Replicas)
	if err != nil {
		return &ConfigError{t.File, line, "authorization_server.replicas: " + err.Error()}
	}
	given, err := readGiven(as.Metadata, t.File)
	if err != nil {
		return err
	}
	server := &RealAuthorizationServer{
		Issuer: as.Issuer, Hosts: as.Hosts, Replicas: replicas, Metadata: given,
		Command: t.command(as.Command, as.Env),
	}
	if server.DeviceApproval, err = as.DeviceApproval.read(t); err != nil {
		return &ConfigError{t.File, as.DeviceApproval.line, "authorization_server.device_approval: " + err.Error()}
	}
	for _, entry := range as.Clients {
		client, err := entry.read(t)
		if err != nil {
			return &ConfigError{t.File, entry.line, fmt.Sprintf("client %s: %v", entry.ID, err)}
		}
		server.Clients = append(server.Clients, client)
	}
	server.Registration = as.Registration.read(t)
	if server.Introspector, err = as.Introspection.read(server.Clients); err != nil {
		return &ConfigError{t.File, line, "authorization_server." + err.Error()}
	}
	if err := server.approver(); err != nil {
		return &ConfigError{t.File, as.DeviceApproval.line, "authorization_server.device_approval: " + err.Error()}
	}
	t.AuthorizationServer = server
	return nil
}

// applyAPIs reads the APIs in the order of the file.
func applyAPIs(t *Target, apis yaml.Node) error {
	if apis.Kind == 0 {
		return nil
	}
	if apis.Kind != yaml.MappingNode {
		return &ConfigError{t.File, apis.Line,
			"apis maps names to APIs: apis: {orders: {url: …, audience: …, probe: GET /orders}}"}
	}
	for i := 0; i < len(apis.Content); i += 2 {
		name, node := apis.Content[i], apis.Content[i+1]
		var section apiSection
		if err := strictly(node, &section, t.File); err != nil {
			return err
		}
		api, err := section.read(t, name.Value)
		if err != nil {
			return &ConfigError{t.File, name.Line, fmt.Sprintf("the API %s: %v", name.Value, err)}
		}
		t.APIs = append(t.APIs, api)
	}
	return nil
}

func (a apiSection) read(t *Target, name string) (RealAPI, error) {
	if slices.ContainsFunc(t.APIs, func(other RealAPI) bool { return other.Name == name }) {
		return RealAPI{}, fmt.Errorf("there are two of that name")
	}
	if a.URL == "" && len(a.Command) == 0 && a.Issuance == nil {
		return RealAPI{}, fmt.Errorf("it needs url, or command, a program that starts it")
	}
	issuance, err := a.Issuance.read()
	if err != nil {
		return RealAPI{}, err
	}
	if issuance != nil && (a.URL != "" || len(a.Command) > 0 || a.Probe.Request != "") {
		return RealAPI{}, errOwnRequest
	}
	if a.URL != "" {
		if err := webURL(a.URL); err != nil {
			return RealAPI{}, fmt.Errorf("url: %w", err)
		}
	}
	replicas, err := baseURLs(a.Replicas)
	if err != nil {
		return RealAPI{}, fmt.Errorf("replicas: %w", err)
	}
	upstream := strings.TrimSuffix(a.Upstream, "/")
	if upstream != "" {
		if err := webURL(upstream); err != nil {
			return RealAPI{}, fmt.Errorf("upstream: %w", err)
		}
		if upstream == strings.TrimSuffix(a.URL, "/") {
			return RealAPI{}, errBehind
		}
	}
	probe, err := parseProbe(cmp.Or(a.Probe.Request, "GET /"))
	if err != nil {
		return RealAPI{}, err
	}
	probes, err := parseProbes(probe, a.Probes)
	if err != nil {
		return RealAPI{}, err
	}
	success, err := a.Probe.success()
	if err != nil {
		return RealAPI{}, err
	}
	if a.Naming != "" && !slices.Contains(AudienceParameters, a.Naming) {
		return RealAPI{}, fmt.Errorf("audience_parameter %q is not one of %s", a.Naming,
			strings.Join(AudienceParameters, ", "))
	}
	if a.Client != "" && !t.registered(a.Client) {
		return RealAPI{}, fmt.Errorf("client: %q is none of authorization_server.clients; name one by its id", a.Client)
	}
	api := RealAPI{
		Name: name, URL: strings.TrimSuffix(a.URL, "/"), Audience: a.Audience, Scope: a.Scope, TokenTyp: a.TokenTyp,
		Client: a.Client, AudienceParameter: a.Naming, AudienceNamed: a.Audience != "",
		Method: probe.Method, Path: probe.Path, Success: success, Probes: probes,
		Command: t.command(a.Command, a.Env), OpenAPI: t.beside(a.OpenAPI),
		Replicas: replicas, Upstream: upstream, Issuance: issuance,
	}
	err = a.readTokens(t, &api)
	return api, err
}

// errOwnRequest says that a credential endpoint is found by itself.
var errOwnRequest = errors.New("credential says where it is and what it is asked for: take out url, command and probe")

// registered reports whether there is a client of that id.
func (t *Target) registered(id string) bool {
	return t.AuthorizationServer != nil && slices.ContainsFunc(t.AuthorizationServer.Clients,
		func(c RegisteredClient) bool { return c.ID == id })
}

// baseURLs reads where single instances of a server are reached.
func baseURLs(list []string) (bases []string, err error) {
	for _, base := range list {
		if err := webURL(base); err != nil {
			return nil, err
		}
		bases = append(bases, strings.TrimSuffix(base, "/"))
	}
	return bases, nil
}

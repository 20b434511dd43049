package world

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/target"
)

// EmbeddedAS reports whether the authorization server is ours.
func (w *World) EmbeddedAS() bool { return w.Session.Embedded(target.AuthorizationServer) }

// EmbeddedAPI reports whether the APIs are ours.
func (w *World) EmbeddedAPI() bool { return w.Session.Embedded(target.ResourceServer) }

// ArrangeAS changes the embedded authorization server before it starts.
func (w *World) ArrangeAS(change func(*mockas.Config)) error {
	if w.Session.Triggered() {
		return w.ClientKeeps()
	}
	return w.ArrangeEveryAS(change)
}

// ArrangeEveryAS is ArrangeAS for what is the same in every case of the run, so
// that a client which remembers the server from another case is not deceived.
func (w *World) ArrangeEveryAS(change func(*mockas.Config)) error {
	if w.as != nil {
		return fmt.Errorf("the authorization server runs already; arrange it before the first request")
	}
	w.arrangedAS = append(w.arrangedAS, change)
	return nil
}

// ArrangeAPI changes an embedded API before it starts.
func (w *World) ArrangeAPI(name string, change func(*mockrs.Config)) error {
	if w.apis[name] != nil {
		return fmt.Errorf("the API %s runs already; arrange it before the first request", name)
	}
	w.arrange[name] = append(w.arrange[name], change)
	return nil
}

// AS returns the embedded authorization server, started when it is first asked for.
func (w *World) AS() (*target.EmbeddedAS, error) {
	if w.as != nil {
		return w.as, nil
	}
	if !w.EmbeddedAS() {
		return nil, NotApplicablef("the authorization server is not ours to arrange or to look into")
	}
	arrange := append([]func(*mockas.Config){StandardAS, w.follow, w.typed}, w.arrangedAS...)
	as, err := w.Session.StartAuthorizationServer(w.Clock, w.listening(target.AuthorizationServer, ""), arrange...)
	if err != nil {
		return nil, err
	}
	w.as = as
	w.reach(as.HTTP)
	return as, nil
}

// StartAnotherAS starts one more authorization server that is arranged like the
// one of the case. Whoever starts it ends it.
func (w *World) StartAnotherAS() (*target.EmbeddedAS, error) {
	arrange := append([]func(*mockas.Config){StandardAS}, w.arrangedAS...)
	return w.Session.StartAuthorizationServer(w.Clock, w.addressed(), arrange...)
}

// typed lets the embedded authorization server make access tokens of the typ that
// a real API takes (apis.NAME.token_typ): many take JWT, and none of RFC 9068.
func (w *World) typed(c *mockas.Config) { c.TokenTyp = w.TokenTyp() }

// TokenTyp is the typ of access tokens that a real API takes; empty: its default.
func (w *World) TokenTyp() string {
	if w.EmbeddedAPI() {
		return ""
	}
	return w.Session.APIs[0].TokenTyp
}

// API returns the embedded API of that name, started when it is first asked for.
func (w *World) API(name string) (*target.EmbeddedAPI, error) {
	if api := w.apis[name]; api != nil {
		return api, nil
	}
	if !w.EmbeddedAPI() {
		return nil, NotApplicablef("the API is not ours to arrange or to look into")
	}
	as, err := w.AS()
	if err != nil {
		return nil, err
	}
	arrange := append([]func(*mockrs.Config){StandardAPI(name, as)}, w.arrange[name]...)
	options := w.listening(target.ResourceServer, name)
	if name == FarAPI {
		first, err := w.API(DefaultAPI)
		if err != nil {
			return nil, err
		}
		_, port, _ := net.SplitHostPort(first.HTTP.Address())
		address, found := elsewhere(port)
		if !found {
			return nil, NotApplicablef("this machine has no second address on loopback with the port of the API free")
		}
		options.Address, options.Host, options.Reuse = address, "", false
	}
	api, err := w.Session.StartAPI(w.Clock, options, arrange...)
	if err != nil {
		return nil, err
	}
	as.NameResource(api.Origin, api.Audience)
	w.apis[name] = api
	w.reach(api.HTTP)
	return api, nil
}

// Between returns a client for what one embedded server of this case asks of
// another. Its connections end with the case.
func (w *World) Between() *http.Client {
	sender := w.Session.Trusting(wire.Connection{Timeout: w.Session.Limits.Timeout}).HTTPClient()
	w.AtClose(sender.CloseIdleConnections)
	return sender
}

// RealAPI returns the configured API that a scenario calls by the given name:
// that very one, or the first where the scenario means any API.
func (w *World) RealAPI(name string) (*target.RealAPI, error) {
	for i := range w.Session.APIs {
		if w.Session.APIs[i].Name == name {
			return &w.Session.APIs[i], w.Session.UsableAPI(name)
		}
	}
	if name == DefaultAPI {
		return &w.Session.APIs[0], w.Session.UsableAPI(w.Session.APIs[0].Name)
	}
	return nil, Lackingf("apis", "the configuration has no API called %s", name)
}

// ResourceOf returns what a request to an API needs, be it embedded or real.
func (w *World) ResourceOf(name string) (Resource, error) {
	if w.EmbeddedAPI() {
		api, err := w.API(name)
		if err != nil {
			return Resource{}, err
		}
		r := Resource{
			Name: name, Origin: api.Origin, Method: "GET", URL: api.Origin + "/" + name,
			Audience: api.Audience, Scope: api.Scope,
		}
		if api.Issuance != nil {
			r.Method, r.URL, r.Issuance = "POST", api.Origin+mockrs.PathCredential, issuanceOf(api)
		}
		return r, nil
	}
	api, err := w.RealAPI(name)
	if err != nil {
		return Resource{}, err
	}
	return Resource{
		Name: api.Name, Origin: OriginOf(api.URL), Method: api.Method, URL: api.URL + api.Path,
		Audience: api.Audience, Scope: api.Scope, Issuance: api.Issuance,
	}, nil
}

// issuanceOf is what a request needs to an embedded API that issues credentials.
func issuanceOf(api *target.EmbeddedAPI) *target.Issuance {
	i := &target.Issuance{Issuer: api.Origin, Configuration: api.Issuance.Configuration}
	if !api.Issuance.NoNonces {
		i.Nonce = api.Origin + mockrs.PathNonce
	}
	return i
}

// Now returns the time on the clock of the server at a URL: ours if it is
// embedded, else as its Date fields told (RFC 9110 §6.6.1).
func (w *World) Now(serverURL string) time.Time {
	if w.Embedded(serverURL) {
		return w.Clock.Now()
	}
	origin := OriginOf(serverURL)
	if w.lane == nil {
		return time.Now().Add(w.offsets[origin].likely())
	}
	return w.lane.clocks.now(origin, w.doubtsClocks)
}

// Embedded reports whether the server at a URL is an embedded one of this case.
func (w *World) Embedded(serverURL string) bool {
	origin := OriginOf(serverURL)
	if w.as != nil && w.as.HTTP.URL == origin || w.instance != nil && w.instance.HTTP.URL == origin {
		return true
	}
	for _, api := range w.apis {
		if api.HTTP.URL == origin {
			return true
		}
	}
	return false
}

// Recorder returns the recordings of the embedded server at a URL.
func (w *World) Recorder(serverURL string) *wire.Recorder {
	origin := OriginOf(serverURL)
	if w.as != nil && w.as.HTTP.URL == origin {
		return &w.as.HTTP.Recorder
	}
	if w.instance != nil && w.instance.HTTP.URL == origin {
		return &w.instance.HTTP.Recorder
	}
	for _, api := range w.apis {
		if api.HTTP.URL == origin {
			return &api.HTTP.Recorder
		}
	}
	return nil
}

// follow makes the embedded authorization server one of the profile: what a
// profile demands of servers, an honest one does.
func (w *World) follow(c *mockas.Config) { follow(w.Profile, c) }

// Following makes an authorization server one of a profile, outside a case.
func Following(p features.Profile) func(*mockas.Config) {
	return func(c *mockas.Config) { follow(p, c) }
}

func follow(p features.Profile, c *mockas.Config) {
	if algorithms := p.ProofAlgorithms(); len(algorithms) > 0 && c.Algorithms == nil {
		c.Algorithms = supported(algorithms)
	}
	if p.ServerRequiresNonces() {
		c.Nonces = mockas.NonceRequired
	}
	c.NonceLifetime = NonceLifetime(p)
	if required := p.PushedBinding(); required != features.BindingOptional {
		c.PushedBinding = mockas.PushedBinding(required) // the same words
	}
	switch p.Name {
	case "fapi2", "haip", "singpass", "helseid":
		c.IssuerAudience = true
		for i := range c.Clients {
			c.Clients[i].DPoPBound, c.Clients[i].KeepRefresh = true, true
		}
	case "atproto":
		for i := range c.Clients {
			c.Clients[i].DPoPBound = true
		}
	case "camara":
		c.ProofMissing = dpop.InvalidProof
	case "solid":
		c.WebID = "https://person-1.example/profile#me"
	}
}

// NonceLifetime is for how long an embedded server takes its nonces under the profile.
func (w *World) NonceLifetime() time.Duration { return NonceLifetime(w.Profile) }

// NonceLifetime is for how long an embedded server takes its nonces: up to the age
// from which the profile has them refused, or a little longer than they must be
// taken; five minutes where the profile says nothing.
func NonceLifetime(p features.Profile) time.Duration {
	accept, refuse := p.NonceLifetime()
	switch {
	case refuse > 0:
		return refuse
	case accept > 0:
		return accept + time.Minute
	}
	return 5 * time.Minute
}

// supported are those of the names that the embedded server can verify.
func supported(names []string) (list []string) {
	for _, name := range names {
		if _, known := dpop.FindAlgorithm(name); known {
			list = append(list, name)
		}
	}
	return list
}

// ClientKeeps ends a case that rests on how the authorization server is, or on
// what the client has forgotten.
func (*World) ClientKeeps() error {
	return NotApplicablef("a client driven by a trigger URL cannot be told to forget: it keeps its tokens and " +
		"what it knows of the authorization server from case to case, and need not notice how that server differs " +
		"in this one")
}

// EmbeddedEndpoint reports whether the server of the endpoint under test is
// ours; without an endpoint, whether the authorization server is.
func (w *World) EmbeddedEndpoint() bool {
	if w.Endpoint.Name == "" {
		return w.EmbeddedAS()
	}
	return w.Session.Embedded(w.Endpoint.Role)
}

// Servers returns the embedded servers that run in this case.
func (w *World) Servers() []*wire.Server {
	var list []*wire.Server
	if w.as != nil {
		list = append(list, w.as.HTTP)
	}
	for _, api := range w.apis {
		list = append(list, api.HTTP)
	}
	return list
}

// Flooded reports whether a client sent more to the embedded servers of the case than
// they recorded: of what came later nothing is known.
func (w *World) Flooded() bool {
	servers := w.Servers()
	if w.instance != nil {
		servers = append(servers, w.instance.HTTP)
	}
	return slices.ContainsFunc(servers, func(s *wire.Server) bool { return s.Flooded() })
}

// IsAS reports whether an origin is that of the embedded authorization server.
func (w *World) IsAS(origin string) bool { return w.as != nil && w.as.HTTP.URL == origin }

// AddAPI adds an embedded API that a step has started; it ends with the case.
func (w *World) AddAPI(name string, api *target.EmbeddedAPI) { w.apis[name] = api }

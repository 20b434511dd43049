package target

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockrs"
)

// How a capability is known.
const (
	Declared = "declared" // the party's metadata says so
	Given    = "given"    // the configuration says so
	Seen     = "seen"     // an answer showed it
)

// Capability is something that a real party can do.
type Capability struct {
	Of    Role   `json:"of"`
	Name  string `json:"name"`
	Value string `json:"value"` // where or which; may be empty
	How   string `json:"how"`   // Declared, Given or Seen
}

// ProtectedResource is the metadata of an API (RFC 9728).
type ProtectedResource struct {
	API      string
	Source   string // URL it was read from
	Document dpop.Object
	Missing  error // why there is none
}

// ReadResources reads the metadata of the APIs (RFC 9728 §3). That there is none
// is no error; that an API cannot be reached is.
func (s *Session) ReadResources(ctx context.Context) error {
	client := s.NewClient(nil, nil)
	defer client.Close()
	s.Resources = nil
	for _, api := range s.APIs {
		r := ProtectedResource{API: api.Name, Source: mockrs.MetadataURL(api.URL)}
		e, err := client.Do(ctx, wire.Request{Method: "GET", URL: r.Source})
		switch {
		case err != nil && (e == nil || e.Status == 0):
			return fmt.Errorf("the API %s: %s: %w", api.Name, r.Source, err)
		case err != nil:
			r.Missing = err
		case e.Status != 200:
			r.Missing = fmt.Errorf("%s answers %d", r.Source, e.Status)
		default:
			r.Document, r.Missing = dpop.ParseObject(e.Reply)
		}
		s.Resources = append(s.Resources, r)
	}
	return nil
}

// Capabilities lists what is known of the real parties.
func (s *Session) Capabilities() []Capability {
	var list []Capability
	if s.AuthorizationServer != nil {
		list = append(list, s.Metadata.capabilities()...)
		for _, c := range s.AuthorizationServer.Clients {
			list = append(list, Capability{AuthorizationServer, "client " + c.ID, c.Auth + "; " + strings.Join(c.Grants, ", "), Given})
		}
	}
	for _, r := range s.Resources {
		list = append(list, r.capabilities()...)
	}
	return append(list, s.sights.list(s)...)
}

func (m Metadata) capabilities() []Capability {
	var list []Capability
	declare := func(name, value string) {
		if value != "" {
			list = append(list, Capability{AuthorizationServer, name, wire.Brief(value), Declared})
		}
	}
	declare("DPoP proofs", strings.Join(m.Algorithms, ", "))
	declare("grants", strings.Join(m.Grants, ", "))
	declare("client authentication", strings.Join(m.ClientAuthentication(), ", "))
	for _, e := range m.endpoints() {
		declare(strings.TrimPrefix(e.name, "the "), e.url)
	}
	return list
}

// ClientAuthentication returns the methods that the token endpoint advertises;
// without a list RFC 8414 §2 names client_secret_basic.
func (m Metadata) ClientAuthentication() []string {
	return texts(m.Document, "token_endpoint_auth_methods_supported")
}

func (r ProtectedResource) capabilities() []Capability {
	var list []Capability
	if r.Missing != nil {
		return nil
	}
	declare := func(name, value string) {
		list = append(list, Capability{ResourceServer, name + " of " + r.API, wire.Brief(value), Declared})
	}
	declare("metadata", r.Source)
	if required, found := r.Document.Get("dpop_bound_access_tokens_required"); found {
		declare("bound tokens required", string(required))
	}
	if algorithms := texts(r.Document, "dpop_signing_alg_values_supported"); algorithms != nil {
		declare("DPoP proofs", strings.Join(algorithms, ", "))
	}
	if servers := texts(r.Document, "authorization_servers"); servers != nil {
		declare("authorization servers", strings.Join(servers, ", "))
	}
	return list
}

func texts(document dpop.Object, name string) []string {
	var values []string
	value, found := document.Get(name)
	if !found || json.Unmarshal(value, &values) != nil {
		return nil
	}
	return values
}

// sights are what answers showed.
type sights struct {
	mu         sync.Mutex
	nonces     map[string]bool     // by origin
	algorithms map[string][]string // of DPoP challenges, by origin
	found      map[string]string   // by question
}

// FindOut answers a question about a real party that cases have in common: ask
// sends the requests that it takes, once a session.
func (s *Session) FindOut(question string, ask func() (string, error)) (string, error) {
	s.sights.mu.Lock()
	answer, known := s.sights.found[question]
	s.sights.mu.Unlock()
	if known {
		return answer, nil
	}
	answer, err := ask()
	if err != nil {
		return "", err
	}
	s.sights.mu.Lock()
	defer s.sights.mu.Unlock()
	if s.sights.found == nil {
		s.sights.found = map[string]string{}
	}
	s.sights.found[question] = answer
	return answer, nil
}

// learn keeps what an answer of a real party shows.
func (s *sights) learn(e *wire.Exchange) {
	algorithms := ChallengedBy(e)
	nonce := len(e.Answer.Values("DPoP-Nonce")) > 0
	if len(algorithms) == 0 && !nonce {
		return
	}
	u, err := url.Parse(e.URL)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.nonces == nil {
		s.nonces, s.algorithms = map[string]bool{}, map[string][]string{}
	}
	if nonce {
		s.nonces[origin(u)] = true
	}
	if len(algorithms) > 0 {
		s.algorithms[origin(u)] = algorithms
	}
}

// ChallengedBy returns the algorithms of the DPoP challenge of an answer (RFC
// 9449 §7.1); nil if it names none.
func ChallengedBy(e *wire.Exchange) []string {
	challenges, _ := dpop.ParseChallenges(e.Answer.Values("WWW-Authenticate"))
	challenge, _ := dpop.FindChallenge(challenges, dpop.Scheme)
	names, found := challenge.Get("algs")
	if !found {
		return nil
	}
	return strings.Fields(names)
}

// Challenged returns the algorithms of the newest DPoP challenge of a real party
// at an origin; nil if none was seen yet.
func (s *Session) Challenged(at string) []string {
	s.sights.mu.Lock()
	defer s.sights.mu.Unlock()
	return s.sights.algorithms[at]
}

func (s *sights) list(session *Session) []Capability {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Capability
	for from := range s.nonces {
		role := AuthorizationServer
		for _, api := range session.APIs {
			if u, err := url.Parse(api.URL); err == nil && origin(u) == from {
				role = ResourceServer
			}
		}
		list = append(list, Capability{role, "nonces", from, Seen})
	}
	slices.SortFunc(list, func(a, b Capability) int { return strings.Compare(a.Value, b.Value) })
	return list
}

// Gaps say what the configuration leaves untested, and what would change that.
func (s *Session) Gaps() []string {
	if s.AuthorizationServer == nil {
		return nil
	}
	var list []string
	m, clients := s.Metadata, s.AuthorizationServer.Clients
	if len(clients) == 0 {
		list = append(list, "no client is registered (authorization_server.clients): no token can be had, and nearly every case is skipped")
	}
	if m.Algorithms == nil {
		list = append(list, "the metadata does not say that DPoP is supported: dpop_signing_alg_values_supported is missing (RFC 9449 §5.1)")
	}
	has := func(what string, fits func(RegisteredClient) bool) {
		if len(clients) > 0 && !slices.ContainsFunc(clients, fits) {
			list = append(list, what)
		}
	}
	has("no client may use authorization_code: codes, PAR and userinfo are not tested; add the grant and a redirect_uri that is registered", func(c RegisteredClient) bool { return c.Has("authorization_code") })
	has("no client may use refresh_token: refresh is not tested", func(c RegisteredClient) bool { return c.Has("refresh_token") })
	has("no client is public (auth: none): the binding of refresh tokens is not tested (RFC 9449 §5)", RegisteredClient.Public)
	has("no client is registered for bound tokens only (dpop_bound_access_tokens: true): RFC 9449 §5.2 is not tested", func(c RegisteredClient) bool { return c.Bound })
	for _, c := range clients {
		list = append(list, s.unrefreshed(c)...)
		for _, grant := range c.Grants {
			if m.Grants != nil && !slices.Contains(m.Grants, grant) {
				list = append(list, fmt.Sprintf("client %s: the metadata does not list the grant %s", c.ID, grant))
			}
		}
		if methods := m.ClientAuthentication(); methods != nil && !slices.Contains(methods, c.Auth) {
			list = append(list, fmt.Sprintf("client %s: the metadata does not list %s; it lists %s", c.ID, c.Auth, wire.Brief(strings.Join(methods, ", "))))
		}
	}
	return list
}

// Lacks says why nothing can be tested at an endpoint; empty if something can.
func (s *Session) Lacks(endpoint string) string {
	if s.AuthorizationServer == nil {
		return ""
	}
	code := slices.ContainsFunc(s.AuthorizationServer.Clients, func(c RegisteredClient) bool { return c.Has("authorization_code") })
	refresh := slices.ContainsFunc(s.AuthorizationServer.Clients, RegisteredClient.Refreshes)
	switch {
	case endpoint == "par" && s.Metadata.PAR == "":
		return "the authorization server has no pushed authorization request endpoint"
	case endpoint == "userinfo" && s.Metadata.Userinfo == "":
		return "the authorization server has no userinfo endpoint"
	case endpoint == "par" && !code, endpoint == "userinfo" && !code && !refresh:
		return "no client of the configuration may use the grant authorization_code"
	case endpoint != "" && len(s.AuthorizationServer.Clients) == 0:
		return "no client is registered"
	}
	return ""
}

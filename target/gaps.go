package target

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Warnings are what a person should know before trusting or starting a run.
func (s *Session) Warnings() []string {
	var list []string
	if s.Connection.Insecure {
		list = append(list, "TLS certificates are not verified (connection.insecure): "+
			"whoever sits on the way can read tokens and forge every verdict")
	}
	if why := s.Metadata.unreadable; why != nil {
		list = append(list, "the authorization server publishes no metadata that can be used, so those of the "+
			"configuration count alone (authorization_server.metadata): "+why.Error())
	}
	for _, e := range append(s.Metadata.endpoints(), s.Metadata.aliases()...) {
		if err := s.Reaches(e.url); err != nil {
			list = append(list, fmt.Sprintf("the metadata puts %s at %s, which the configuration does not name: "+
				"nothing is sent there; if it belongs to the target, add it to authorization_server.hosts",
				e.name, wire.Brief(e.url)))
		}
	}
	for _, origin := range s.hosts.inTheClear(s.Connection) {
		list = append(list, origin+" is reached without TLS: tokens and secrets travel in the clear")
	}
	return list
}

// Gaps say what the configuration leaves untested, and what would change that.
func (s *Session) Gaps() []string {
	if s.AuthorizationServer == nil || s.AuthorizationServer.Unused {
		return nil
	}
	var list []string
	clients := s.AuthorizationServer.Clients
	if len(clients) == 0 {
		list = append(list, "no client is registered (authorization_server.clients): "+
			"no token can be had, and nearly every case is skipped")
	}
	if s.Metadata.Advertised() == nil {
		list = append(list, "the metadata does not say that DPoP is supported: "+
			"dpop_signing_alg_values_supported is missing (RFC 9449 §5.1)")
	}
	for _, wanted := range wantedClients {
		if len(clients) > 0 && !slices.ContainsFunc(clients, wanted.fits) {
			list = append(list, wanted.gap)
		}
	}
	for _, c := range clients {
		list = append(list, unrefreshed(c, s.Key)...)
		list = append(list, s.Metadata.unlisted(c)...)
	}
	return list
}

// wantedClients are those without which something is not tested.
var wantedClients = []struct {
	gap  string
	fits func(RegisteredClient) bool
}{
	{"no client may use authorization_code: codes, PAR and userinfo are not tested; " +
		"add the grant and a redirect_uri that is registered", func(c RegisteredClient) bool { return c.Has("authorization_code") }},
	{"no client may use refresh_token: refresh is not tested",
		func(c RegisteredClient) bool { return c.Has("refresh_token") }},
	{"no client is public (auth: none): the binding of refresh tokens is not tested (RFC 9449 §5)",
		RegisteredClient.Public},
	{"no client is registered for bound tokens only (dpop_bound_access_tokens: true): RFC 9449 §5.2 is not tested",
		func(c RegisteredClient) bool { return c.Bound }},
}

// unlisted says what a client uses and the metadata does not list.
func (m Metadata) unlisted(c RegisteredClient) []string {
	var list []string
	for _, grant := range c.Grants {
		if m.Grants != nil && !slices.Contains(m.Grants, grant) {
			list = append(list, fmt.Sprintf("client %s: the metadata does not list the grant %s", c.ID, grant))
		}
	}
	if methods := m.ClientAuthentication(); methods != nil && !slices.Contains(methods, c.Auth) {
		list = append(list, fmt.Sprintf("client %s: the metadata does not list %s; it lists %s",
			c.ID, c.Auth, wire.Brief(strings.Join(methods, ", "))))
	}
	return list
}

// Lacks says why nothing can be tested at an endpoint, by its name in the
// catalogue; empty if something can, or if the endpoint makes no difference. An
// endpoint that nobody has heard of is an error.
func (s *Session) Lacks(endpoint string) (string, error) {
	switch endpoint {
	case "":
		return "", nil
	case features.TokenEndpoint, features.PAREndpoint, features.UserinfoEndpoint, features.API:
	default:
		return "", fmt.Errorf("what the target lacks at the endpoint %q is not known", endpoint)
	}
	own := endpoint == features.API && len(s.Target.APIs) > 0 && s.Target.APIs[0].Tokens != nil
	if s.AuthorizationServer == nil || own {
		return "", nil
	}
	clients := s.AuthorizationServer.Clients
	may := func(fits func(RegisteredClient) bool) bool { return slices.ContainsFunc(clients, fits) }
	code := may(func(c RegisteredClient) bool { return c.Has("authorization_code") })
	const noCode = "no client of the configuration may use the grant authorization_code"
	switch {
	case endpoint == features.PAREndpoint && s.Metadata.PAR == "":
		return "the authorization server has no pushed authorization request endpoint", nil
	case endpoint == features.UserinfoEndpoint && s.Metadata.Userinfo == "":
		return "the authorization server has no userinfo endpoint", nil
	case endpoint == features.UserinfoEndpoint && !code && !may(RegisteredClient.Refreshes):
		return noCode + "; what needs no token is tried", nil
	case len(clients) == 0:
		return "no client is registered", nil
	}
	return "", nil
}

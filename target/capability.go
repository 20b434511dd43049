package target

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
)

// ReadResources reads the metadata of the APIs (RFC 9728 §3). That there is none
// is no error; that an API cannot be reached is.
func (s *Session) ReadResources(ctx context.Context) error {
	client := s.NewClient(nil, nil)
	defer client.Close()
	s.Resources = nil
	for _, api := range s.APIs {
		r, err := readResource(ctx, client, api)
		if err != nil {
			return err
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
			may := c.Auth + "; " + strings.Join(c.Grants, ", ")
			if names := c.Ways.Names(); names != nil {
				may += "; logs in by " + strings.Join(names, ", then by ")
			}
			list = append(list, Capability{AuthorizationServer, "client " + c.ID, may, Given})
		}
	}
	for _, r := range s.Resources {
		list = append(list, r.capabilities()...)
	}
	for _, from := range s.seen.nonceOrigins() {
		list = append(list, Capability{s.roleAt(from), "nonces", from, Seen})
	}
	told := s.seen.instancesAt()
	for _, from := range slices.Sorted(maps.Keys(told)) {
		list = append(list, Capability{s.roleAt(from), reports.Instances, told[from] + " (" + from + ")", Seen})
	}
	if who := s.unbound(); who != "" {
		list = append(list, Capability{AuthorizationServer, "unbound tokens for proofs", who, Seen})
	}
	return append(list, s.seen.notes()...)
}

// Note keeps what a run has found out about a real party, for its report: one value
// for each name.
func (s *Session) Note(of Role, name, value string) {
	s.seen.mu.Lock()
	defer s.seen.mu.Unlock()
	note := Capability{of, name, value, Seen}
	same := func(c Capability) bool { return c.Of == of && c.Name == name }
	if i := slices.IndexFunc(s.seen.found, same); i >= 0 {
		s.seen.found[i] = note
	} else {
		s.seen.found = append(s.seen.found, note)
	}
}

// NoteClock keeps by how much the Date fields of a server are ahead of the clock by
// which it takes honest proofs.
func (s *Session) NoteClock(at string, ahead time.Duration) {
	s.Note(s.roleAt(at), "clock", fmt.Sprintf("the Date of %s is %v ahead of the clock by which it takes proofs",
		at, ahead.Round(time.Second)))
}

// notes are what the run has found out.
func (s *seen) notes() []Capability {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.found)
}

// roleAt tells the role of the party at an origin.
func (s *Session) roleAt(from string) Role {
	for _, api := range s.APIs {
		if originOf(api.URL) == from {
			return ResourceServer
		}
	}
	return AuthorizationServer
}

func (m Metadata) capabilities() []Capability {
	var list []Capability
	declare := func(member, name, value string) {
		how := Declared
		if slices.Contains(m.Given, member) {
			how = Given
		}
		if value != "" {
			list = append(list, Capability{AuthorizationServer, name, wire.Brief(value), how})
		}
	}
	declare(algorithmsMember, "DPoP proofs", strings.Join(m.Algorithms, ", "))
	declare("grant_types_supported", "grants", strings.Join(m.Grants, ", "))
	declare("token_endpoint_auth_methods_supported", "client authentication", strings.Join(m.ClientAuthentication(), ", "))
	for _, e := range m.endpoints() {
		declare(e.member, strings.TrimPrefix(e.name, "the "), e.url)
	}
	for _, e := range m.aliases() {
		declare("mtls_endpoint_aliases", strings.TrimPrefix(e.name, "the ")+" for clients with a certificate", e.url)
	}
	return list
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

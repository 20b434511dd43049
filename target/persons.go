package target

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/dpopspec/dpopspec/internal/login"
	"github.com/dpopspec/dpopspec/reports"
)

// persons are the test persons that log in without anybody there. Each keeps its
// session for the whole run: one login serves many codes.
type persons struct {
	mu   sync.Mutex
	ways map[string]login.Way // by what the configuration says of them
	have map[string]bool      // ids of clients whose person has logged in
	ends []func()             // of browsers
}

// LoginWay returns how the test person of a client logs in. Clients of which the
// configuration says the same have the same person.
func (s *Session) LoginWay(client RegisteredClient) login.Way {
	if !client.Ways.Any() {
		return login.ByRedirects()
	}
	same, err := json.Marshal(client.Ways)
	if err != nil {
		panic(err) // of texts and numbers
	}
	p := &s.persons
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ways == nil {
		p.ways = map[string]login.Way{}
	}
	if p.ways[string(same)] == nil {
		p.ways[string(same)] = s.waysOf(client.Ways)
	}
	return p.ways[string(same)]
}

// waysOf lists the ways in the order in which they are tried and told.
func (s *Session) waysOf(given login.Settings) login.Way {
	var ways []login.Way
	if given.Form != nil {
		ways = append(ways, login.ByForms(given.Form))
	}
	if len(given.Command) > 0 {
		ways = append(ways, login.ByProgram(given.Command, given.Dir))
	}
	if given.Browser != nil {
		ways = append(ways, s.headlessBrowser(given))
	}
	if given.Cookies != "" {
		ways = append(ways, login.ByCookies(given.Cookies, login.HostsOf(given.Hosts...)))
	}
	if len(ways) == 1 {
		return ways[0]
	}
	return login.InOrder(ways...)
}

// LoginHosts returns where a login of a client may send something: to the issuer and
// to the hosts that the configuration names for the authorization server or the login.
// Hosts of APIs are none of them.
func (s *Session) LoginHosts(client RegisteredClient) login.Hosts {
	as := s.AuthorizationServer
	if as == nil {
		return nil
	}
	return slices.Concat(
		login.HostsOf(s.named), login.HostsOf(as.Hosts...), login.HostsOf(client.Ways.Hosts...))
}

// LoggedIn notes that the test person of a client has logged in.
func (s *Session) LoggedIn(client string) {
	s.persons.mu.Lock()
	defer s.persons.mu.Unlock()
	if s.persons.have == nil {
		s.persons.have = map[string]bool{}
	}
	s.persons.have[client] = true
}

// HasLoggedIn reports whether the test person of a client has ever logged in.
func (s *Session) HasLoggedIn(client string) bool {
	s.persons.mu.Lock()
	defer s.persons.mu.Unlock()
	return s.persons.have[client]
}

// LoginFailed ends a case whose person does not get in. It is a *Blocked: what rests
// on the login is not tried again.
type LoginFailed struct{ *Blocked }

// Unwrap returns the *Blocked.
func (l *LoginFailed) Unwrap() error { return l.Blocked }

// BlockLogin keeps that the test person of a client does not get in, and ends every
// case that needs a code of the client's.
func (s *Session) BlockLogin(client RegisteredClient, f *login.Failure) error {
	p := reports.Problem{
		Name:   "login of the client " + client.ID,
		What:   fmt.Sprintf("the login for the client %s fails: %s", client.ID, f.What),
		Answer: f.Error(), Key: fmt.Sprintf("authorization_server.clients[%s].login", client.ID), Remedy: f.Remedy,
	}
	if f.Key != "" {
		p.Key += "." + f.Key
	}
	s.Block(p, Dependent{Client: client.ID, Grant: "authorization_code"})
	return &LoginFailed{&Blocked{p}}
}

// close ends the browsers.
func (p *persons) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, end := range p.ends {
		end()
	}
	p.ends = nil
}

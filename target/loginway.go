package target

import (
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/internal/login"
	"github.com/dpopspec/dpopspec/reports"
)

// LoginWay returns how the test person of a client logs in. Clients of which the
// configuration says the same have the same person.
func (s *Session) LoginWay(client RegisteredClient) login.Way {
	if !client.Ways.Any() {
		return login.ByRedirects()
	}
	return s.persons.wayOf(client.Ways)
}

// LoginHosts returns where a login of a client may send something: to the issuer and
// to the hosts that the configuration names for the authorization server or the login.
// Hosts of APIs are none of them.
func (s *Session) LoginHosts(client RegisteredClient) login.Hosts {
	as := s.AuthorizationServer
	if as == nil {
		return nil
	}
	endpoint, _ := as.Metadata.Text("authorization_endpoint") // as the configuration gives it
	return slices.Concat(
		login.HostsOf(s.named, endpoint), login.HostsOf(as.Hosts...), login.HostsOf(client.Ways.Hosts...))
}

// LoggedIn notes that the test person of a client has logged in.
func (s *Session) LoggedIn(client string) { s.persons.loggedIn(client) }

// ShowedPage notes that the server showed a page where a client's person has no way to
// deal with one.
func (s *Session) ShowedPage(client string, status int) { s.persons.showed(client, status) }

// PageShown returns the status of the page that the server shows to the person of a
// client each time; 0 if it does not, as far as is known.
func (s *Session) PageShown(client string) int { return s.persons.pageShown(client) }

// HasLoggedIn reports whether the test person of a client has ever logged in.
func (s *Session) HasLoggedIn(client string) bool { return s.persons.hasLoggedIn(client) }

// LoginBroke notes that the server broke down at an honest authorization request of a
// client's: with a server error, or with no whole answer. It returns nil unless that has
// come so often in a row that no more is asked, then the end of the case.
func (s *Session) LoginBroke(client RegisteredClient, what error) error {
	if !s.persons.broke(client.ID) {
		return nil
	}
	return s.BlockLogin(client, &login.Failure{
		What:   "the authorization endpoint breaks down at each request: " + what.Error(),
		Remedy: "see what the authorization server logs of them; nothing more is asked of it there",
	})
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

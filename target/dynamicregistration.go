package target

import "strings"

// MayRegister reports whether the configuration lets clients be registered.
func (t *Target) MayRegister() bool {
	return t.AuthorizationServer != nil && t.AuthorizationServer.Registration != nil
}

// mayRegisterBy takes an initial access token that the program of the authorization
// server has said beside its issuer, which is leave to register: it made the server for
// this run. One of the configuration counts before it.
func (s *Session) mayRegisterBy(token string) *RealAuthorizationServer {
	if token == "" || s.MayRegister() {
		return s.AuthorizationServer
	}
	t, as := *s.Target, *s.AuthorizationServer
	as.Registration = &DynamicRegistration{token}
	t.AuthorizationServer = &as
	s.Target = &t
	return &as
}

// NoteLeftBehind keeps the id of a registered client that could not be deleted, for
// whoever owns the server.
func (s *Session) NoteLeftBehind(id string) {
	s.seen.mu.Lock()
	s.seen.leftBehind = append(s.seen.leftBehind, id)
	list := strings.Join(s.seen.leftBehind, ", ")
	s.seen.mu.Unlock()
	s.Note(AuthorizationServer, "registered clients left behind", list)
}

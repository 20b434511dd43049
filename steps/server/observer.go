package server

import (
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// introspectionKey is the key of the configuration that says who introspects.
const introspectionKey = "authorization_server.introspection"

// observers returns the clients by which the harness introspects tokens, as resource
// servers do: the one that the configuration names, else each that can authenticate,
// for a server may tell a caller of those tokens alone that are for it (RFC 7662 §2.2).
func (w *Tester) observers() ([]target.RegisteredClient, error) {
	var blocked error
	var list []target.RegisteredClient
	for _, c := range w.Clients() {
		known := slices.ContainsFunc(list, func(other target.RegisteredClient) bool { return other.ID == c.ID })
		if c.Public() || known || !w.mayIntrospect(c) {
			continue
		}
		if why := w.Session.UsableClient(c.ID, ""); why != nil {
			blocked = why
			continue
		}
		list = append(list, c)
	}
	switch {
	case list == nil && blocked != nil:
		return nil, blocked
	case w.EmbeddedAS():
		return list[:1], nil // it tells each of all
	case list == nil:
		return nil, world.Lackingf(world.ClientsKey, "the configuration has no confidential client to introspect with")
	}
	return list, nil
}

func (w *Tester) mayIntrospect(c target.RegisteredClient) bool {
	if w.EmbeddedAS() || w.Session.AuthorizationServer.Introspector == "" {
		return true
	}
	return w.Session.AuthorizationServer.Introspector == c.ID
}

// observer returns the client that was told of the token of the case, or else the first
// that may ask.
func (w *Tester) observer() (target.RegisteredClient, error) {
	if w.introspected.by != nil {
		return *w.introspected.by, nil
	}
	list, err := w.observers()
	if err != nil {
		return target.RegisteredClient{}, err
	}
	return list[0], nil
}

// introspectIssued introspects a token that is good, by the first client that is told
// of it: the positive control. Of tokens of the same kind and client who that is is
// found out once.
func (w *Tester) introspectIssued(token, kind string) error {
	list, err := w.observers()
	if err != nil {
		return err
	}
	question := "who is told by introspection of " + kind + " of the client " + w.ownerOf(token) + "?"
	id, err := w.Session.FindOut(question, func() (string, error) { return w.whoIsTold(token, list) })
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(list, func(c target.RegisteredClient) bool { return c.ID == id }); i >= 0 {
		list = list[i : i+1]
	}
	if err := w.introspect(token, &list[0], nil); err != nil {
		return err
	}
	if w.introspected.active() {
		w.introspected.by = &list[0]
		return nil
	}
	return w.unserved(token, list)
}

// ownerOf returns the id of the client to which a token was issued; empty if the case
// does not know it.
func (w *Tester) ownerOf(token string) string {
	if t := w.Tokens(); t != nil && (t.AccessToken == token || t.RefreshToken == token) {
		return t.Client.ID
	}
	return ""
}

// whoIsTold returns the id of the first client to which introspection calls a good
// token active; empty if there is none.
func (w *Tester) whoIsTold(token string, list []target.RegisteredClient) (string, error) {
	if len(list) == 1 {
		return list[0].ID, nil // the introspection to come will tell
	}
	for i := range list {
		if err := w.introspect(token, &list[i], nil); err != nil {
			return "", err
		}
		if w.introspected.active() {
			return list[i].ID, nil
		}
	}
	return "", nil
}

// unserved tells an endpoint that knows nothing of a token, as it may (RFC 7662
// §2.2), from one that wants a proof before it says what it knows.
func (w *Tester) unserved(token string, list []target.RegisteredClient) error {
	known := &w.introspected
	plain := *known
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	if err := w.introspect(token, &list[0], key); err != nil {
		return err
	}
	if !known.active() {
		var ids []string
		for _, c := range list {
			ids = append(ids, c.ID)
		}
		return world.Lackingf(introspectionKey, "introspection by the client %s tells nothing of this token (status %d); "+
			"name a client that it is for, or let the server put one into its audience",
			strings.Join(ids, " or "), plain.exchange.Status)
	}
	*known = plain
	known.by = &list[0]
	return nil
}

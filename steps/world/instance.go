package world

import (
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

// SecondInstance returns the base URL of another instance of the authorization server,
// which answers for the same URLs: an embedded one is started, a real one the
// configuration names.
func (w *World) SecondInstance() (string, error) {
	if !w.EmbeddedAS() {
		if list := w.Session.AuthorizationServer.Replicas; len(list) > 0 {
			return list[0], nil
		}
		return "", Rarelyf("authorization_server.replicas",
			"the configuration names no replicas of the authorization server")
	}
	if w.instance != nil {
		return w.instance.HTTP.URL, nil
	}
	first, err := w.AS()
	if err != nil {
		return "", err
	}
	arrange := append([]func(*mockas.Config){StandardAS, w.follow, w.typed}, w.arrangedAS...)
	arrange = append(arrange, func(c *mockas.Config) { c.Beside = first.Server })
	w.instance, err = w.Session.StartAuthorizationServer(w.Clock, wire.Options{}, arrange...)
	if err != nil {
		return "", err
	}
	return w.instance.HTTP.URL, nil
}

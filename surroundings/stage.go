package surroundings

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// Scene is a subject in its surroundings, ready for one run.
type Scene struct {
	Target *target.Target

	disturbed atomic.Int64
	ways      []*way
	servers   []*wire.Server
	folder    string // for the files of programs; empty until one is needed
	starts    string // file that gets a line with each start of the adapter; empty: there is none
	closed    chan struct{}
	once      sync.Once
}

// key signs the tokens of all authorization servers: making one takes time.
var key = sync.OnceValues(func() (*dpop.Key, error) { return dpop.GenerateKey("ES256") })

// Undisturbed sets the subject up without the surroundings of the row.
func (r Row) Undisturbed(s Subject) (*Scene, error) {
	alone := Row{
		ID: r.ID, Way: r.Way, Cast: r.Cast, traits: r.traits, lacks: r.lacks, keeps: r.keeps,
	}
	return alone.stage(s, 0, false)
}

// Disturbed sets the subject up in the surroundings. The seed decides by lot what
// happens when, and where: with every third one at both servers, at the
// authorization server alone, at the API alone.
func (r Row) Disturbed(s Subject, seed int) (*Scene, error) { return r.stage(s, uint64(seed), true) }

// places are the parties that a seed disturbs.
func (r Row) places(seed uint64) []string {
	all := [][]string{{"as", "api"}, {"as"}, {"api"}}
	if r.Once || seed == 0 {
		return all[0]
	}
	return all[(seed-1)%3]
}

func (r Row) stage(s Subject, seed uint64, disturb bool) (*Scene, error) {
	scene := &Scene{Target: target.Default(), closed: make(chan struct{})}
	var err error
	if r.cast() == Servers {
		err = r.servers(scene, s, seed, disturb)
	}
	if err == nil && r.configured != nil {
		if r.around == nil && r.face == nil { // else it is that which counts
			scene.disturbed.Add(1)
		}
		err = r.configured(scene.Target, scene)
	}
	if err != nil {
		scene.Close()
		return nil, fmt.Errorf("%s: %w", r.Name(), err)
	}
	return scene, nil
}

// servers starts both, and has the configuration name them.
func (r Row) servers(scene *Scene, subject Subject, seed uint64, disturb bool) error {
	signing, err := key()
	if err != nil {
		return err
	}
	if r.phased {
		r.traits.skew = time.Duration(seed*370%1000) * time.Millisecond
	}
	var issuing *mockas.Server
	as, err := r.listen(scene, "as", seed, disturb, func(origin string, s Subject, w *way) (http.Handler, error) {
		made, err := r.server(origin, signing, s, w)
		if s == subject {
			issuing = made
		}
		return made, err
	}, subject)
	if err != nil {
		return err
	}
	api, err := r.listen(scene, "api", seed, disturb, func(origin string, s Subject, w *way) (http.Handler, error) {
		return r.api(origin, as.URL, issuing, signing, s, w), nil
	}, subject)
	if err != nil {
		return err
	}
	scene.Target.AuthorizationServer = &target.RealAuthorizationServer{
		Issuer: as.URL,
		Clients: []target.RegisteredClient{{
			ID: clientID, Secret: clientSecret, Auth: "client_secret_basic", Grants: slices.Clone(grants),
			RedirectURI: redirectURI,
		}},
	}
	if r.traits.public {
		c := &scene.Target.AuthorizationServer.Clients[0]
		c.Auth, c.Secret, c.Grants = "none", "", []string{mockas.GrantCode, mockas.GrantRefresh}
	}
	scene.Target.APIs = []target.RealAPI{{
		Name: "orders", URL: api.URL, Audience: audience, Method: "GET", Path: "/orders",
	}}
	return nil
}

// listen starts one party with what stands around it.
func (r Row) listen(
	scene *Scene, party string, seed uint64, disturb bool,
	build func(origin string, s Subject, w *way) (http.Handler, error), s Subject,
) (*wire.Server, error) {
	w := &way{
		seed: seed, party: party, disturbed: &scene.disturbed, closed: scene.closed, now: r.traits.now, scene: scene,
	}
	scene.ways = append(scene.ways, w)
	within := w
	if !disturb || !slices.Contains(r.places(seed), party) {
		within = nil
	}
	var failed error
	server, err := wire.Listen(wire.Options{Name: party, Clock: r.now(within)}, func(origin string) http.Handler {
		var handler http.Handler
		if handler, failed = build(origin, s, within); failed != nil {
			return http.NotFoundHandler()
		}
		if within != nil && r.face != nil && s == Lax {
			var honest http.Handler
			if honest, failed = build(origin, Honest, nil); failed != nil {
				return http.NotFoundHandler()
			}
			handler = faced(w, r.face, honest, handler)
		}
		if within != nil && r.around != nil {
			handler = r.around(w, handler)
		}
		return w.counting(handler)
	})
	if err != nil {
		return nil, err
	}
	w.leave = sync.OnceFunc(func() { server.Close() })
	scene.servers = append(scene.servers, server)
	return server, failed
}

// Disturbed is how often the surroundings did what they do.
func (s *Scene) Disturbed() int { return int(s.disturbed.Load()) }

// Requests is how many came to the parties, but for documents and keys; of an
// adapter it is how often it was started.
func (s *Scene) Requests() (n int) {
	if s.starts != "" {
		lines, _ := os.ReadFile(s.starts) // without a start there is no file
		n = bytes.Count(lines, []byte("\n"))
	}
	for _, w := range s.ways {
		n += int(w.requests.Load())
	}
	return n
}

// file returns the path of a file that is gone with the scene.
func (s *Scene) file(name string) (string, error) {
	if s.folder == "" {
		folder, err := os.MkdirTemp("", "surroundings")
		if err != nil {
			return "", err
		}
		s.folder = folder
	}
	return filepath.Join(s.folder, name), nil
}

// Close ends the parties.
func (s *Scene) Close() {
	s.once.Do(func() {
		close(s.closed)
		for _, server := range s.servers {
			server.Close()
		}
		if s.folder != "" {
			os.RemoveAll(s.folder)
		}
	})
}

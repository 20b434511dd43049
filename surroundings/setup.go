package surroundings

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// setUpRows are those where the configuration is wrong, or a program does not run.
// Nothing can be said of any party, and why is said once.
var setUpRows = setUp(
	Row{ID: "SU-01", Way: "wrong-secret", Does: "the secret of the client is wrong",
		configured: client(func(c *target.RegisteredClient) { c.Secret = "not-the-secret" }),
		Honest:     untested},
	Row{ID: "SU-02", Way: "wrong-audience", Does: "the audience of the API is none that the server knows",
		configured: func(t *target.Target, _ *Scene) error {
			t.APIs[0].Audience = "https://nowhere.example"
			return nil
		}, Honest: blocked},
	Row{ID: "SU-02", Way: "wrong-scope", Does: "the client may not ask for the scope of the API",
		configured: func(t *target.Target, _ *Scene) error {
			t.APIs[0].Scope = "not-a-scope-of-this-client"
			return nil
		}, Honest: blocked},
	Row{ID: "SU-03", Way: "wrong-redirect-uri", Does: "the redirect URI of the client is not registered",
		configured: client(func(c *target.RegisteredClient) { c.RedirectURI = "http://127.0.0.1/elsewhere" }),
		Honest:     withoutLogin, Lax: withoutLoginLax},
	Row{ID: "SU-04", Way: "issuer-unreachable", Does: "nobody listens at the issuer",
		configured: func(t *target.Target, _ *Scene) (err error) {
			t.AuthorizationServer.Issuer, err = nobody()
			return err
		}, Honest: untested},
	Row{ID: "SU-04", Way: "api-unreachable", Does: "nobody listens at the API",
		configured: func(t *target.Target, _ *Scene) (err error) {
			t.APIs[0].URL, err = nobody()
			return err
		}, Honest: blocked},
	Row{ID: "SU-05", Way: "api-does-not-start", Does: "the command of the API ends at once",
		configured: func(t *target.Target, _ *Scene) error {
			return command(&t.APIs[0].Command, "echo 'the database is gone' >&2; exit 7")
		}, Honest: blocked},
	Row{ID: "SU-05", Way: "api-command-missing", Does: "the command of the API does not exist",
		configured: func(t *target.Target, s *Scene) error {
			missing, err := s.file("no-such-program")
			t.APIs[0].Command.Args = []string{missing}
			return err
		}, Honest: blocked},
	Row{ID: "SU-05", Way: "api-dies", Does: "the command of the API dies at the sixtieth request",
		configured: dyingAPI, around: dying(60), Honest: blocked},
	Row{ID: "SU-06", Way: "adapter-does-not-start", Does: "the adapter of the client ends at once", Cast: Client,
		configured: adapter("echo 'a module is missing' >&2; exit 7"), Honest: foundOutOnce},
	Row{ID: "SU-06", Way: "adapter-without-capability", Does: "the adapter of the client names no capability",
		Cast: Client, configured: adapter("while read line; do echo '" +
			`{"id":1,"ok":true,"name":"unable","version":"1","capabilities":[]}` + "'; done"),
		Honest: foundOutOnce},
)

// setUp completes rows of the set-up: they have no lot, and a lax subject is found
// out as far as it can be tested.
func setUp(rows ...Row) []Row {
	for i := range rows {
		r := &rows[i]
		r.Once = true
		switch {
		case r.Cast == Client:
			r.Subjects = []Subject{Honest}
		case r.Lax.Conformance != nil:
		case slices.Contains(r.Honest.Conformance, reports.Partial):
			r.Lax = blockedLax
		default:
			r.Lax = r.Honest
		}
	}
	return rows
}

func client(change func(*target.RegisteredClient)) func(*target.Target, *Scene) error {
	return func(t *target.Target, _ *Scene) error {
		change(&t.AuthorizationServer.Clients[0])
		return nil
	}
}

// adapter has a script for the client, which counts its starts.
func adapter(script string) func(*target.Target, *Scene) error {
	return func(t *target.Target, s *Scene) (err error) {
		if s.starts, err = s.file("starts"); err != nil {
			return err
		}
		t.Client = &target.RealClient{}
		return command(&t.Client.Command, fmt.Sprintf("echo >> '%s'; %s", s.starts, script))
	}
}

func timeout(d time.Duration) func(*target.Target, *Scene) error {
	return func(t *target.Target, _ *Scene) error {
		t.Limits.Timeout = d
		return nil
	}
}

// nobody is a URL at which nobody listens.
func nobody() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return "http://" + listener.Addr().String(), nil
}

func command(c *target.Command, script string) error {
	if runtime.GOOS == "windows" {
		return errors.New("this surrounding is a program for sh, which is not here")
	}
	c.Args = []string{"sh", "-c", script}
	return nil
}

// dyingAPI is a program that stands for the API, and ends when that has died.
func dyingAPI(t *target.Target, s *Scene) error {
	end, err := s.file("end")
	if err != nil {
		return err
	}
	return command(&t.APIs[0].Command, fmt.Sprintf(
		`echo '{"url":"%s"}'; while [ ! -e '%s' ]; do sleep 0.05; done; echo 'out of memory' >&2; exit 9`,
		t.APIs[0].URL, end))
}

// dying ends the API at a request, and the program with it.
func dying(request int64) disturbance {
	return func(w *way, next http.Handler) http.Handler {
		if w.party != "api" {
			return next
		}
		return instead(func(w *way, _ *http.Request) bool { return w.requests.Load() >= request },
			func(w *way, rw http.ResponseWriter, r *http.Request) {
				w.scene.end()
				go w.leave()
				broken(w, rw, r)
			})(w, next)
	}
}

// end lets the program of the API end.
func (s *Scene) end() {
	if path, err := s.file("end"); err == nil {
		os.WriteFile(path, nil, 0o600)
	}
}

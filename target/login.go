package target

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// loginTimeout is how long a person may take unless the configuration says
// otherwise.
const loginTimeout = 2 * time.Minute

// logins are the logins in the browser, one at a time: each listens at the same
// redirect URI.
type logins struct {
	mu     sync.Mutex
	absent *NobodyLoggedIn
}

// NobodyLoggedIn says that no answer to an authorization request arrived in
// time. The person is not asked again in this session: whoever is away for one
// code is away for hundreds.
type NobodyLoggedIn struct {
	RedirectURI string
	Waited      time.Duration
	Foreign     bool // an answer with another state arrived, and was not taken
}

// Error implements error.
func (n *NobodyLoggedIn) Error() string {
	text := fmt.Sprintf("nobody logged in within %s: no answer arrived at %s", n.Waited, n.RedirectURI)
	if n.Foreign {
		text += " but one that had another state"
	}
	return text + "; open the address on standard error in time, or give more of it with login_timeout"
}

// logIn shows the person the address of an authorization request and returns
// the parameters of the answer that arrives with its state.
func (l *logins) logIn(
	ctx context.Context, t *Target, client RegisteredClient, address, state string,
) (url.Values, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.absent != nil {
		return nil, l.absent
	}
	callback, err := listenForCallback(client.RedirectURI, state)
	if err != nil {
		return nil, err
	}
	defer callback.close()
	t.show(address)
	waiting := client.LoginTimeout
	if waiting == 0 {
		waiting = loginTimeout
	}
	late := time.NewTimer(waiting)
	defer late.Stop()
	foreign := false
	for {
		select {
		case answer := <-callback.answers:
			return answer, nil
		case <-callback.foreign:
			foreign = true
		case <-late.C:
			select {
			case <-callback.foreign:
				foreign = true
			default:
			}
			l.absent = &NobodyLoggedIn{client.RedirectURI, waiting, foreign}
			return nil, l.absent
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// webAddress keeps the metadata of a server from opening whatever it likes on
// the person's machine.
func webAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return fmt.Errorf("the authorization endpoint %s is no web address", wire.Brief(address))
	}
	return nil
}

// show asks the person to log in. A browser that cannot be opened is none of
// our business: the address is there to be copied.
func (t *Target) show(address string) {
	prompt, browse := t.Prompt, t.Browser
	if prompt == nil {
		prompt = os.Stderr
	}
	if browse == nil {
		browse = openBrowser
	}
	fmt.Fprintf(prompt, "Log in with a test account: %s\n", visible.Text(address))
	if err := browse(address); err != nil {
		fmt.Fprintf(prompt, "(no browser was opened: %s; open the address yourself)\n", visible.Text(err.Error()))
	}
}

// openBrowser opens an address as the system does.
func openBrowser(address string) error {
	command := exec.Command("xdg-open", address)
	switch runtime.GOOS {
	case "darwin":
		command = exec.Command("open", address)
	case "windows":
		command = exec.Command("rundll32", "url.dll,FileProtocolHandler", address)
	}
	if err := command.Start(); err != nil {
		return err
	}
	go command.Wait() // so that no zombie stays
	return nil
}

// callback listens at a redirect URI for one answer.
type callback struct {
	path, state string
	answers     chan url.Values
	foreign     chan struct{}
	http        *http.Server
}

func listenForCallback(redirect, state string) (*callback, error) {
	u, err := url.Parse(redirect)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", u.Host)
	if err != nil {
		return nil, fmt.Errorf("the redirect_uri %s cannot be listened at: %w; "+
			"end what listens there, or register another port", redirect, err)
	}
	c := &callback{
		path: "/" + strings.TrimPrefix(u.EscapedPath(), "/"), state: state,
		answers: make(chan url.Values, 1), foreign: make(chan struct{}, 1),
	}
	c.http = &http.Server{Handler: c, ReadHeaderTimeout: 10 * time.Second}
	go c.http.Serve(listener) // until close
	return c, nil
}

// ServeHTTP takes the one answer that has the right state.
func (c *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer") // the code is in the address
	w.Header().Set("Connection", "close")
	if r.Method != http.MethodGet || r.URL.EscapedPath() != c.path {
		w.WriteHeader(http.StatusNotFound) // a browser asks for an icon, too
		return
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if states := query["state"]; err != nil || len(states) != 1 || states[0] != c.state {
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, "This is not the answer to the login that dpopspec waits for: its state is another.\n")
		notify(c.foreign, struct{}{})
		return
	}
	io.WriteString(w, "The login has arrived at dpopspec. This page can be closed.\n")
	notify(c.answers, query)
}

// notify leaves something for who waits, unless something is there already.
func notify[T any](to chan T, what T) {
	select {
	case to <- what:
	default:
	}
}

// close lets the page of the answer reach the browser, and frees the port.
func (c *callback) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if c.http.Shutdown(ctx) != nil {
		c.http.Close() // a browser may hold connections in reserve
	}
}

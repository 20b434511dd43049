package target

import (
	"context"
	"fmt"
	"net/url"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// refreshTokens are those of the configuration and what replaced them: a server
// may answer each refresh with a new token and take the old one no more (RFC
// 6749 §6, RFC 9700 §4.14.2).
type refreshTokens struct {
	mu     sync.Mutex
	newest map[string]string // by client_id
	owner  map[string]string // client_id by each token that was ever good
	held   chan struct{}     // full while a case uses them
}

func (r *refreshTokens) start(clients []RegisteredClient) {
	r.newest, r.owner, r.held = map[string]string{}, map[string]string{}, make(chan struct{}, 1)
	for _, c := range clients {
		if c.RefreshToken != "" {
			r.newest[c.ID], r.owner[c.RefreshToken] = c.RefreshToken, c.ID
		}
	}
}

// learn follows the rotation in whatever exchange it happens, an answer to a
// defective proof included.
func (r *refreshTokens) learn(e *wire.Exchange) {
	if len(r.owner) == 0 || e.Status != 200 {
		return
	}
	used := usedRefreshToken(e)
	if used == "" {
		return
	}
	answer, err := dpop.ParseObject(e.Reply)
	if err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	client, ours := r.owner[used]
	if next, err := answer.Text("refresh_token"); ours && err == nil && next != "" {
		r.newest[client], r.owner[next] = next, client
	}
}

// usedRefreshToken returns the refresh token of a request, be it in the body
// or, where a case tries that, in the query.
func usedRefreshToken(e *wire.Exchange) string {
	form, err := url.ParseQuery(string(e.Body))
	if err == nil && form.Has("refresh_token") {
		return form.Get("refresh_token")
	}
	u, err := url.Parse(e.URL)
	if err != nil {
		return ""
	}
	return u.Query().Get("refresh_token")
}

// newestOf returns the newest refresh token of a client whose configuration has
// one; else it is empty.
func (r *refreshTokens) newestOf(client string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.newest[client]
}

// hold waits until no other case uses the tokens, and returns how to let them go.
func (r *refreshTokens) hold(ctx context.Context) (release func(), err error) {
	select {
	case r.held <- struct{}{}:
		return sync.OnceFunc(func() { <-r.held }), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// unrefreshed says what keeps the refresh token of a client from being used.
func unrefreshed(c RegisteredClient, key *dpop.Key) []string {
	switch {
	case c.RefreshToken == "":
		return nil
	case !c.Refreshes():
		return []string{fmt.Sprintf("client %s: its refresh_token is not used, for it may use client_credentials or "+
			"authorization_code; take those out of its grants if they do not work", c.ID)}
	case c.Public() && key == nil:
		return []string{fmt.Sprintf("client %s: its refresh_token is not used, for that of a public client is "+
			"bound to "+
			"a key (RFC 9449 §5); give that key as key", c.ID)}
	}
	return nil
}

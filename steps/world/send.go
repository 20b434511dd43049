package world

import (
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// SendAll sends requests at the same time.
func (w *World) SendAll(title string, requests []wire.Request) ([]*wire.Exchange, error) {
	exchanges := make([]*wire.Exchange, len(requests))
	failures := make([]error, len(requests))
	var group sync.WaitGroup
	start, sender := make(chan struct{}), w.sender()
	for i, r := range requests {
		group.Go(func() {
			<-start
			exchanges[i], failures[i] = sender.Do(w.Context, r)
		})
	}
	close(start)
	group.Wait()
	for i, e := range exchanges {
		w.expectSuccess(e)
		w.expectSubject(e)
		w.bearWitness(title, e, failures[i])
		if failures[i] != nil {
			return nil, failures[i]
		}
		w.Show(title, e)
	}
	return exchanges, nil
}

// sender sends the requests of the case.
func (w *World) sender() *wire.Client {
	if w.http == nil {
		w.http = w.Session.NewClient(w.resolve, w.Embedded, w.throwAway()...)
		w.http.Clock = w.Now
		if w.name != "" {
			w.http.UserAgent = w.name
		}
	}
	return w.http
}

// From lets what is sent meanwhile come from another IP address of this machine.
func (w *World) From(local string, send func() error) error {
	usual := w.sender()
	w.http = usual.From(local)
	defer func() {
		w.http.Close()
		w.http = usual
	}()
	return send()
}

// Send sends a request and keeps what it teaches: the newest nonce and the
// clock of the server.
func (w *World) Send(title string, r wire.Request) (*wire.Exchange, error) {
	e, err := w.sender().Do(w.Context, r)
	return e, w.received(title, r, e, e, err)
}

// received keeps what an exchange teaches, and shows it as it is to be shown.
func (w *World) received(title string, r wire.Request, e, shown *wire.Exchange, err error) error {
	w.expectSuccess(e)
	w.expectSubject(e)
	if e != nil {
		w.Show(title, shown)
	}
	w.bearWitness(title, shown, err)
	if err != nil {
		return err
	}
	w.redeemed(e)
	origin := OriginOf(r.URL)
	if nonce, ok := e.Answer.One("DPoP-Nonce"); ok && dpop.ValidNonce(nonce) && len(nonce) <= MaxNonce {
		w.nonces[origin] = nonce
		if w.lane != nil && !w.Embedded(r.URL) {
			w.lane.nonces[origin] = nonce
		}
	}
	if date, ok := e.Answer.One("Date"); ok && !w.Embedded(r.URL) {
		if at, err := time.Parse(time.RFC1123, date); err == nil {
			w.dated(origin, at, e.At)
		}
	}
	// What the embedded server noted about this very exchange.
	if recorder := w.Recorder(r.URL); recorder != nil {
		e.Facts = recorder.FactsOf(e.Method, e.Path())
	}
	return nil
}

// dated keeps what a Date field tells of the clock of a server (RFC 9110 §6.6.1).
func (w *World) dated(origin string, at, sent time.Time) {
	if w.lane == nil {
		w.offsets[origin] = w.offsets[origin].seen(at, sent, time.Now())
		return
	}
	w.lane.clocks.dated(origin, at, sent, time.Now())
}

// bearWitness keeps for the whole run what a real server did.
func (w *World) bearWitness(title string, e *wire.Exchange, err error) {
	if e != nil && !w.Embedded(e.URL) {
		w.saw(title, e, err)
	}
}

// MaxNonce is the longest nonce that is sent back. With a longer one every
// request would be refused for its size, and nothing tested.
const MaxNonce = 4096

// Nonce returns the newest nonce of the server at a URL; empty if it gave none.
func (w *World) Nonce(serverURL string) string { return w.nonces[OriginOf(serverURL)] }

// nonceAfter returns the nonce for another try after a challenge to a request with the
// nonce that was used: what the server has given the case, or where its challenge gives
// none, what it has given others of the run. A server that challenges and gives no nonce
// at one endpoint may give one at another: then its honest requests can be granted still.
func (w *World) nonceAfter(serverURL, used string) string {
	nonce := w.Nonce(serverURL)
	if nonce == used && w.lane != nil && !w.Embedded(serverURL) {
		if lent := w.Session.NewestNonce(serverURL); lent != "" && len(lent) <= MaxNonce {
			return lent
		}
	}
	return nonce
}

// HoldsNonce reports whether any server has given a nonce.
func (w *World) HoldsNonce() bool { return len(w.nonces) > 0 }

// Resolve lets this case's clients find an authority, with its port, at another
// address.
func (w *World) Resolve(authority, address string) { w.resolve[authority] = address }

// Resolver returns where this case's clients find authorities.
func (w *World) Resolver() map[string]string { return w.resolve }

// Reconnect has what is sent from now on go by new connections.
func (w *World) Reconnect() {
	if w.http != nil {
		w.http.Renew()
	}
}

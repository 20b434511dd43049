package wire

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Field is one field line of a message, its name spelled as on the wire.
type Field struct{ Name, Value string }

// Fields are the field lines of a message in their order.
type Fields []Field

// Values returns the values of all lines of that name, in order. Letter case
// of the name does not count (RFC 9110 §5.1).
func (f Fields) Values(name string) []string {
	var values []string
	for _, line := range f {
		if strings.EqualFold(line.Name, name) {
			values = append(values, line.Value)
		}
	}
	return values
}

// One returns the value of a field that has exactly one line.
func (f Fields) One(name string) (string, bool) {
	values := f.Values(name)
	if len(values) != 1 {
		return "", false
	}
	return values[0], true
}

// FieldsOf lists a header map as field lines, sorted by name.
func FieldsOf(header http.Header) Fields {
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	var fields Fields
	for _, name := range names {
		for _, value := range header[name] {
			fields = append(fields, Field{name, value})
		}
	}
	return fields
}

// Fact is something that a server decided while it answered, such as the check
// that refused a proof or the issue of a token.
type Fact struct{ Name, Value string }

// Exchange is one request with its answer, as it was on the wire.
type Exchange struct {
	Number int // counted from 1 in the order in which requests arrived
	// Arrival is Number among the requests to all servers of this process.
	Arrival int64
	At      time.Time     // by the clock of whoever made the exchange, which a case may have set
	Began   time.Time     // by the clock of this machine: exchanges of several parties have their order by it
	Took    time.Duration // until the answer was there, or it was certain that none comes; 0: it is under way
	Server  string        // name of the server that recorded it, if one did
	URL     string        // where it was sent, on the sending side
	Secure  bool          // it came by TLS, on the receiving side
	Method  string
	Target  string // the request-target, unchanged
	Host    string
	Fields  Fields
	Body    []byte
	Status  int // 0: no answer
	Answer  Fields
	Reply   []byte
	Facts   []Fact
	Err     error // transport error, on the sending side
}

// Fact returns the value of the first fact of that name.
func (e *Exchange) Fact(name string) (string, bool) {
	for _, f := range e.Facts {
		if f.Name == name {
			return f.Value, true
		}
	}
	return "", false
}

// Path returns the request-target without its query.
func (e *Exchange) Path() string {
	path, _, _ := strings.Cut(e.Target, "?")
	return path
}

// arrivals counts requests to all servers.
var arrivals atomic.Int64

// Recorder keeps exchanges in the order in which their requests arrived.
type Recorder struct {
	mu        sync.Mutex
	recent    int // how many are kept, the newest; 0: all
	gone      int // so many before the first are no longer kept
	octets    int // of those kept, as far as others wrote them
	flooded   bool
	exchanges []*Exchange
}

// add records a request, and reports whether there is room for it: a client that never
// stops must not take the memory of this process.
func (r *Recorder) add(e *Exchange) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.recent == 0 && (len(r.exchanges) >= mostRecorded || r.octets >= mostOctets) {
		r.flooded = true
		return false
	}
	r.octets += len(e.Target) + len(e.Body)
	for _, f := range e.Fields {
		r.octets += len(f.Name) + len(f.Value)
	}
	e.Number, e.Arrival = r.gone+len(r.exchanges)+1, arrivals.Add(1)
	r.exchanges = append(r.exchanges, e)
	if r.recent > 0 && len(r.exchanges) >= 2*r.recent {
		r.gone += len(r.exchanges) - r.recent
		r.exchanges = slices.Clone(r.exchanges[len(r.exchanges)-r.recent:])
	}
	return true
}

// Flooded reports whether more requests came than are recorded: nothing is known of
// the others, which were answered with status 503.
func (r *Recorder) Flooded() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.flooded
}

// Exchanges returns those recorded so far. An exchange still under way shows
// no answer.
func (r *Recorder) Exchanges() []Exchange { return r.After(0) }

// After returns those recorded behind the first so many, as far as they are kept.
func (r *Recorder) After(number int) []Exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := r.exchanges[max(number-r.gone, 0):]
	list := make([]Exchange, len(kept))
	for i, e := range kept {
		list[i] = *e
	}
	return list
}

// FactsOf returns what the server decided about the newest request of that
// method and path.
func (r *Recorder) FactsOf(method, path string) []Fact {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range slices.Backward(r.exchanges) {
		if e.Method == method && e.Path() == path {
			return e.Facts
		}
	}
	return nil
}

// Len returns how many requests have arrived.
func (r *Recorder) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.gone + len(r.exchanges)
}

// update changes a recorded exchange under the recorder's lock.
func (r *Recorder) update(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
}

type current struct {
	recorder *Recorder
	exchange *Exchange
}

type currentKey struct{}

// Note records a fact about the exchange under way. Outside a recorded server
// it does nothing.
func Note(ctx context.Context, name, value string) {
	if c, ok := ctx.Value(currentKey{}).(current); ok {
		c.recorder.update(func() { c.exchange.Facts = append(c.exchange.Facts, Fact{name, value}) })
	}
}

// RequestFields returns the field lines of the request under way as they stood
// on the wire; outside a recorded server, those that net/http kept.
func RequestFields(r *http.Request) Fields {
	if c, ok := r.Context().Value(currentKey{}).(current); ok {
		return c.exchange.Fields
	}
	return FieldsOf(r.Header)
}

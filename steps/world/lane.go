package world

import (
	"net/url"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Lane is what the cases at one endpoint of a real server have in common, one
// after the other: the client's key pairs, the tokens that are bound to them, the
// newest nonces, the honest requests that were granted, and what was answered to a
// defect. So the same is not asked for in every case. At an embedded server each
// case has its own: a nil Lane shares nothing.
type Lane struct {
	keys    map[string]*dpop.Key      // by what they are for
	tokens  map[string]keptToken      // by what they are for
	codes   map[string]url.Values     // token requests with a code that nobody has redeemed, by client_id, with the key that they are bound to
	granted map[string]*wire.Exchange // the newest honest request that was granted, by situation
	answers map[string]*wire.Exchange // to a defect, by situation and defect
	shapes  shapes                    // of honest requests that were granted, by method and address
	nonces  map[string]string         // newest by origin
	clocks  *Clocks
	// subjects are those of ID tokens, by the access token that came with each.
	subjects map[string]string
	reuse    reuse // of a code that came with a refused proof
	reused   bool  // a code has served more than one probe
	spent    bool  // a code was spent by a refused proof, and nobody has been told yet
	closed   error // why no honest request is granted any more; nil: they are
}

// keptToken is an access token that further cases present.
type keptToken struct {
	text  string
	until time.Time // when it is too old to be told from one that has expired
}

// NewLane returns a lane in which nothing has happened yet. The clocks of servers
// are known to all lanes.
func NewLane(clocks *Clocks) *Lane {
	l := &Lane{nonces: map[string]string{}, shapes: shapes{}, clocks: clocks}
	l.Renew()
	return l
}

// Renew forgets what honest requests rest on: what comes next has new keys and
// tokens, and a positive control of its own.
func (l *Lane) Renew() {
	l.keys, l.tokens, l.codes = map[string]*dpop.Key{}, map[string]keptToken{}, map[string]url.Values{}
	l.granted, l.answers = map[string]*wire.Exchange{}, map[string]*wire.Exchange{}
}

// Close lets every positive control of the lane fail with this outcome, without a
// request: honest requests have been refused for long enough to know.
func (l *Lane) Close(why error) { l.closed = why }

// Closed returns why no honest request is granted any more; nil if they are.
func (l *Lane) Closed() error { return l.closed }

// Sharing is what a case takes from its lane.
type Sharing int

// What a case takes from its lane, and leaves there.
const (
	// All: keys, tokens, positive controls, and answers to the same defect.
	All Sharing = iota
	// Afresh: as All, but each request is sent, also one that another case has sent.
	Afresh
	// Alone: only nonces and the clock; keys, tokens and controls are the case's own.
	Alone
)

// tokenAge is how long a token is presented again where its server does not say
// how long it lives: shorter than any that is in use.
const tokenAge = 45 * time.Second

// membership is what a case has of its lane.
type membership struct {
	lane     *Lane
	sharing  Sharing
	detached bool          // its tokens are its own from here on
	spends   bool          // the request that is prepared spends its code, whatever the answer
	life     time.Duration // of the latest token, as its server said; 0: it did not
	used     string        // situation of the positive control that the case rests on

	name         string // in the User-Agent of the case; empty: the harness's own
	doubtsClocks bool   // go by the other clock of a server, where there is a doubt
}

// Join lets the case share what its lane holds.
func (w *World) Join(l *Lane, s Sharing) {
	w.lane, w.sharing = l, s
	for origin, nonce := range l.nonces {
		w.nonces[origin] = nonce
	}
}

// DoubtClocks lets the case go by the other clock of a server, where there is a
// doubt by which it judges.
func (w *World) DoubtClocks() { w.doubtsClocks = true }

// CallItself lets the case's requests have another User-Agent, before the first.
func (w *World) CallItself(name string) { w.name = name }

// shares reports whether the case takes keys, tokens and controls from a lane.
func (m *membership) shares() bool { return m.lane != nil && m.sharing != Alone }

// Detach keeps the tokens of the case from other cases: it spoils them.
func (w *World) Detach() {
	w.detached = true
	clear(w.obtained)
}

// sharedKey returns the key pair of the lane for a purpose, made when it is first
// asked for.
func (m *membership) sharedKey(purpose string, make func() (*dpop.Key, error)) (*dpop.Key, error) {
	if !m.shares() {
		return make()
	}
	if key := m.lane.keys[purpose]; key != nil {
		return key, nil
	}
	key, err := make()
	if err == nil {
		m.lane.keys[purpose] = key
	}
	return key, err
}

// sharedToken returns the token of the lane for a purpose, obtained when there is
// none or none that is young enough.
func (m *membership) sharedToken(purpose string, obtain func() (string, error)) (string, error) {
	if !m.shares() || m.detached {
		return obtain()
	}
	if kept, found := m.lane.tokens[purpose]; found && time.Now().Before(kept.until) {
		return kept.text, nil
	}
	m.life = 0
	token, err := obtain()
	if err == nil {
		age := tokenAge
		if m.life > 0 {
			age = m.life / 2
		}
		m.lane.tokens[purpose] = keptToken{token, time.Now().Add(age)}
	}
	return token, err
}

// redeemed forgets a code that a token request has spent: one that was granted, or
// refused for another reason than its proof, such as invalid_grant for a proof that
// was used before. The server has looked at the code then, and may have taken it.
func (m *membership) redeemed(e *wire.Exchange) {
	if m.lane == nil {
		return
	}
	refused := e.Status/100 == 4
	if code := ErrorOf(e); refused && (code == dpop.InvalidProof || code == dpop.UseNonce) {
		return
	}
	if m.lane.forgetCode(e) && refused && m.lane.reuse == always {
		m.lane.reuse, m.lane.spent = never, true
	}
}

// forgetCode forgets the code of a token request, and reports whether it was kept.
func (l *Lane) forgetCode(e *wire.Exchange) (kept bool) {
	if len(l.codes) == 0 {
		return false
	}
	form, err := url.ParseQuery(string(e.Body))
	if err != nil {
		return false
	}
	for client, known := range l.codes {
		if known.Get("code") == form.Get("code") {
			delete(l.codes, client)
			kept = true
		}
	}
	return kept
}

// ReusedCodes reports whether probes came with codes of refused ones, which may have
// spent them; from here on each has a code of its own.
func (l *Lane) ReusedCodes() bool {
	if l.reused {
		l.reuse = never
		clear(l.codes)
	}
	return l.reused
}

// CodeWasSpent reports whether a request was refused for a code that had come with
// refused proofs: one of them has spent it. It says so once.
func (l *Lane) CodeWasSpent() bool {
	spent := l.spent
	l.spent = false
	return spent
}

// reuse is what is known of codes that came with refused proofs.
type reuse int

const (
	unknown reuse = iota
	always
	never
)

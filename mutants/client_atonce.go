package mutants

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
)

// word is a text that calls of one client share, and should not.
type word struct {
	mu   sync.Mutex
	text string
}

// Get returns it.
func (w *word) Get() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text
}

// Set replaces it.
func (w *word) Set(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = text
}

// Keep sets it if nobody has yet, and returns what it is then.
func (w *word) Keep(text string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.text == "" {
		w.text = text
	}
	return w.text
}

// clientAtOnceBugs show only while several calls are under way, or where there are
// several users.
var clientAtOnceBugs = []row{
	{id: "CL-074", variant: "latest-call", does: "the repetition takes the token of the call that began last",
		breaks: ids{"RFC9449-9-03", "RFC9449-7-01", "AUTH0-AUD-02"}, change: inClient(func(p *client.Policy) {
			var latest word
			p.Access = func(own string, at client.Attempt) string {
				if at.Number == 1 {
					latest.Set(own)
				}
				return latest.Get()
			}
		})},
	{id: "CL-074", variant: "with-its-own-hash",
		does:   "the repetition takes the token of the call that began last, and the ath of its own",
		breaks: ids{"RFC9449-9-03", "RFC9449-7-01"}, change: inClient(func(p *client.Policy) {
			var latest word
			attempts, honest := attemptsOf(p), p.Present
			p.Present = func(r *http.Request, c client.Credentials) {
				if number, _ := attempts.Load(c.Proof); c.Token != "" && number == 1 {
					latest.Set(c.Token)
				} else if c.Token != "" && number != nil {
					c.Token = latest.Get()
				}
				honest(r, c)
			}
		})},
	{id: "CL-142", does: "the repetition at the token endpoint sends what the request that came last had sent",
		breaks: ids{"RFC9449-8-09"}, change: inClient(func(p *client.Policy) {
			var latest word
			attempts, honest := attemptsOf(p), p.Present
			p.Present = func(r *http.Request, c client.Credentials) {
				if number, proven := attempts.Load(c.Proof); proven && c.Token == "" && r.GetBody != nil {
					form, _ := io.ReadAll(r.Body)
					if number == 1 {
						latest.Set(string(form))
					}
					r.Body = io.NopCloser(strings.NewReader(latest.Get()))
					r.GetBody, r.ContentLength = nil, int64(len(latest.Get()))
				}
				honest(r, c)
			}
		})},
	{id: "CL-131", does: "draws a jti only while no request is under way", breaks: ids{"RFC9449-4-01", "RFC9449-4.2-07"},
		change: inClient(func(p *client.Policy) {
			var underWay atomic.Int32
			var jti word
			redraft(func(_ client.ProofRequest, d *dpop.Draft) {
				own, _ := d.Claims.Text("jti")
				if underWay.Add(1) == 1 {
					jti.Set(own)
				}
				d.Claims.Set("jti", jti.Get())
			})(p)
			stored(func(_ *client.Nonces, _ string, a *client.Answer, honest func()) {
				if a.Proved {
					underWay.Add(-1)
				}
				honest()
			})(p)
		})},
	{id: "CL-132", does: "keeps a nonce for the server that was called last, not for the one that gave it",
		breaks: ids{"RFC9449-9-04", "RFC9449-9-05"}, change: inClient(func(p *client.Policy) {
			var last word
			honest := p.NonceScope
			p.NonceScope = func(at client.Destination, target *url.URL) string {
				scope := honest(at, target)
				last.Set(scope)
				return scope
			}
			keep := p.StoreNonce
			p.StoreNonce = func(n *client.Nonces, _ string, a *client.Answer) { keep(n, last.Get(), a) }
		})},
	{id: "CL-133", variant: "one-at-a-time", does: "repeats no call while another waits for its repetition",
		breaks: ids{"RFC9449-9-03"}, change: inClient(func(p *client.Policy) {
			var busy atomic.Bool
			honest := p.Retry
			p.Retry = func(a *client.Answer) (client.Attempt, bool) {
				next, again := honest(a)
				if a.Attempt.Number > 1 {
					busy.Store(false)
				} else if again {
					again = busy.CompareAndSwap(false, true)
				}
				return next, again
			}
		})},
	{id: "CL-133", variant: "counted-together", does: "counts the repetitions of all calls together",
		breaks: ids{"RFC9449-9-03"}, change: inClient(func(p *client.Policy) {
			var repeated atomic.Int32
			honest := p.Retry
			p.Retry = func(a *client.Answer) (client.Attempt, bool) {
				next, again := honest(a)
				return next, again && repeated.Add(1) <= 3
			}
		})},
	{id: "CL-134", does: "each call whose token has run out refreshes by itself", breaks: ids{"RFC9700-4.14-01"},
		change: inClient(func(p *client.Policy) { p.MaxAcquisitions = 16 })},
	{id: "CL-136", variant: "first", does: "the token of the user who called first goes out for every user",
		breaks: ids{"RFC9449-7-01"}, change: inClient(func(p *client.Policy) {
			var first word
			p.Access = func(own string, _ client.Attempt) string { return first.Keep(own) }
		})},
	{id: "CL-136", variant: "before", does: "a call goes out with the token of the call before",
		breaks: ids{"RFC9449-7-01"}, change: inClient(func(p *client.Policy) {
			var before word
			p.Access = func(own string, _ client.Attempt) string {
				token := before.Get()
				before.Set(own)
				if token == "" {
					return own
				}
				return token
			}
		})},
	{id: "CL-137", does: "signs for every user with the key of the one who called an API first",
		breaks: ids{"RFC9449-7-01"}, change: inClient(func(p *client.Policy) {
			var first atomic.Pointer[dpop.Key]
			honest := p.Sign
			p.Sign = func(r client.ProofRequest, d dpop.Draft) (string, error) {
				if !r.Purpose.AtServer() {
					first.CompareAndSwap(nil, r.Key)
					r.Key = first.Load()
					d.Header.Set("jwk", r.Key.JWK())
				}
				return honest(r, d)
			}
		})},
	{id: "CL-141", does: "takes use_dpop_nonce for a challenge whatever its scheme", breaks: ids{"RFC9449-7.1-15"},
		change: demands(func(a *client.Answer, honest bool) bool {
			for _, c := range a.Challenges {
				if code, _ := c.Get("error"); a.Proved && code == dpop.UseNonce {
					return true
				}
			}
			return honest
		})},
	{id: "CL-039", variant: "code", does: "ignores use_dpop_nonce when it redeems a code", breaks: ids{"RFC9449-8-09"},
		change: demands(func(a *client.Answer, honest bool) bool { return honest && a.Grant != "authorization_code" })},
	{id: "CL-039", variant: "refresh", does: "ignores use_dpop_nonce when it refreshes", breaks: ids{"RFC9449-8-09"},
		change: demands(func(a *client.Answer, honest bool) bool { return honest && a.Grant != "refresh_token" })},
	{id: "CL-048", variant: "transient", does: "the nonce that comes with 429 or 503 is not kept",
		breaks: ids{"RFC9449-9-08", "RFC9449-8.2-01"},
		change: stored(func(_ *client.Nonces, _ string, a *client.Answer, honest func()) {
			if !a.Transient() {
				honest()
			}
		})},
}

// attemptsOf keeps the number of each attempt by its proof.
func attemptsOf(p *client.Policy) *sync.Map {
	var attempts sync.Map
	sign := p.Sign
	p.Sign = func(r client.ProofRequest, d dpop.Draft) (string, error) {
		text, err := sign(r, d)
		attempts.Store(text, r.Attempt.Number)
		return text, err
	}
	return &attempts
}

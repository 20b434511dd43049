package dpoptest

import (
	"fmt"
	"time"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// nonceUse follows what clients make of the nonces that a server gives them, which no check
// of a single request can see (RFC 9449 §8, §9). It finds a request without a nonce although
// the same one had just been answered with use_dpop_nonce and a nonce, and a nonce that is
// not of this server. Calls that are under way at once are told apart by counting: each that
// was asked comes again with a nonce, whatever comes between.
type nonceUse struct {
	given    map[string]bool
	underWay bool              // an answer may have come that is not in the list yet
	open     map[call][]demand // those that no request has answered so far
	proofs   []proofSeen
}

// call is what a repetition has in common with what it repeats.
type call struct{ method, target, thumbprint string }

// demand is a request that was answered with a demand for a nonce.
type demand struct {
	request int // its place in the list
	ended   time.Time
}

// proofSeen is a request with a proof.
type proofSeen struct {
	call
	request int
	began   time.Time
	nonce   string
}

// gives takes any answer of the server.
func (u *nonceUse) gives(e wire.Exchange) {
	if u.given == nil {
		u.given, u.open = map[string]bool{}, map[call][]demand{}
	}
	for _, nonce := range e.Answer.Values("DPoP-Nonce") {
		u.given[nonce] = true
	}
	u.underWay = u.underWay || e.Took == 0
}

// comes takes request i of the list, after gives has taken its exchange.
func (u *nonceUse) comes(i int, r Request, e wire.Exchange) {
	if !r.Proven || r.Thumbprint == "" {
		return
	}
	p := proofSeen{call{e.Method, e.Target, r.Thumbprint}, i, e.Began, r.Nonce}
	u.proofs = append(u.proofs, p)
	if open := u.open[p.call]; p.nonce != "" && len(open) > 0 {
		u.open[p.call] = open[:len(open)-1]
	}
	if r.Challenged && e.Took > 0 {
		u.open[p.call] = append(u.open[p.call], demand{i, e.Began.Add(e.Took)})
	}
}

// problems are those of the requests, by their place in the list.
func (u *nonceUse) problems() map[int]string {
	found := map[int]string{}
	for _, p := range u.proofs {
		if p.nonce != "" {
			if !u.given[p.nonce] && !u.underWay {
				found[p.request] = "nonce: this server never gave it (RFC9449-9-05)"
			}
			continue
		}
		for _, d := range u.open[p.call] {
			if d.ended.Before(p.began) {
				found[p.request] = fmt.Sprintf("nonce: request %d was answered with use_dpop_nonce and a nonce, "+
					"and this one came after it without any (RFC9449-4.2-15)", d.request+1)
				break
			}
		}
	}
	return found
}

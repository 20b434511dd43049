package dpoptest

import (
	"fmt"
	"time"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// nonceUse follows what clients make of the nonces that a server gives them, which no check
// of a single request can see (RFC 9449 §8, §9). Calls that are under way at once, and nonces
// that expire meanwhile, look much alike from here: what counts is how many requests of a key
// were asked for a nonce that had none, and how many came with one.
type nonceUse struct {
	given    map[string]bool
	underWay bool // an answer may have come that is not in the list yet
	keys     map[string][]proofSeen
}

// proofSeen is a request with a proof.
type proofSeen struct {
	request      int // its place in the list
	nonce        string
	challenged   bool
	began, ended time.Time
}

// gives takes any answer of the server.
func (u *nonceUse) gives(e wire.Exchange) {
	if u.given == nil {
		u.given, u.keys = map[string]bool{}, map[string][]proofSeen{}
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
	u.keys[r.Thumbprint] = append(u.keys[r.Thumbprint], proofSeen{
		request: i, nonce: r.Nonce, challenged: r.Challenged && e.Took > 0,
		began: e.Began, ended: e.Began.Add(e.Took),
	})
}

// problems are those of the requests, by their place in the list.
func (u *nonceUse) problems() map[int]string {
	found := map[int]string{}
	for _, proofs := range u.keys {
		u.strange(proofs, found)
		ignored(proofs, found)
	}
	return found
}

// strange finds nonces that are not of this server.
func (u *nonceUse) strange(proofs []proofSeen, found map[int]string) {
	for _, p := range proofs {
		if p.nonce != "" && !u.given[p.nonce] && !u.underWay {
			found[p.request] = "nonce: this server never gave it (RFC9449-9-05)"
		}
	}
}

// ignored finds requests without a nonce after one had been given, where more came without
// than with one.
func ignored(proofs []proofSeen, found map[int]string) {
	var bare []proofSeen
	with := 0
	for _, p := range proofs {
		switch {
		case p.nonce != "":
			with++
		case p.challenged:
			bare = append(bare, p)
		}
	}
	for n := max(with, 1); n < len(bare); n++ {
		if bare[n].began.After(bare[0].ended) {
			found[bare[n].request] = fmt.Sprintf("nonce: request %d by its key was answered with use_dpop_nonce and a nonce, "+
				"and this one came after it without any (RFC9449-4.2-15)", bare[0].request+1)
		}
	}
}

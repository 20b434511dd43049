package mutants

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// remembering exchanges the replay memory of a verifier.
func remembering(memory func(v *dpop.Verifier) dpop.Replays) inVerifier {
	return func(v *dpop.Verifier) { v.Replays = memory(v) }
}

// use is a replay memory made of one function.
type use func(p *dpop.Proof, until time.Time) (bool, error)

// Use implements dpop.Replays.
func (u use) Use(p *dpop.Proof, until time.Time) (bool, error) { return u(p, until) }

// by keys the memory by something else than key, URI and jti.
func by(name func(*dpop.Proof) string) inVerifier {
	return remembering(func(v *dpop.Verifier) dpop.Replays {
		memory := dpop.NewReplayMemory(v.Clock)
		return use(func(p *dpop.Proof, until time.Time) (bool, error) {
			return memory.Use(&dpop.Proof{ID: name(p)}, until)
		})
	})
}

// under remembers a proof under another name than its own; all else is honest.
func under(rename func(*dpop.Proof)) inVerifier {
	return remembering(func(v *dpop.Verifier) dpop.Replays {
		honest := v.Replays
		return use(func(p *dpop.Proof, until time.Time) (bool, error) {
			renamed := *p
			rename(&renamed)
			return honest.Use(&renamed, until)
		})
	})
}

// queried remembers the jti by the URL of the request, its query included.
func queried(p *dpop.Verification, honest check) error {
	own := p.Proof.ID
	p.Proof.ID += p.TargetURI
	err := honest(p)
	p.Proof.ID = own
	return err
}

// newest keeps room for some proofs; each new one takes the place of the oldest.
func newest(room int) inVerifier {
	return remembering(func(v *dpop.Verifier) dpop.Replays {
		honest := v.Replays
		var lock sync.Mutex
		var kept []string
		return use(func(p *dpop.Proof, until time.Time) (bool, error) {
			lock.Lock()
			defer lock.Unlock()
			name := p.Thumbprint + p.URI + p.ID
			if slices.Contains(kept, name) {
				return false, nil
			}
			kept = append(kept, name)[max(0, len(kept)+1-room):]
			forgotten := *p
			forgotten.ID += dpop.NewID() // whether the memory works is asked all the same
			return honest.Use(&forgotten, until)
		})
	})
}

// patience is how long a request may have to wait for another between being
// looked up and being remembered.
const patience = 20 * time.Millisecond

// torn asks first and remembers later: two requests that meet in between are
// both new.
func torn(v *dpop.Verifier) dpop.Replays {
	var memory sync.Map
	meet := make(chan struct{})
	return use(func(p *dpop.Proof, until time.Time) (bool, error) {
		name := p.Thumbprint + p.ID
		if known, found := memory.Load(name); found && v.Clock().Before(known.(time.Time)) {
			return false, nil
		}
		select {
		case meet <- struct{}{}:
		case <-meet:
		case <-time.After(patience):
		}
		memory.Store(name, until)
		return true, nil
	})
}

// nodes are two memories behind one name, asked in turn.
func nodes(v *dpop.Verifier) dpop.Replays {
	each := []dpop.Replays{dpop.NewReplayMemory(v.Clock), dpop.NewReplayMemory(v.Clock)}
	var turn atomic.Int64
	return use(func(p *dpop.Proof, until time.Time) (bool, error) {
		return each[turn.Add(1)%2].Use(p, until)
	})
}

// budget is how many octets the memory holds that stores every jti as it came.
const budget = 64 << 10

// hoarding takes a jti of any size, stores it and fails when it is full.
func hoarding(v *dpop.Verifier) {
	v.MaxLength = 1 << 20
	v.Replace("jti", func(p *dpop.Verification) (err error) {
		p.Proof.ID, err = p.Proof.Claims.Text("jti")
		return err
	})
	memory := dpop.NewReplayMemory(v.Clock)
	var stored atomic.Int64
	v.Replays = use(func(p *dpop.Proof, until time.Time) (bool, error) {
		fresh, err := memory.Use(&dpop.Proof{ID: p.ID}, until)
		if fresh && stored.Add(int64(len(p.ID))) > budget {
			return false, errors.New("out of memory")
		}
		return fresh, err
	})
}

// afterSuccess remembers a proof when its request has been granted, and no other.
func afterSuccess() gate {
	var used, pending sync.Map // by name; the name by the text of the proof
	return gate{
		verifier: remembering(func(v *dpop.Verifier) dpop.Replays {
			honest := v.Replays
			return use(func(p *dpop.Proof, until time.Time) (bool, error) {
				name := p.Thumbprint + p.URI + p.ID
				if _, found := used.Load(name); found {
					return false, nil
				}
				pending.Store(p.Text, name)
				copied := *p
				copied.ID += dpop.NewID() // whether the memory works is asked all the same
				return honest.Use(&copied, until)
			})
		}),
		answered: func(r *http.Request, status int) {
			for _, text := range wire.RequestFields(r).Values("DPoP") {
				if name, found := pending.LoadAndDelete(text); found && status/100 == 2 {
					used.Store(name, true)
				}
			}
		},
	}
}

// trusting takes a memory that fails for one that knows nothing.
func trusting(v *dpop.Verifier) dpop.Replays {
	honest := v.Replays
	return use(func(p *dpop.Proof, until time.Time) (bool, error) {
		fresh, err := honest.Use(p, until)
		return fresh || err != nil, nil
	})
}

// replayBugs are bugs in remembering proofs.
var replayBugs = []row{
	{id: "PV-101", does: "asks and remembers in two steps", breaks: ids{"RFC9449-11.1-02", "RFC9449-11.1-03"},
		change: remembering(torn)},
	{id: "PV-102", variant: "half-time", does: "forgets a proof before its time is over",
		breaks: ids{"RFC9449-11.1-04"}, change: remembering(func(v *dpop.Verifier) dpop.Replays {
			honest := v.Replays
			return use(func(p *dpop.Proof, _ time.Time) (bool, error) { return honest.Use(p, v.Clock().Add(v.Past/2)) })
		})},
	{id: "PV-102", variant: "newest-16", does: "remembers the newest 16 proofs alone",
		breaks: ids{"RFC9449-11.1-02", "RFC9449-11.1-03", "RFC9449-11.1-04"}, change: newest(16)},
	{id: "PV-102", variant: "not-beside-nonces", does: "remembers nothing where it asks for nonces",
		breaks: ids{"RFC9449-11.1-11"},
		change: skipping("replay", func(p *dpop.Verification) bool { return p.Nonces != nil })},
	{id: "PV-102", variant: "get-alone", does: "remembers the proofs of GET alone",
		breaks: ids{"RFC9449-11.1-02"}, at: atAPI,
		change: skipping("replay", func(p *dpop.Verification) bool { return p.Method != http.MethodGet })},
	{id: "PV-103", does: "remembers on each node by itself", breaks: ids{"RFC9449-11.1-02", "RFC9449-11.1-03"},
		change: remembering(nodes)},
	{id: "PV-104", variant: "text", does: "remembers the text of the proof", breaks: ids{"RFC9449-11.1-07"},
		change: by(func(p *dpop.Proof) string { return p.Text })},
	{id: "PV-104", variant: "with-iat", does: "remembers the jti together with iat", breaks: ids{"RFC9449-11.1-07"},
		change: under(func(p *dpop.Proof) { p.ID += fmt.Sprint(p.IssuedAt) })},
	{id: "PV-104", variant: "with-query", does: "remembers the jti together with the query of the request",
		breaks: ids{"RFC9449-11.1-02"}, at: withToken,
		change: gate{target: withQuery, verifier: wrapping("replay", queried)}},
	{id: "PV-130", does: "remembers a jti only when the whole request succeeded",
		breaks: ids{"RFC9449-11.1-03"}, at: withoutToken, change: afterSuccess()},
	{id: "PV-133", variant: "path", does: "remembers the jti together with the path as the request spells it",
		breaks: ids{"RFC9449-11.1-02", "RFC9449-11.1-03"}, change: gate{verifier: wrapping("replay", queried),
			target: func(origin string, r *http.Request) string { return origin + r.URL.EscapedPath() }}},
	{id: "PV-133", variant: "host", does: "remembers the jti together with the host as the request spells it",
		breaks: ids{"RFC9449-11.1-02", "RFC9449-11.1-03"}, change: gate{verifier: wrapping("replay", queried),
			target: func(origin string, r *http.Request) string {
				scheme, _, _ := strings.Cut(origin, "://")
				return scheme + "://" + r.Host + r.URL.EscapedPath()
			}}},
	{id: "PV-105", does: "remembers the jti alone, for all clients", breaks: ids{"RFC9449-11.1-05"},
		change: by(func(p *dpop.Proof) string { return p.ID })},
	{id: "PV-106", does: "remembers the last hundred proofs alone", breaks: ids{"RFC9449-11.1-04"}, at: atAPI,
		change: newest(100)},
	{id: "PV-107", variant: "cut-short", does: "cuts the jti short", breaks: ids{"RFC9449-11.1-05", "RFC9449-11.1-09"},
		change: by(func(p *dpop.Proof) string { return p.Thumbprint + p.URI + p.ID[:min(64, len(p.ID))] })},
	{id: "PV-107", variant: "lower-case", does: "remembers the jti in lower case", breaks: ids{"RFC9449-11.1-05"},
		change: under(func(p *dpop.Proof) { p.ID = strings.ToLower(p.ID) })},
	{id: "PV-108", does: "stores a jti of any size", breaks: ids{"RFC9449-11.1-09"}, change: inVerifier(hoarding)},
	{id: "PV-109", does: "accepts everything when its memory fails", breaks: ids{"RFC9449-11.1-02", "RFC9449-11.1-03"},
		change: remembering(trusting)},
}

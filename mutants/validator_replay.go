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
	"github.com/dpopspec/dpopspec/features"
)

// remembering exchanges the replay memory of a verifier.
func remembering(memory func(v *dpop.Verifier) dpop.Replays) gate {
	return gate{verifier: func(v *dpop.Verifier) { v.Replays = memory(v) }}
}

// use is a replay memory made of one function.
type use func(p *dpop.Proof, until time.Time) (bool, error)

// Use implements dpop.Replays.
func (u use) Use(p *dpop.Proof, until time.Time) (bool, error) { return u(p, until) }

// known remembers proofs under a name of its own for as long as they count.
type known struct {
	clock func() time.Time
	mu    sync.Mutex
	until map[string]time.Time
}

func newKnown(v *dpop.Verifier) *known {
	return &known{clock: v.Clock, until: map[string]time.Time{}}
}

func (k *known) has(name string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	until, found := k.until[name]
	return found && k.clock().Before(until)
}

func (k *known) add(name string, until time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.until[name] = until
}

// by keys the memory by something else than key, URI and jti.
func by(name func(*dpop.Proof) string) gate {
	return remembering(func(v *dpop.Verifier) dpop.Replays {
		memory := newKnown(v)
		return use(func(p *dpop.Proof, until time.Time) (bool, error) {
			if memory.has(name(p)) {
				return false, nil
			}
			memory.add(name(p), until)
			return true, nil
		})
	})
}

// under remembers a proof under another name than its own; all else is honest.
func under(rename func(*dpop.Proof)) gate {
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
func queried(v *dpop.Verifier) {
	honest := v.Check("replay")
	v.Replace("replay", func(p *dpop.Verification) error {
		own := p.Proof.ID
		p.Proof.ID += p.TargetURI
		err := honest(p)
		p.Proof.ID = own
		return err
	})
}

// newest keeps room for 16 proofs; each new one takes the place of the oldest.
func newest(v *dpop.Verifier) dpop.Replays {
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
		kept = append(kept, name)[max(0, len(kept)-15):]
		forgotten := *p
		forgotten.ID += dpop.NewID() // whether the memory works is asked all the same
		return honest.Use(&forgotten, until)
	})
}

// patience is how long a request may have to wait for another between being
// looked up and being remembered.
const patience = 20 * time.Millisecond

// torn asks first and remembers later: two requests that meet in between are
// both new.
func torn(v *dpop.Verifier) dpop.Replays {
	memory := newKnown(v)
	meet := make(chan struct{})
	return use(func(p *dpop.Proof, until time.Time) (bool, error) {
		if memory.has(p.Thumbprint + p.ID) {
			return false, nil
		}
		select {
		case meet <- struct{}{}:
		case <-meet:
		case <-time.After(patience):
		}
		memory.add(p.Thumbprint+p.ID, until)
		return true, nil
	})
}

// hundred forgets the oldest proof for the newest.
func hundred(v *dpop.Verifier) dpop.Replays {
	memory := newKnown(v)
	names := make(chan string, 100)
	return use(func(p *dpop.Proof, until time.Time) (bool, error) {
		name := p.Thumbprint + p.ID
		if memory.has(name) {
			return false, nil
		}
		memory.add(name, until)
		select {
		case names <- name:
		default:
			memory.add(<-names, time.Time{})
			names <- name
		}
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
	memory := newKnown(v)
	var stored atomic.Int64
	v.Replays = use(func(p *dpop.Proof, until time.Time) (bool, error) {
		if memory.has(p.ID) {
			return false, nil
		}
		if stored.Add(int64(len(p.ID))) > budget {
			return false, errors.New("out of memory")
		}
		memory.add(p.ID, until)
		return true, nil
	})
}

// trusting takes a memory that fails for one that knows nothing.
func trusting(v *dpop.Verifier) {
	honest := v.Replays
	v.Replays = use(func(p *dpop.Proof, until time.Time) (bool, error) {
		fresh, err := honest.Use(p, until)
		return fresh || err != nil, nil
	})
}

// replayBugs are bugs in remembering proofs.
var replayBugs = []bug{
	{"PV-101", "asks and remembers in two steps", []string{"RFC9449-11.1-02", "RFC9449-11.1-03"}, nil, remembering(torn)},
	{"PV-102", "forgets a proof before its time is over", []string{"RFC9449-11.1-04"}, nil,
		remembering(func(v *dpop.Verifier) dpop.Replays {
			honest := v.Replays
			return use(func(p *dpop.Proof, _ time.Time) (bool, error) { return honest.Use(p, v.Clock().Add(v.Past/2)) })
		})},
	{"PV-102", "remembers the newest 16 proofs alone", []string{"RFC9449-11.1-02", "RFC9449-11.1-03", "RFC9449-11.1-04"}, nil, remembering(newest)},
	{"PV-102", "remembers nothing where it asks for nonces", []string{"RFC9449-11.1-11"}, nil,
		skipping("replay", func(p *dpop.Verification) bool { return p.Nonces != nil })},
	{"PV-102", "remembers the proofs of GET alone", []string{"RFC9449-11.1-02"}, []string{features.API},
		skipping("replay", func(p *dpop.Verification) bool { return p.Method != http.MethodGet })},
	{"PV-103", "remembers on each node by itself", []string{"RFC9449-11.1-02", "RFC9449-11.1-03"}, nil, remembering(nodes)},
	{"PV-104", "remembers the text of the proof", []string{"RFC9449-11.1-07"}, nil, by(func(p *dpop.Proof) string { return p.Text })},
	{"PV-104", "remembers the jti together with iat", []string{"RFC9449-11.1-07"}, nil,
		under(func(p *dpop.Proof) { p.ID += fmt.Sprint(p.IssuedAt) })},
	{"PV-104", "remembers the jti together with the query of the request", []string{"RFC9449-11.1-02"}, withToken, gate{target: withQuery, verifier: queried}},
	{"PV-105", "remembers the jti alone, for all clients", []string{"RFC9449-11.1-05"}, nil, by(func(p *dpop.Proof) string { return p.ID })},
	{"PV-106", "remembers the last hundred proofs alone", []string{"RFC9449-11.1-04"}, []string{features.API}, remembering(hundred)},
	{"PV-107", "cuts the jti short", []string{"RFC9449-11.1-05", "RFC9449-11.1-09"}, nil,
		by(func(p *dpop.Proof) string { return p.Thumbprint + p.URI + p.ID[:min(64, len(p.ID))] })},
	{"PV-107", "remembers the jti in lower case", []string{"RFC9449-11.1-05"}, nil,
		under(func(p *dpop.Proof) { p.ID = strings.ToLower(p.ID) })},
	{"PV-108", "stores a jti of any size", []string{"RFC9449-11.1-09"}, nil, gate{verifier: hoarding}},
	{"PV-109", "accepts everything when its memory fails", []string{"RFC9449-11.1-02", "RFC9449-11.1-03"}, nil, gate{verifier: trusting}},
}

package mutants

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// handing makes a server hand out nonces of its own, each for the given time.
// A server that asks for none keeps to it.
func handing(lifetime time.Duration, make func() string) gate {
	return gate{verifier: func(v *dpop.Verifier) {
		if v.Nonces == nil {
			return
		}
		w := dpop.NewNonceWindow(lifetime, v.Clock)
		if make != nil {
			w.Make = make
		}
		v.Nonces = w
	}}
}

// usual is how long honest nonces live.
const usual = 5 * time.Minute

// counted hands out 1, 2, 3 …
func counted() func() string {
	var n atomic.Int64
	return func() string { return fmt.Sprintf("nonce-%016d", n.Add(1)) }
}

// immortal takes what it has ever handed out, however long ago.
type immortal struct {
	*dpop.NonceWindow
	given map[string]bool
}

// Next implements dpop.Nonces.
func (n *immortal) Next() string {
	nonce := n.NonceWindow.Next()
	n.given[nonce] = true
	return nonce
}

// Accept implements dpop.Nonces.
func (n *immortal) Accept(nonce string) error {
	if n.given[nonce] {
		return nil
	}
	return n.NonceWindow.Accept(nonce)
}

// shared takes whatever has the form of a nonce of any server.
type shared struct{ dpop.Nonces }

// Accept implements dpop.Nonces.
func (n shared) Accept(nonce string) error {
	if data, err := dpop.DecodeSegment(nonce); err == nil && len(data) == 16 {
		return nil
	}
	return n.Nonces.Accept(nonce)
}

// nonceLines changes the answers that carry a nonce.
func nonceLines(change func(status int, h http.Header, name string)) gate {
	return gate{answer: func(status int, h http.Header) {
		for _, name := range []string{"DPoP-Nonce", "Dpop-Nonce"} {
			if h[name] != nil {
				change(status, h, name)
			}
		}
	}}
}

// nonceBugs are bugs in handing out and taking nonces.
var nonceBugs = []bug{
	{"PV-092", "takes a nonce for ever", []string{"RFC9449-8-07", "RFC9449-9-02"}, nil,
		gate{verifier: func(v *dpop.Verifier) {
			if v.Nonces != nil {
				v.Nonces = &immortal{dpop.NewNonceWindow(usual, v.Clock), map[string]bool{}}
			}
		}}},
	{"PV-092", "has one nonce for ever", []string{"RFC9449-8-07", "RFC9449-9-02"}, nil,
		gate{verifier: func(v *dpop.Verifier) {
			only := dpop.NewID()
			handing(usual, func() string { return only }).verifier(v)
		}}},
	{"PV-093", "takes the nonces of other servers", []string{"RFC9449-9-07"}, nil,
		gate{verifier: func(v *dpop.Verifier) {
			if v.Nonces != nil {
				v.Nonces = shared{v.Nonces}
			}
		}}},
	{"PV-094", "counts its nonces", []string{"RFC9449-8-03"}, nil,
		gate{verifier: func(v *dpop.Verifier) { handing(usual, counted()).verifier(v) }}},
	{"PV-094", "makes its nonces of the time", []string{"RFC9449-8-03"}, nil,
		gate{verifier: func(v *dpop.Verifier) {
			handing(usual, func() string { return fmt.Sprint(v.Clock().UnixMilli()) }).verifier(v)
		}}},
	{"PV-095", "hands out nonces with a space and a quotation mark", []string{"RFC9449-8.1-01"}, nil,
		gate{verifier: func(v *dpop.Verifier) {
			handing(usual, func() string { return `no nce"` + dpop.NewID() }).verifier(v)
		}}},
	{"PV-096", "sends two DPoP-Nonce field lines", []string{"RFC9449-8-02"}, nil,
		nonceLines(func(_ int, h http.Header, name string) { h[name] = append(h[name], dpop.NewID()) })},
	{"PV-097", "asks for a nonce and gives none", []string{"RFC9449-8-01", "RFC9449-9-01"}, nil,
		nonceLines(func(status int, h http.Header, name string) {
			if status/100 == 4 {
				delete(h, name)
			}
		})},
	{"PV-099", "lets answers with a nonce be cached", []string{"RFC9449-8.2-04"}, nil,
		nonceLines(func(_ int, h http.Header, _ string) {
			h.Del("Pragma")
			h.Set("Cache-Control", "public, max-age=3600")
		})},
}

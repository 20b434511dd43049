package mutants

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

// usual is how long honest nonces live.
const usual = 5 * time.Minute

// nonces exchanges the nonces of a server. One that asks for none keeps to it.
func nonces(others func(*dpop.Verifier) dpop.Nonces) inVerifier {
	return func(v *dpop.Verifier) {
		if v.Nonces != nil {
			v.Nonces = others(v)
		}
	}
}

// handing hands out nonces that look otherwise.
func handing(next func(*dpop.Verifier) string) inVerifier {
	return nonces(func(v *dpop.Verifier) dpop.Nonces {
		w := dpop.NewNonceWindow(usual, v.Clock)
		w.Make = func() string { return next(v) }
		return w
	})
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

// inTurn is two nodes that give nonces, one request each. It is the answer, which has
// the next nonce in it, that ends a request.
type inTurn struct {
	nodes [2]*dpop.NonceWindow
	turn  atomic.Int64
}

// Next implements dpop.Nonces.
func (n *inTurn) Next() string { return n.nodes[n.turn.Add(1)%2].Next() }

// Accept implements dpop.Nonces.
func (n *inTurn) Accept(nonce string) error { return n.nodes[(n.turn.Load()+1)%2].Accept(nonce) }

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
var nonceBugs = []row{
	{id: "PV-092", variant: "accepted-for-ever", does: "takes a nonce for ever",
		breaks: ids{"RFC9449-8-07", "RFC9449-9-02"}, change: nonces(func(v *dpop.Verifier) dpop.Nonces {
			return &immortal{dpop.NewNonceWindow(usual, v.Clock), map[string]bool{}}
		})},
	{id: "PV-092", variant: "one-for-ever", does: "has one nonce for ever", breaks: ids{"RFC9449-8-07", "RFC9449-9-02"},
		change: inVerifier(func(v *dpop.Verifier) {
			only := dpop.NewID()
			handing(func(*dpop.Verifier) string { return only })(v)
		})},
	{id: "PV-093", does: "takes the nonces of other servers", breaks: ids{"RFC9449-9-07"},
		change: nonces(func(v *dpop.Verifier) dpop.Nonces { return shared{v.Nonces} })},
	{id: "PV-132", variant: "instances", does: "each instance takes only the nonces that it gave itself",
		breaks: ids{"RFC9449-8-17"}, at: atAPI, change: inAPI(func(c *mockrs.Config) {
			if c.Verifier.Nonces != nil {
				c.Verifier = c.Verifier.Clone()
				c.Verifier.Nonces = dpop.NewNonceWindow(usual, c.Verifier.Clock)
			}
		})},
	{id: "PV-132", variant: "in-turn", does: "two nodes answer in turn, and each takes only its own nonces",
		breaks: ids{"RFC9449-8-05", "RFC9449-8-17"}, change: nonces(func(v *dpop.Verifier) dpop.Nonces {
			return &inTurn{nodes: [2]*dpop.NonceWindow{
				dpop.NewNonceWindow(usual, v.Clock), dpop.NewNonceWindow(usual, v.Clock),
			}}
		})},
	{id: "PV-094", variant: "counter", does: "counts its nonces", breaks: ids{"RFC9449-8-03"},
		change: inVerifier(func(v *dpop.Verifier) {
			var n atomic.Int64
			handing(func(*dpop.Verifier) string { return fmt.Sprintf("nonce-%016d", n.Add(1)) })(v)
		})},
	{id: "PV-094", variant: "timestamp", does: "makes its nonces of the time", breaks: ids{"RFC9449-8-03"},
		change: handing(func(v *dpop.Verifier) string { return fmt.Sprint(v.Clock().UnixMilli()) })},
	{id: "PV-095", does: "hands out nonces with a space and a quotation mark", breaks: ids{"RFC9449-8.1-01"},
		change: handing(func(*dpop.Verifier) string { return `no nce"` + dpop.NewID() })},
	{id: "PV-096", does: "sends two DPoP-Nonce field lines", breaks: ids{"RFC9449-8-02"},
		change: nonceLines(func(_ int, h http.Header, name string) { h[name] = append(h[name], dpop.NewID()) })},
	{id: "PV-097", does: "asks for a nonce and gives none", breaks: ids{"RFC9449-8-01", "RFC9449-9-01"},
		change: nonceLines(func(status int, h http.Header, name string) {
			if status/100 == 4 {
				delete(h, name)
			}
		})},
	{id: "PV-099", does: "lets answers with a nonce be cached", breaks: ids{"RFC9449-8.2-04"},
		change: nonceLines(func(_ int, h http.Header, _ string) {
			h.Del("Pragma")
			h.Set("Cache-Control", "public, max-age=3600")
		})},
}

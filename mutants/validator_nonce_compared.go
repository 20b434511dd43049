package mutants

import (
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
)

// compared takes a nonce that is like one which it gave, in some way of its own.
type compared struct {
	dpop.Nonces
	like func(nonce, given string) bool

	mu    sync.Mutex
	given []string
}

// Next implements dpop.Nonces.
func (n *compared) Next() string {
	nonce := n.Nonces.Next()
	n.mu.Lock()
	defer n.mu.Unlock()
	n.given = append(n.given, nonce)
	return nonce
}

// Accept implements dpop.Nonces.
func (n *compared) Accept(nonce string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, given := range n.given {
		if n.like(nonce, given) && n.Nonces.Accept(given) == nil {
			return nil
		}
	}
	return n.Nonces.Accept(nonce)
}

func comparingNonces(like func(nonce, given string) bool) inVerifier {
	return nonces(func(v *dpop.Verifier) dpop.Nonces { return &compared{Nonces: v.Nonces, like: like} })
}

// comparedBugs are bugs in comparing a nonce with those that were given.
var comparedBugs = []row{
	{id: "PV-141", variant: "prefix", does: "takes the beginning of a nonce for the nonce",
		breaks: ids{"RFC9449-4.3-67"},
		change: comparingNonces(func(nonce, given string) bool { return len(nonce) > 4 && strings.HasPrefix(given, nonce) })},
	{id: "PV-141", variant: "suffix", does: "takes what begins with a nonce for it", breaks: ids{"RFC9449-4.3-67"},
		change: comparingNonces(strings.HasPrefix)},
	{id: "PV-141", variant: "contains", does: "looks for a nonce anywhere in the claim", breaks: ids{"RFC9449-4.3-67"},
		change: comparingNonces(func(nonce, given string) bool { return strings.HasSuffix(nonce, given) })},
	{id: "PV-141", variant: "letter-case", does: "compares nonces ignoring case", breaks: ids{"RFC9449-4.3-67"},
		change: comparingNonces(strings.EqualFold)},
	{id: "PV-141", variant: "spaces", does: "takes spaces off a nonce", breaks: ids{"RFC9449-4.3-67"},
		change: comparingNonces(func(nonce, given string) bool { return strings.TrimSpace(nonce) == given })},
}

package client

import (
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/target"
)

// ownCall is one of several calls of APIs that a scenario tells apart.
type ownCall struct {
	mark  string // in the query of its requests
	order target.FetchOrder
	owner *owner // nil: the only user
	ended error  // how the client ended it
}

// owner is somebody in whose name a client calls.
type owner struct {
	session string // of the client; empty: that of the only user
	subject string // of the tokens; empty: they are known by their text
	token   string
}

func (c *ownCall) ending() string {
	if c.ended == nil {
		return "no error"
	}
	return "the error " + clipped(c.ended.Error())
}

// disowns says whose a token is that is not the owner's.
func (o *owner) disowns(token string) string {
	switch {
	case o == nil:
		return ""
	case o.token != "":
		return unless(token == o.token, "another token than its caller gave")
	}
	_, claims, err := readProof(token) // a JWT, of which the payload is read
	if err != nil {
		return "a token that is no JWT of the embedded authorization server"
	}
	subject, _ := claims.Text("sub")
	return unless(subject == o.subject, "the token of %s instead of one of %s", subject, o.subject)
}

// withCall matches the requests of a call.
func withCall(c *ownCall) func(*url.URL) bool {
	return func(u *url.URL) bool {
		return u.Query().Get("call") == c.mark && !strings.Contains(u.Path, "/.well-known/")
	}
}

package client

import (
	"net/http"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func nonceSteps(v *vocabulary.Vocabulary) {
	v.Word("handed-nonce", "What a server sends in DPoP-Nonce without asking for a nonce.", handedNonces.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Given(`^the {server} demands nonces of the client$`, (*Actor).demandsNonces,
		"Lets a server demand nonces (RFC 9449 §8, §9): the authorization server at all its endpoints, or an API. "+
			"The other API takes the tokens of the first.",
		"Given the API demands nonces of the client")
	g.Given(`^the {server} hands the client {handed-nonce}$`, (*Actor).handsNonces,
		"Lets a server hand out nonces without asking for them. The other API takes the tokens of the first.",
		"Given the API hands the client a new nonce with every answer")
	g.Given(`^the {server} hands the client a nonce with the status (\d+)$`, (*Actor).handsNonceWithStatus,
		"Lets a server answer its first request with that status and a nonce.",
		"Given the API hands the client a nonce with the status 204")
}

// handedNonce is how often a server sends which lines of DPoP-Nonce.
type handedNonce struct {
	times int
	lines func() []string
}

var handedNonces = vocabulary.Meanings[handedNonce]{
	"a nonce with its first answer":           {once, freshNonce},
	"a new nonce with every answer":           {always, freshNonce},
	"a malformed nonce: an empty one":         malformed(""),
	"a malformed nonce: one with a blank":     malformed("two words"),
	"a malformed nonce: one with a quote":     malformed(`x","admin":"yes`),
	"a malformed nonce: one with a backslash": malformed(`x\`),
	"a malformed nonce: one beyond ASCII":     malformed("n\xc3\xb6nce"),
	"a malformed nonce: one with a tab":       malformed("a\tb"),
	"a malformed nonce: two lines":            malformed("first", "second"),
}

func malformed(lines ...string) handedNonce {
	return handedNonce{once, func() []string { return lines }}
}

func (a *Actor) handsNonces(server, what string) error {
	handed, err := handedNonces.Of(what)
	if err != nil {
		return err
	}
	return a.plays(server, handed.times, givingNonces(handed.lines))
}

func (a *Actor) handsNonceWithStatus(server string, status int) error {
	fields := wire.Fields{{Name: "DPoP-Nonce", Value: dpop.NewID()}}
	body := "{}"
	if status == http.StatusNoContent || status == http.StatusNotModified {
		body = ""
	}
	if status == http.StatusUnauthorized {
		fields = append(fields, wire.Field{Name: "WWW-Authenticate", Value: `DPoP error="insufficient_scope"`})
	}
	return a.plays(server, once, wire.Reply(status, fields, body))
}

func (a *Actor) demandsNonces(server string) error {
	if err := a.arrange(); err != nil {
		return err
	}
	e, err := servers.Of(server)
	if err != nil {
		return err
	}
	if e.api == "" {
		return a.ArrangeAS(func(c *mockas.Config) { c.Nonces = mockas.NonceRequired })
	}
	if err := a.shareTokens(e.api); err != nil {
		return err
	}
	return a.ArrangeAPI(e.api, func(c *mockrs.Config) {
		c.Verifier.Nonces = dpop.NewNonceWindow(5*time.Minute, c.Clock)
	})
}

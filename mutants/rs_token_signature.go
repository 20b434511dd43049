package mutants

import (
	"context"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

// tokenSignatureBugs are bugs in telling whether the issuer signed an access token.
var tokenSignatureBugs = []row{
	{id: "RS-060", variant: "never", does: "nobody verifies the signature of a token", breaks: ids{"RFC9449-3-01"},
		change: unverified(func(*mockrs.API, dpop.Object, string) bool { return true })},
	{id: "RS-060", variant: "none", does: "a token whose alg is none, in any letter case, needs no signature",
		breaks: ids{"RFC9449-3-01", "RFC9068-4-01"},
		change: unverified(func(_ *mockrs.API, header dpop.Object, _ string) bool {
			alg, _ := header.Text("alg")
			return strings.EqualFold(alg, "none") && alg != "none"
		})},
	{id: "RS-060", variant: "empty", does: "an empty signature passes as none that is wrong", breaks: ids{"RFC9449-3-01"},
		change: unverified(func(_ *mockrs.API, _ dpop.Object, token string) bool { return strings.HasSuffix(token, ".") })},
	{id: "RS-060", variant: "no-key", does: "a token whose kid nobody knows is not verified", breaks: ids{"RFC9449-3-01"},
		change: unverified(func(_ *mockrs.API, header dpop.Object, _ string) bool {
			kid, err := header.Text("kid")
			return err == nil && len(kid) == len(dpop.NewID())
		})},
	{id: "RS-060", variant: "own-certificate", does: "a token that brings a certificate is verified with that",
		breaks: ids{"RFC9449-3-01"},
		change: unverified(func(_ *mockrs.API, header dpop.Object, _ string) bool { return header.Has("x5c") })},
	{id: "RS-061", variant: "id", does: "a token whose jti was verified once is not verified again",
		breaks: ids{"RFC9449-3-01"}, change: verifiedOnce(func(token string) string {
			_, payload, _, _ := dpop.SplitCompact(token, dpop.DecodeSegment)
			claims, _ := dpop.ParseObject(payload)
			id, _ := claims.Text("jti")
			return id
		})},
	{id: "RS-061", variant: "claims", does: "claims that were verified once need no signature any more",
		breaks: ids{"RFC9449-3-01"}, change: verifiedOnce(func(token string) string {
			segments := strings.Split(token, ".")
			return segments[1]
		})},
	{id: "RS-061", variant: "signature", does: "a signature that was verified once is good for other claims",
		breaks: ids{"RFC9449-3-01"},
		change: verifiedOnce(func(token string) string { return token[strings.LastIndexByte(token, '.')+1:] })},
	{id: "RS-061", variant: "prefix", does: "a token is known again by its beginning", breaks: ids{"RFC9449-3-01"},
		change: verifiedOnce(func(token string) string { return token[:min(len(token), 200)] })},
}

// unverified takes the claims of a token as they stand where a function of its header
// and text says so.
func unverified(trusts func(a *mockrs.API, header dpop.Object, token string) bool) inAPI {
	return func(c *mockrs.Config) {
		honest := c.Policy.Token
		c.Policy.Token = func(ctx context.Context, a *mockrs.API, token string) (*mockrs.Token, error) {
			segments := strings.Split(token, ".") // the last may be empty
			if len(segments) != 3 {
				return honest(ctx, a, token)
			}
			head, _ := dpop.DecodeSegment(segments[0])
			header, _ := dpop.ParseObject(head)
			if !trusts(a, header, token) {
				return honest(ctx, a, token)
			}
			payload, _ := dpop.DecodeSegment(segments[1])
			claims, err := dpop.ParseObject(payload)
			if err != nil {
				return nil, err
			}
			if err := a.CheckClaims(claims); err != nil {
				return nil, err
			}
			return a.ReadToken(claims), nil
		}
	}
}

// verifiedOnce remembers by a trait which tokens are sound.
func verifiedOnce(trait func(token string) string) inAPI {
	return func(c *mockrs.Config) {
		var sound sync.Map
		unverified(func(_ *mockrs.API, _ dpop.Object, token string) bool {
			_, found := sound.Load(trait(token))
			return found
		})(c)
		judged := c.Policy.Token
		c.Policy.Token = func(ctx context.Context, a *mockrs.API, token string) (*mockrs.Token, error) {
			t, err := judged(ctx, a, token)
			if err == nil && strings.Count(token, ".") == 2 {
				sound.Store(trait(token), true)
			}
			return t, err
		}
	}
}

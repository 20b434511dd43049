package client

import (
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/target"
)

// proofHeader and proofClaims are what RFC 9449 §4.2 names.
var (
	proofHeader = []string{"typ", "alg", "jwk"}
	proofClaims = []string{"jti", "htm", "htu", "iat", "ath", "nonce"}
)

// claimsOfEveryJWT are those that a client may add of its own accord (RFC 7519
// §4.1).
var claimsOfEveryJWT = []string{"iss", "sub", "aud", "exp", "nbf"}

// claimRules are about the claims of a proof.
var claimRules = vocabulary.Meanings[proofRule]{
	"has a jti": each(func(p sentProof) string {
		jti, err := p.claims.Text("jti")
		return unless(err == nil && jti != "", "jti is %q, %v", jti, err)
	}),
	"names the method of its request": each(func(p sentProof) string {
		return unless(p.claim("htm") == p.Method, "htm is %q at a %s request", p.claim("htm"), p.Method)
	}),
	"names the URI of its request": each(func(p sentProof) string {
		uri, _, _ := strings.Cut(p.uri(), "?")
		htu, _, _ := strings.Cut(p.claim("htu"), "?")
		htu, _, _ = strings.Cut(htu, "#")
		return unless(dpop.SameURI(htu, uri) == nil, "htu is %q at %s", p.claim("htu"), uri)
	}),
	"leaves query and fragment out of htu": each(func(p sentProof) string {
		return unless(!strings.ContainsAny(p.claim("htu"), "?#"), "htu is %q", p.claim("htu"))
	}),
	"was made at the time of its request": eachInCase(func(a *Actor, p sentProof) string {
		iat, err := p.claims.Number("iat")
		if err != nil {
			return err.Error()
		}
		off := time.Unix(int64(iat), 0).Sub(a.time(p.At))
		return unless(off.Abs() <= 10*time.Second, "iat lies %v off the client's clock", off)
	}),
	"counts its time in seconds as a JSON number": each(func(p sentProof) string {
		_, err := p.claims.Number("iat")
		return whyNot(err)
	}),
	"has an ath at the API": each(func(p sentProof) string {
		_, err := p.claims.Text("ath")
		return whyNot(err)
	}).at(toAPI, toUserinfo),
	"has the hash of its access token at the API": each(func(p sentProof) string {
		c, _ := p.credentials()
		hash := dpop.TokenHash(c.Token)
		return unless(p.claim("ath") == hash, "ath is %q, the hash of the token sent is %q", p.claim("ath"), hash)
	}).at(toAPI, toUserinfo),
	"has no ath at the authorization server": each(func(p sentProof) string {
		return unless(!p.claims.Has("ath"), "ath is %q", p.claim("ath"))
	}).at(toToken, toPAR),
	"for a pushed request names the PAR endpoint and POST, without ath": each(func(p sentProof) string {
		right := dpop.SameURI(p.claim("htu"), p.uri()) == nil && p.claim("htm") == "POST" && !p.claims.Has("ath")
		return unless(right, "htu %q, htm %q, ath %q at %s", p.claim("htu"), p.claim("htm"), p.claim("ath"), p.uri())
	}).at(toPAR).orNone("the client sends no proof with a pushed request, it has dpop_jkt for that (RFC 9449 §10.1)"),
	"holds nothing beyond what RFC 9449 names": each(func(p sentProof) string {
		more := append(beyond(p.header, proofHeader), beyond(p.claims, proofClaims)...)
		return unless(len(more) == 0, "it also has %v", more)
	}),
	"is well-formed, whatever the nonce": each(func(p sentProof) string {
		if p.err != nil {
			return p.err.Error()
		}
		if more := beyond(p.claims, slices.Concat(proofClaims, claimsOfEveryJWT)); len(more) > 0 {
			return "a claim " + more[0] + " got in"
		}
		return unless(!p.claims.Has("nonce") || p.claim("nonce") != "", "the claim nonce is empty or no string")
	}),
}

// beyond returns the members of an object that have none of the names.
func beyond(o dpop.Object, names []string) []string {
	var more []string
	for _, m := range o {
		if !slices.Contains(names, m.Name) {
			more = append(more, m.Name)
		}
	}
	return more
}

// time is what the client's clock showed, with its skew, when the servers' clock
// showed the given time.
func (a *Actor) time(at time.Time) time.Time {
	if !a.hello.Can(target.InProcess) {
		at = time.Now()
	} else {
		at = at.Add(-a.drift)
	}
	return at.Add(a.skew)
}

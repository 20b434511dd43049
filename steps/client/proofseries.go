package client

import (
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// seriesRules are about all proofs of the client together.
var seriesRules = vocabulary.Meanings[proofRule]{
	"is new": {judge: allNew},
	"has an identifier that nobody can guess": {judge: unguessable},
	"is by one key":                          {judge: oneKey},
	"is by the key of the environment":       {judge: environmentKey},
	"is by the key given in code":            {judge: keyInCode},
	"carries the newest nonce of its server": {judge: newestNonces},
	"carries no nonce of another server":     {judge: ownNonces},
	"is by the key of its access token":      {kinds: []string{toAPI, toUserinfo}, judge: keyOfToken},
	"at an API carries the newest nonce of its server": {judge: func(a *Actor, all []sentProof) string {
		return newestNonces(a, slices.DeleteFunc(all, func(p sentProof) bool { return p.kind != toAPI }))
	}},
}

func allNew(_ *Actor, all []sentProof) string {
	ids, texts := map[string]bool{}, map[string]bool{}
	for _, p := range all {
		id := p.claim("jti")
		switch {
		case texts[p.text]:
			return "a proof was sent twice, the second time to the " + p.kind
		case ids[id]:
			return fmt.Sprintf("the jti %q was used twice, the second time at the %s", id, p.kind)
		}
		ids[id], texts[p.text] = true, true
	}
	return ""
}

func oneKey(_ *Actor, all []sentProof) string {
	first := all[0]
	for _, p := range all {
		if p.thumbprint() != first.thumbprint() {
			return fmt.Sprintf("the key %s at the %s, the key %s at the %s",
				first.thumbprint(), first.kind, p.thumbprint(), p.kind)
		}
	}
	return ""
}

// keyOfToken demands the key that the authorization server bound the token to.
func keyOfToken(a *Actor, all []sentProof) string {
	bound := a.issuedBound()
	for _, p := range all {
		c, _ := p.credentials()
		if jkt, known := bound[c.Token]; known && p.thumbprint() != jkt {
			return fmt.Sprintf("the key %s at the %s with a token that is bound to %s", p.thumbprint(), p.kind, jkt)
		}
	}
	return ""
}

func environmentKey(a *Actor, all []sentProof) string { return byKey(a, "client", all) }

func keyInCode(a *Actor, all []sentProof) string { return byKey(a, "given in code", all) }

// byKey demands the key pair of a name in every proof.
func byKey(a *Actor, name string, all []sentProof) string {
	key, err := a.Key(name)
	if err != nil {
		return err.Error()
	}
	for _, p := range all {
		if p.thumbprint() != key.Thumbprint {
			return fmt.Sprintf("the key %s instead of %s", p.thumbprint(), key.Thumbprint)
		}
	}
	return ""
}

// server is whose nonces a proof may have: those of an origin, or of the userinfo
// endpoint there.
type server struct {
	origin   string
	userinfo bool
}

// newestNonces follows what each server handed out: the next proof to that
// server has exactly the newest, and none before the first. The userinfo endpoint is a
// protected resource at the authorization server: a client may keep a nonce for the
// origin, or one for each of both (RFC 9449 §9). What comes without credentials having
// been shown may count or not.
func newestNonces(a *Actor, all []sentProof) string {
	judged := map[string]bool{}
	for _, p := range all {
		judged[p.text] = true
	}
	ofServer, ofOrigin, offered := map[server]string{}, map[string]string{}, map[string]string{}
	for _, s := range a.sentTo("") {
		at := server{s.origin, s.kind == toUserinfo}
		if p := proofsIn([]sent{s}); len(p) == 1 && judged[p[0].text] {
			got := p[0].claim("nonce")
			right := got == ofServer[at] || got == ofOrigin[s.origin] || got != "" && got == offered[s.origin]
			if !right && !a.mayKnow(ofOrigin[s.origin] != "") {
				return fmt.Sprintf("the nonce %q at the %s, whose newest is %q",
					clipped(got), s.kind, clipped(ofServer[at]))
			}
		}
		nonce, given := s.givenNonce()
		switch {
		case given && s.kind == toKnock:
			offered[s.origin] = nonce
		case given:
			ofServer[at], ofOrigin[s.origin] = nonce, nonce
		}
	}
	return ""
}

// ownNonces demands that a nonce goes to no other server than the one that gave
// it.
func ownNonces(a *Actor, all []sentProof) string {
	given := map[string]map[string]bool{}
	for _, s := range a.sentTo("") {
		if nonce, has := s.givenNonce(); has {
			if given[s.origin] == nil {
				given[s.origin] = map[string]bool{}
			}
			given[s.origin][nonce] = true
		}
	}
	for _, p := range all {
		if nonce := p.claim("nonce"); nonce != "" && !given[p.origin][nonce] && !a.mayKnow(given[p.origin] != nil) {
			return fmt.Sprintf("a proof to the %s has the nonce of another server", p.kind)
		}
	}
	return ""
}

package client

import (
	"fmt"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// loginKeySteps are about the keys of logins, as profiles have them.
func loginKeySteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Then(`^each login has a key of its own$`, (*Actor).ownKeys,
		"The proofs of one login, from its authorization request to the next, and those of another must be by "+
			"different keys.",
		"Then each login has a key of its own")
	g.Then(`^each login keeps to one key$`, (*Actor).keepsToKeys,
		"All proofs of a login, from its pushed request on, must be by one key: at the token endpoint and at APIs too.",
		"Then each login keeps to one key")
}

// loginProofs are the keys of the proofs of one login.
type loginProofs struct {
	state string // of its authorization request
	keys  []string
	kinds []string
}

func (l *loginProofs) add(s sent) {
	for _, p := range proofsIn([]sent{s}) {
		l.keys, l.kinds = append(l.keys, p.thumbprint()), append(l.kinds, p.kind)
	}
}

// logins cuts the requests to the authorization server where a login begins: at an
// authorization request, pushed or not, with another state. A request to an API
// belongs to the login that gave its token.
func (a *Actor) logins() []*loginProofs {
	var list []*loginProofs
	owner := map[string]*loginProofs{} // by token
	for _, s := range a.sentTo("") {
		if !a.IsAS(s.origin) {
			continue
		}
		if s.kind == toPAR || s.kind == toAuthorize && !s.query().Has("request_uri") {
			state := s.authorizationParameters().Get("state")
			if len(list) == 0 || list[len(list)-1].state != state {
				list = append(list, &loginProofs{state: state})
			}
		}
		if len(list) == 0 {
			continue // before any login
		}
		last := list[len(list)-1]
		last.add(s)
		if body, err := dpop.ParseObject(s.Reply); err == nil && s.kind == toToken {
			for _, name := range []string{"access_token", "id_token"} {
				if token, err := body.Text(name); err == nil {
					owner[token] = last
				}
			}
		}
	}
	for _, s := range a.sentTo(toAPI) {
		if c, found := s.credentials(); found && owner[c.Token] != nil {
			owner[c.Token].add(s)
		}
	}
	return list
}

func (a *Actor) keepsToKeys() error {
	proven := 0
	for _, login := range a.logins() {
		proven += len(login.keys)
		for i, key := range login.keys {
			if key != login.keys[0] {
				return a.Expect(false, "one key from the beginning of a login to the next",
					fmt.Sprintf("%s at the %s, %s at the %s", login.keys[0], login.kinds[0], key, login.kinds[i]))
			}
		}
	}
	if err := a.began(); err != nil { // sound so far, but not all that was to be seen
		return err
	}
	if proven == 0 {
		return a.withoutProofs()
	}
	return a.Expect(true, "one key from the beginning of a login to the next", fmt.Sprintf("in all %d proofs", proven))
}

func (a *Actor) ownKeys() error {
	owners, logins := map[string]int{}, 0
	for i, login := range a.logins() {
		if len(login.keys) == 0 {
			continue
		}
		logins++
		for _, key := range login.keys {
			if owner, used := owners[key]; used && owner != i {
				return a.Expect(false, "another key for each login",
					fmt.Sprintf("the key %s in the logins %d and %d", key, owner+1, i+1))
			}
			owners[key] = i
		}
	}
	if err := a.began(); err != nil {
		return err
	}
	if logins < 2 {
		return world.Inconclusivef("the client went through %d logins with proofs; it ended with %s", logins, a.ending())
	}
	return a.Expect(true, "another key for each login", fmt.Sprintf("%d logins, %d keys", logins, len(owners)))
}

// withIDToken judges a request that should carry an ID token of the scope webid.
func (a *Actor) withIDToken(s sent) string {
	c, _ := s.credentials()
	if problem := withoutProof(s); problem != "" || !c.Is(dpop.Scheme) {
		return fmt.Sprintf("the scheme %q, a proof: %v", c.Scheme, s.proven())
	}
	claims, err := world.ClaimsOf(c.Token)
	if err != nil || !claims.Has("webid") {
		return "a token without webid"
	}
	for _, p := range proofsIn([]sent{s}) {
		if p.claim("ath") != dpop.TokenHash(c.Token) {
			return "a proof with the ath of another token"
		}
		cnf, _ := claims.Get("cnf")
		confirmation, err := dpop.ParseObject(cnf)
		if err != nil {
			return "an ID token without cnf"
		}
		if jkt, _ := confirmation.Text("jkt"); jkt != p.thumbprint() {
			return "a proof by another key than that in cnf"
		}
	}
	return ""
}

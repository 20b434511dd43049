package server

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func bindingSteps(v *vocabulary.Vocabulary) {
	v.Word("whose-key", "A key pair of the case.", keyPairs.Forms()...)
	v.Word("token-binding", "Whether a token is bound to a key.", bindings.Forms()...)
	v.Word("spelling", "How letter case counts.", spellings.Forms()...)
	g := vocabulary.For[Tester](v)
	g.Then(`^the access token is bound to {whose-key}$`, (*Tester).tokenIsBoundTo,
		"The access token in the latest answer must be bound to that key pair, "+
			"as cnf, introspection or the userinfo endpoint shows.",
		"Then the access token is bound to its key")
	g.Then(`^the access token carries cnf\.jkt$`, (*Tester).carriesConfirmation,
		"A JWT access token must hold the object cnf with the string jkt of 43 base64url characters (RFC 9449 §6.1).",
		"Then the access token carries cnf.jkt")
	g.Then(`^no {token-binding} token is issued$`, (*Tester).issuesNone,
		"The request must be refused or bring a token of the other kind.",
		"Then no unbound token is issued")
	g.Then(`^the token is bound and its token_type DPoP {spelling}$`, (*Tester).boundTypeIsDPoP,
		"As the step about token_type alone; a server that binds no token of this client, by its policy, is not judged.",
		"Then the token is bound and its token_type DPoP in any letter case")
	g.Then(`^token_type is DPoP {spelling}$`, (*Tester).typeIsDPoP,
		"token_type of the latest token response must be DPoP; case does not count (RFC 6749 §7.1), "+
			"unless the step says that it does.",
		"Then token_type is DPoP in any letter case")
	g.Then(`^token_type and binding agree$`, (*Tester).typeAgrees,
		"token_type must be DPoP exactly if the access token is bound (RFC 9449 §5). "+
			"A refused request agrees too: nothing was issued.",
		"Then token_type and binding agree")
}

// keyPairs are the names of the case's key pairs by what scenarios call them.
var keyPairs = vocabulary.Meanings[string]{"its key": "client", "another key": "another"}

// spellings are what the names of token types are compared by.
var spellings = vocabulary.Meanings[func(a, b string) bool]{
	"in any letter case": strings.EqualFold,
	"letter by letter":   func(a, b string) bool { return a == b },
}

// bindings are how it is found out that a token is not of the kind that must not
// be issued.
var bindings = vocabulary.Meanings[func(*Tester, *world.Tokens) error]{
	"bound": (*Tester).isUnbound, "unbound": (*Tester).isBound,
}

func (w *Tester) tokenIsBoundTo(whose string) error {
	name, err := keyPairs.Of(whose)
	if err != nil {
		return err
	}
	grant, err := w.grantedNow()
	if err != nil {
		return err
	}
	key, err := w.Key(name)
	if err != nil {
		return err
	}
	b, err := w.bindingOf(grant.AccessToken)
	if err != nil {
		return err
	}
	if err := w.boundUnlessPolicy(grant, b); err != nil {
		return err
	}
	return w.Expect(b.thumbprint == key.Thumbprint, "a token bound to "+key.Thumbprint, b.String())
}

// boundUnlessPolicy ends a case in which an unbound token that is called Bearer is a
// policy of a real server (RFC 9449 §5).
func (w *Tester) boundUnlessPolicy(grant *world.Tokens, b binding) error {
	a := w.Latest().Ask
	if b.thumbprint != "" || a == nil || strings.EqualFold(grant.TokenType, dpop.Scheme) {
		return nil
	}
	_, err := w.MayBeUnbound(a.Client, a.Form.Get("grant_type"))
	return err
}

func (w *Tester) carriesConfirmation() error {
	grant, err := w.grantedNow()
	if err != nil {
		return err
	}
	claims, isJWT := world.ReadClaims(grant.AccessToken)
	if !isJWT {
		return world.NotApplicablef("the access token is no signed JWT")
	}
	jkt := world.Confirmation(claims)
	if err := w.boundUnlessPolicy(grant, binding{thumbprint: jkt}); err != nil {
		return err
	}
	cnf, _ := claims.Get("cnf")
	return w.Expect(dpop.Thumbprint43(jkt), "cnf with a jkt of 43 base64url characters",
		fmt.Sprintf("cnf %s", orNone(string(cnf))))
}

func (w *Tester) issuesNone(kind string) error {
	isOther, err := bindings.Of(kind)
	if err != nil {
		return err
	}
	grant, err := w.grantedIfAny()
	if err != nil {
		return err
	}
	if grant == nil {
		return w.Expect(true, "no "+kind+" token", "the request was refused")
	}
	return isOther(w, grant)
}

func (w *Tester) isBound(grant *world.Tokens) error {
	b, err := w.bindingOf(grant.AccessToken)
	if err != nil {
		return err
	}
	return w.Expect(b.thumbprint != "", "no unbound token", b.String())
}

func (w *Tester) isUnbound(grant *world.Tokens) error {
	called := !strings.EqualFold(grant.TokenType, dpop.Scheme)
	if err := w.Expect(called, "a token_type other than DPoP", "token_type "+grant.TokenType); err != nil {
		return err
	}
	b, err := w.bindingOf(grant.AccessToken)
	if err != nil {
		return err
	}
	return w.Expect(b.thumbprint == "", "an unbound token", b.String())
}

func (w *Tester) boundTypeIsDPoP(spelling string) error {
	grant, err := w.grantedNow()
	if err != nil {
		return err
	}
	if !strings.EqualFold(grant.TokenType, dpop.Scheme) {
		b, err := w.bindingOf(grant.AccessToken)
		if err != nil {
			return err
		}
		if err := w.boundUnlessPolicy(grant, b); err != nil {
			return err
		}
	}
	return w.typeIsDPoP(spelling)
}

func (w *Tester) typeIsDPoP(spelling string) error {
	same, err := spellings.Of(spelling)
	if err != nil {
		return err
	}
	grant, err := w.grantedNow()
	if err != nil {
		return err
	}
	return w.Expect(same(grant.TokenType, dpop.Scheme), "token_type DPoP", fmt.Sprintf("token_type %q", grant.TokenType))
}

func (w *Tester) typeAgrees() error {
	grant, err := w.grantedIfAny()
	if err != nil {
		return err
	}
	if grant == nil {
		return w.Expect(true, "token_type and binding to agree", "no token was issued")
	}
	b, err := w.bindingOf(grant.AccessToken)
	if err != nil {
		return err
	}
	wanted := "Bearer"
	if b.thumbprint != "" {
		wanted = dpop.Scheme
	}
	return w.Expect(strings.EqualFold(grant.TokenType, wanted), fmt.Sprintf("token_type %s for %s", wanted, b),
		"token_type "+grant.TokenType)
}

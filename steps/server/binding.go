package server

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func bindingSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Then(`^the access token is bound to (its|another) key$`, (*Tester).tokenIsBoundTo,
		"The newest access token must be bound to that key pair, as cnf, introspection or the userinfo endpoint shows.",
		"Then the access token is bound to its key")
	g.Then(`^the token of that answer is bound to its key$`, (*Tester).answeredTokenIsBound,
		"The access token in the answer to the latest request must be bound to the client's key pair.",
		"Then the token of that answer is bound to its key")
	g.Then(`^the access token is not bound$`, (*Tester).tokenIsUnbound,
		"The newest access token must be bound to no key.",
		"Then the access token is not bound")
	g.Then(`^token_type and binding agree$`, (*Tester).typeAgrees,
		"token_type must be DPoP exactly if the access token is bound (RFC 9449 §5). A refused request agrees too: nothing was issued.",
		"Then token_type and binding agree")
	g.Then(`^token_type is DPoP in any letter case$`, (*Tester).typeIsDPoP,
		"token_type of the newest token response must be DPoP; case does not count (RFC 6749 §7.1).",
		"Then token_type is DPoP in any letter case")
	g.Then(`^token_type is spelled "([^"]+)"$`, (*Tester).typeIsSpelled,
		"token_type of the newest token response must be exactly that.",
		`Then token_type is spelled "DPoP"`)
	g.Then(`^the access token carries cnf\.jkt$`, (*Tester).carriesConfirmation,
		"A JWT access token must hold the object cnf with the string jkt of 43 base64url characters (RFC 9449 §6.1).",
		"Then the access token carries cnf.jkt")
	g.Then(`^the access token has not become an unbound one$`, (*Tester).neverBearer,
		"The request must be refused or bring a bound token again.",
		"Then the access token has not become an unbound one")
	g.Then(`^no token is bound unasked$`, (*Tester).neverBoundUnasked,
		"A token that was asked for without a proof must be refused, or be an unbound Bearer token.",
		"Then no token is bound unasked")
}

// binding is what could be seen of an access token's binding.
type binding struct {
	thumbprint string // empty: unbound
	seen       string // where
}

func (b binding) String() string {
	if b.thumbprint == "" {
		return "an unbound token (" + b.seen + ")"
	}
	return fmt.Sprintf("a token bound to %s (%s)", b.thumbprint, b.seen)
}

// bindingOf finds out what an access token is bound to.
func (w *Tester) bindingOf(token string) (binding, error) {
	if claims, isJWT := readClaims(token); isJWT {
		return binding{confirmation(claims), "cnf of the JWT"}, nil
	}
	answer, err := w.introspection(token)
	if err == nil {
		return binding{confirmation(answer), "introspection"}, nil
	}
	var lacking *world.NotApplicable
	if !errors.As(err, &lacking) {
		return binding{}, err
	}
	return w.bindingAtUserinfo(token)
}

// readClaims reads the claims of an access token that is a signed JWT. What
// they say is the authorization server's word about its own token: the
// signature tells nothing more here.
func readClaims(token string) (dpop.Object, bool) {
	header, payload, _, err := dpop.SplitCompact(token, dpop.DecodeSegment)
	if err != nil {
		return nil, false
	}
	if _, err := dpop.ParseObject(header); err != nil {
		return nil, false
	}
	claims, err := dpop.ParseObject(payload)
	return claims, err == nil
}

// confirmation reads cnf.jkt (RFC 9449 §6.1), strictly.
func confirmation(claims dpop.Object) string {
	value, found := claims.Get("cnf")
	if !found {
		return ""
	}
	cnf, err := dpop.ParseObject(value)
	if err != nil {
		return ""
	}
	jkt, _ := cnf.Text("jkt")
	return jkt
}

// bindingAtUserinfo tries the token with every key pair of the case and as a
// Bearer token.
func (w *Tester) bindingAtUserinfo(token string) (binding, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return binding{}, err
	}
	const seen = "as the userinfo endpoint takes it"
	if metadata.Userinfo != "" {
		for _, name := range []string{"client", "another"} {
			key, err := w.Key(name)
			if err != nil {
				return binding{}, err
			}
			e, err := w.Insist("the token at userinfo with "+name+" key", world.UserinfoEndpoint, world.ResourceProbe("GET", metadata.Userinfo, token), key)
			if err != nil {
				return binding{}, err
			}
			if answer, _ := world.UserinfoEndpoint.Classify(e); answer == world.Accepted {
				return binding{key.Thumbprint, seen}, nil
			}
		}
		e, err := w.Send("the token at userinfo as Bearer", wire.Request{Method: "GET", URL: metadata.Userinfo, Fields: wire.Fields{{Name: "Authorization", Value: "Bearer " + token}}})
		if err != nil {
			return binding{}, err
		}
		if answer, _ := world.UserinfoEndpoint.Classify(e); answer == world.Accepted {
			return binding{"", seen}, nil
		}
	}
	return binding{}, world.NotApplicablef("the binding of the access token cannot be seen: it is no JWT, and neither introspection nor userinfo takes it")
}

// grantedNow returns what the latest token request gave.
func (w *Tester) grantedNow() (*world.Grant, error) {
	if w.Latest().Exchange == nil {
		return nil, errors.New("no token was asked for; put a When step before this one")
	}
	if answer, _ := world.TokenEndpoint.Classify(w.Latest().Exchange); answer != world.Accepted {
		return nil, w.Expect(false, "a token", world.TokenEndpoint.Describe(w.Latest().Exchange, w.Latest().Err))
	}
	return w.Granted, nil
}

// refusedNow reports whether the latest token request was refused.
func (w *Tester) refusedNow() (bool, error) {
	if w.Latest().Exchange == nil {
		return false, errors.New("no token was asked for; put a When step before this one")
	}
	switch answer, _ := world.TokenEndpoint.Classify(w.Latest().Exchange); answer {
	case world.Accepted:
		return false, nil
	case world.Refused, world.Challenged:
		return true, nil
	}
	return false, world.Inconclusivef("the answer tells neither acceptance nor refusal: %s", world.TokenEndpoint.Describe(w.Latest().Exchange, nil))
}

func (w *Tester) tokenIsBoundTo(whose string) error {
	grant, err := w.grantedNow()
	if err != nil {
		return err
	}
	key, err := w.Key(map[string]string{"its": "client", "another": "another"}[whose])
	if err != nil {
		return err
	}
	return w.expectBound(grant.AccessToken, key)
}

func (w *Tester) answeredTokenIsBound() error {
	if w.Latest().Exchange == nil {
		return errors.New("no token was asked for; put a When step before this one")
	}
	grant, err := world.ReadGrant(target.RegisteredClient{}, w.Latest().Exchange)
	if err != nil {
		return w.Expect(false, "a token", world.TokenEndpoint.Describe(w.Latest().Exchange, w.Latest().Err))
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	return w.expectBound(grant.AccessToken, key)
}

func (w *Tester) expectBound(token string, key *dpop.Key) error {
	b, err := w.bindingOf(token)
	if err != nil {
		return err
	}
	return w.Expect(b.thumbprint == key.Thumbprint, "a token bound to "+key.Thumbprint, b.String())
}

func (w *Tester) tokenIsUnbound() error {
	grant, err := w.grantedNow()
	if err != nil {
		return err
	}
	b, err := w.bindingOf(grant.AccessToken)
	if err != nil {
		return err
	}
	return w.Expect(b.thumbprint == "", "an unbound token", b.String())
}

func (w *Tester) typeAgrees() error {
	refused, err := w.refusedNow()
	if err != nil {
		return err
	}
	if refused {
		return w.Expect(true, "token_type and binding to agree", "no token was issued")
	}
	b, err := w.bindingOf(w.Granted.AccessToken)
	if err != nil {
		return err
	}
	wanted := "Bearer"
	if b.thumbprint != "" {
		wanted = dpop.Scheme
	}
	return w.Expect(strings.EqualFold(w.Granted.TokenType, wanted), fmt.Sprintf("token_type %s for %s", wanted, b), "token_type "+w.Granted.TokenType)
}

func (w *Tester) typeIsDPoP() error {
	grant, err := w.grantedNow()
	if err != nil {
		return err
	}
	return w.Expect(strings.EqualFold(grant.TokenType, dpop.Scheme), "token_type DPoP", fmt.Sprintf("token_type %q", grant.TokenType))
}

func (w *Tester) typeIsSpelled(wanted string) error {
	grant, err := w.grantedNow()
	if err != nil {
		return err
	}
	return w.Expect(grant.TokenType == wanted, fmt.Sprintf("token_type %q", wanted), fmt.Sprintf("token_type %q", grant.TokenType))
}

func (w *Tester) carriesConfirmation() error {
	grant, err := w.grantedNow()
	if err != nil {
		return err
	}
	claims, isJWT := readClaims(grant.AccessToken)
	if !isJWT {
		return world.NotApplicablef("the access token is no signed JWT")
	}
	jkt := confirmation(claims)
	cnf, _ := claims.Get("cnf")
	return w.Expect(dpop.Thumbprint43(jkt), "cnf with a jkt of 43 base64url characters", fmt.Sprintf("cnf %s", orNone(string(cnf))))
}

func orNone(text string) string {
	if text == "" {
		return "missing"
	}
	return text
}

func (w *Tester) neverBearer() error {
	refused, err := w.refusedNow()
	if err != nil {
		return err
	}
	if refused {
		return w.Expect(true, "no unbound token", "the request was refused")
	}
	b, err := w.bindingOf(w.Granted.AccessToken)
	if err != nil {
		return err
	}
	return w.Expect(b.thumbprint != "", "no unbound token", b.String())
}

func (w *Tester) neverBoundUnasked() error {
	refused, err := w.refusedNow()
	if err != nil {
		return err
	}
	if refused {
		return w.Expect(true, "no bound token without a proof", "the request was refused")
	}
	if err := w.Expect(!strings.EqualFold(w.Granted.TokenType, dpop.Scheme), "a token_type other than DPoP", "token_type "+w.Granted.TokenType); err != nil {
		return err
	}
	b, err := w.bindingOf(w.Granted.AccessToken)
	if err != nil {
		return err
	}
	return w.Expect(b.thumbprint == "", "an unbound token", b.String())
}

// observer returns the client by which the harness introspects tokens, as a
// resource server does.
func (w *Tester) observer() (target.RegisteredClient, error) {
	for _, c := range w.Clients() {
		if !c.Public() {
			return c, nil
		}
	}
	return target.RegisteredClient{}, world.NotApplicablef("the configuration has no confidential client to introspect with")
}

package server

import (
	"errors"
	"fmt"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

// binding is what could be seen of an access token's binding.
type binding struct {
	thumbprint string // empty: unbound
	seen       string // where
}

// String implements fmt.Stringer.
func (b binding) String() string {
	if b.thumbprint == "" {
		return "an unbound token (" + b.seen + ")"
	}
	return fmt.Sprintf("a token bound to %s (%s)", b.thumbprint, b.seen)
}

// bindingOf finds out what an access token is bound to. A JWT that says nothing may be
// bound all the same, as introspection shows (RFC 9449 §6.2).
func (w *Tester) bindingOf(token string) (binding, error) {
	claims, isJWT := world.ReadClaims(token)
	if isJWT && claims.Has("cnf") {
		return binding{world.Confirmation(claims), "cnf of the JWT"}, nil
	}
	answer, err := w.introspection(token)
	if err == nil && isJWT {
		return binding{world.Confirmation(answer), "no cnf in the JWT; introspection"}, nil
	}
	if err == nil {
		return binding{world.Confirmation(answer), "introspection"}, nil
	}
	var lacking *world.NotApplicable
	if !errors.As(err, &lacking) {
		return binding{}, err
	}
	if isJWT {
		return binding{"", "no cnf in the JWT; nothing else was looked at: " + lacking.Reason}, nil
	}
	return w.bindingAtUserinfo(token)
}

// bindingAtUserinfo tries the token with every key pair of the case and as a
// Bearer token.
func (w *Tester) bindingAtUserinfo(token string) (binding, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return binding{}, err
	}
	if metadata.Userinfo == "" {
		return binding{}, unseen()
	}
	const seen = "as the userinfo endpoint takes it"
	for _, name := range []string{"client", "another"} {
		key, err := w.Key(name)
		if err != nil {
			return binding{}, err
		}
		probe := world.ResourceProbe("GET", metadata.Userinfo, token)
		e, err := w.SendHonestAt(world.UserinfoEndpoint, "the token at userinfo with "+name+" key", probe, key)
		if err != nil {
			return binding{}, err
		}
		if answer, _ := world.UserinfoEndpoint.Classify(e); answer == world.Accepted {
			return binding{key.Thumbprint, seen}, nil
		}
	}
	e, err := w.Send("the token at userinfo as Bearer", wire.Request{
		Method: "GET", URL: metadata.Userinfo, Fields: wire.Fields{{Name: "Authorization", Value: "Bearer " + token}},
	})
	if err != nil {
		return binding{}, err
	}
	if answer, _ := world.UserinfoEndpoint.Classify(e); answer == world.Accepted {
		return binding{"", seen}, nil
	}
	return binding{}, unseen()
}

func unseen() error {
	return world.NotApplicablef("the binding of the access token cannot be seen: " +
		"it is no JWT, and neither introspection nor userinfo takes it")
}

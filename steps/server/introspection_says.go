package server

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// sayings judge the latest answer of the introspection endpoint.
var sayings = vocabulary.Meanings[func(*Tester, *introspected) error]{
	"active":                                    (*Tester).saysActive,
	"active with the binding to its key":        (*Tester).saysActiveAndBound,
	"the binding to its key":                    (*Tester).saysBound,
	"no binding":                                (*Tester).saysUnbound,
	"no other token_type than DPoP":             (*Tester).saysDPoP,
	"token_type in no other spelling than DPoP": (*Tester).spellsDPoP,
	"inactive":                                  (*Tester).saysInactive,
	"inactive and nothing else":                 (*Tester).saysNoMore,
	"nothing to a stranger":                     (*Tester).saysNothing,
}

func (w *Tester) introspectionSays(what string) error {
	judge, err := sayings.Of(what)
	if err != nil {
		return err
	}
	known := &w.introspected
	if known.exchange == nil {
		return errors.New("nothing was introspected; put a When step before this one")
	}
	return judge(w, known)
}

func (i *introspected) active() bool {
	value, _ := i.answer.Get("active")
	return string(value) == "true"
}

func (i *introspected) describe() string {
	names := make([]string, len(i.answer))
	for n, m := range i.answer {
		names[n] = m.Name
	}
	active, _ := i.answer.Get("active")
	cnf, _ := i.answer.Get("cnf")
	return fmt.Sprintf("status %d, active %s, cnf %s, members %v",
		i.exchange.Status, orNone(string(active)), orNone(string(cnf)), names)
}

func (w *Tester) saysActive(known *introspected) error {
	return w.Expect(known.exchange.Status == 200 && known.active(), "active: true", known.describe())
}

func (w *Tester) saysActiveAndBound(known *introspected) error {
	if !known.active() {
		return w.Expect(false, "active: true with the binding to its key", known.describe())
	}
	if err := w.shownBound(known); err != nil {
		return err
	}
	return w.saysBound(known)
}

func (w *Tester) saysBound(known *introspected) error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	bound := world.Confirmation(known.answer) == key.Thumbprint
	return w.Expect(bound, "cnf.jkt "+key.Thumbprint, known.describe())
}

func (w *Tester) saysUnbound(known *introspected) error {
	if !known.active() {
		return world.Inconclusivef("the token is not active: %s", known.describe())
	}
	kind, _ := known.answer.Text("token_type")
	unbound := world.Confirmation(known.answer) == "" && !strings.EqualFold(kind, dpop.Scheme)
	return w.Expect(unbound, "no cnf.jkt and no token_type DPoP", known.describe()+", token_type "+orNone(kind))
}

// shownBound ends a case about a bound token where the server bound none, by its policy.
func (w *Tester) shownBound(known *introspected) error {
	if w.Tokens() == nil {
		return nil
	}
	return w.boundUnlessPolicy(w.Tokens(), binding{thumbprint: world.Confirmation(known.answer)})
}

func (w *Tester) saysDPoP(known *introspected) error {
	if err := w.shownBound(known); err != nil {
		return err
	}
	kind, err := known.answer.Text("token_type")
	absent := !known.answer.Has("token_type")
	holds := known.active() && (absent || err == nil && strings.EqualFold(kind, dpop.Scheme))
	return w.Expect(holds, "token_type DPoP or none", fmt.Sprintf("token_type %q", kind))
}

func (w *Tester) spellsDPoP(known *introspected) error {
	if err := w.shownBound(known); err != nil {
		return err
	}
	kind, _ := known.answer.Text("token_type")
	return w.Expect(kind == "" || kind == dpop.Scheme, "token_type spelled DPoP", fmt.Sprintf("token_type %q", kind))
}

// refusesCaller ends a case at an answer about the credentials of the caller: it says
// nothing of the token (RFC 7662 §2.3).
func (i *introspected) refusesCaller() error {
	if i.exchange.Status == 401 || i.exchange.Status == 403 {
		return world.Inconclusivef("the server does not let this client introspect: %s", i.describe())
	}
	return nil
}

func (w *Tester) saysInactive(known *introspected) error {
	if err := known.refusesCaller(); err != nil {
		return err
	}
	active, _ := known.answer.Get("active")
	return w.Expect(known.exchange.Status == 200 && string(active) == "false", "active: false", known.describe())
}

// saysNoMore leaves it to another scenario whether the token is inactive.
func (w *Tester) saysNoMore(known *introspected) error {
	active, _ := known.answer.Get("active")
	if known.exchange.Status != 200 || string(active) != "false" {
		return world.Inconclusivef("the answer does not say that the token is inactive: %s", known.describe())
	}
	silent := !slices.ContainsFunc(known.answer, func(m dpop.Member) bool {
		return m.Name != "active" && string(m.Value) != "null"
	})
	return w.Expect(silent, "active: false and nothing else", known.describe())
}

func (w *Tester) saysNothing(known *introspected) error {
	refused := slices.Contains([]int{400, 401, 403}, known.exchange.Status)
	return w.Expect(refused && !known.active() && !known.answer.Has("cnf"), "a refusal", known.describe())
}

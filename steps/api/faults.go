package api

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func faultsSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Given(`^an? (GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) request with an honest proof is accepted$`, (*Tester).methodIsAccepted,
		"The positive control for another method than the endpoint's own. A real API that does not take the method makes the case not applicable.",
		"Given a POST request with an honest proof is accepted")
	g.When(`^an? (?:(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE) )?request(?: for "(/[^"]*)")?(?: with the field "([^"]+)")? has (.+)$`, (*Tester).sendFault,
		"Sends the endpoint's request with one fault, if need be with another method or one more field. Faults: no credentials, no proof, a proof by another key, an expired access token, an unbound access token, a bound token as Bearer, an unbound token as Bearer, two Authorization fields, a proof whose X is Y.",
		"When a POST request has no proof")
}

// unknownWord is the error of a word that a step does not know: a mistake in
// the feature file.
func unknownWord(what, word string) error { return fmt.Errorf("%s %q", what, word) }

// wrongOrder is the error of a step that misses another before it.
func wrongOrder(need string) error { return fmt.Errorf("put %s", need) }

var proofFault = regexp.MustCompile(`^a proof whose (.+?) is (.+)$`)

// fault describes the request that has it.
func (w *Tester) fault(name string) (proof.Call, error) {
	c := proof.Call{Title: "a request that has " + name}
	var err error
	if m := proofFault.FindStringSubmatch(name); m != nil {
		defect, err := forge.Find(m[1], m[2])
		c.Defect = &defect
		return c, err
	}
	switch name {
	case "no credentials":
		c.Bare, c.Present = true, nowhere
	case "no proof":
		c.Bare = true
	case "a proof by another key":
		c.Key, err = w.Key("another party")
	case "an expired access token":
		c.Token, err = w.mint(func(m *mockas.Mint) { m.Lifetime = -time.Hour })
	case "an unbound access token":
		c.Token, err = w.unboundToken()
	case "a bound token as Bearer":
		c.Bare, c.Present = true, proof.InField("Bearer ")
	case "an unbound token as Bearer":
		c.Bare, c.Present = true, proof.InField("Bearer ")
		c.Token, err = w.unboundToken()
	case "an expired unbound token as Bearer":
		c.Bare, c.Present = true, proof.InField("Bearer ")
		c.Token, err = w.mint(func(m *mockas.Mint) { m.Bound, m.Lifetime = "", -time.Hour })
	case "two Authorization fields":
		c.Present = both(proof.InField(dpop.Scheme+" "), proof.InField("Bearer "))
	default:
		return c, unknownWord("a request cannot have", name)
	}
	w.resourceState.keyFault = name == "a proof by another key" || name == "an unbound access token"
	return c, err
}

func (w *Tester) sendFault(method, path, field, name string) error {
	c, err := w.fault(name)
	if err != nil {
		return err
	}
	c.Method, c.Path = method, path
	if field != "" {
		fieldName, value, _ := strings.Cut(field, ":")
		c.Title += ` with the field "` + field + `"`
		c.Fields = wire.Fields{{Name: fieldName, Value: strings.TrimSpace(value)}}
	}
	if !slices.Contains([]string{"", "GET", "HEAD", "OPTIONS", "TRACE", "DELETE"}, method) {
		c.Title = "a " + method + strings.TrimPrefix(c.Title, "a")
		c.Fields = append(c.Fields, wire.Field{Name: "Content-Type", Value: "application/json"})
		c.Body = []byte("{}")
	}
	return unforgeable(w.CallWith(c))
}

// unforgeable turns a defect that makes no sense here into a case that does not
// apply.
func unforgeable(err error) error {
	var cannot *forge.NotForgeable
	if errors.As(err, &cannot) {
		return world.NotApplicablef("%s", cannot.Error())
	}
	return err
}

func (w *Tester) methodIsAccepted(method string) error {
	c := proof.Call{Title: "positive control: a " + method + " request", Method: method}
	if method == "POST" || method == "PUT" || method == "PATCH" {
		c.Fields, c.Body = wire.Fields{{Name: "Content-Type", Value: "application/json"}}, []byte("{}")
	}
	if err := w.CallWith(c); err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	answer, _ := p.Classify(w.Latest().Exchange)
	switch {
	case answer == world.Accepted:
		w.Control()
		return nil
	case !w.EmbeddedAPI() && (answer == world.Refused || answer == world.Broken):
		return world.NotApplicablef("the API does not take %s here: %s", method, p.Describe(w.Latest().Exchange, nil))
	}
	return world.Inconclusivef("the positive control failed: %s", p.Describe(w.Latest().Exchange, nil))
}

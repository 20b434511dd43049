package steps

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.Given(`^an? (GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) request with an honest proof is accepted$`, (*World).methodIsAccepted,
			"The positive control for another method than the endpoint's own. A real API that does not take the method makes the case not applicable.",
			"Given a POST request with an honest proof is accepted")
		v.When(`^an? (?:(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE) )?request(?: for "(/[^"]*)")?(?: with the field "([^"]+)")? has (.+)$`, (*World).sendFault,
			"Sends the endpoint's request with one fault, if need be with another method or one more field. Faults: no credentials, no proof, a proof by another key, an expired access token, an unbound access token, a bound token as Bearer, an unbound token as Bearer, two Authorization fields, a proof whose X is Y.",
			"When a POST request has no proof")
	})
}

// unknownWord is the error of a word that a step does not know: a mistake in
// the feature file.
func unknownWord(what, word string) error { return fmt.Errorf("%s %q", what, word) }

// wrongOrder is the error of a step that misses another before it.
func wrongOrder(need string) error { return fmt.Errorf("put %s", need) }

var proofFault = regexp.MustCompile(`^a proof whose (.+?) is (.+)$`)

// fault describes the request that has it.
func (w *World) fault(name string) (call, error) {
	c := call{title: "a request that has " + name}
	var err error
	if m := proofFault.FindStringSubmatch(name); m != nil {
		defect, err := dpop.FindDefect(m[1], m[2])
		c.defect = &defect
		return c, err
	}
	switch name {
	case "no credentials":
		c.bare, c.present = true, nowhere
	case "no proof":
		c.bare = true
	case "a proof by another key":
		c.key, err = w.Key("another party")
	case "an expired access token":
		c.token, err = w.mint(func(m *mockas.Mint) { m.Lifetime = -time.Hour })
	case "an unbound access token":
		c.token, err = w.unboundToken()
	case "a bound token as Bearer":
		c.bare, c.present = true, inField("Bearer ")
	case "an unbound token as Bearer":
		c.bare, c.present = true, inField("Bearer ")
		c.token, err = w.unboundToken()
	case "an expired unbound token as Bearer":
		c.bare, c.present = true, inField("Bearer ")
		c.token, err = w.mint(func(m *mockas.Mint) { m.Bound, m.Lifetime = "", -time.Hour })
	case "two Authorization fields":
		c.present = both(inField(dpop.Scheme+" "), inField("Bearer "))
	default:
		return c, unknownWord("a request cannot have", name)
	}
	of[resourceState](w).keyFault = name == "a proof by another key" || name == "an unbound access token"
	return c, err
}

func (w *World) sendFault(method, path, field, name string) error {
	c, err := w.fault(name)
	if err != nil {
		return err
	}
	c.method, c.path = method, path
	if field != "" {
		fieldName, value, _ := strings.Cut(field, ":")
		c.title += ` with the field "` + field + `"`
		c.fields = wire.Fields{{Name: fieldName, Value: strings.TrimSpace(value)}}
	}
	if !slices.Contains([]string{"", "GET", "HEAD", "OPTIONS", "TRACE", "DELETE"}, method) {
		c.title = "a " + method + strings.TrimPrefix(c.title, "a")
		c.fields = append(c.fields, wire.Field{Name: "Content-Type", Value: "application/json"})
		c.body = []byte("{}")
	}
	return unforgeable(w.callWith(c))
}

// unforgeable turns a defect that makes no sense here into a case that does not
// apply.
func unforgeable(err error) error {
	var cannot *dpop.NotForgeable
	if errors.As(err, &cannot) {
		return notApplicable("%s", cannot.Error())
	}
	return err
}

func (w *World) methodIsAccepted(method string) error {
	c := call{title: "positive control: a " + method + " request", method: method}
	if method == "POST" || method == "PUT" || method == "PATCH" {
		c.fields, c.body = wire.Fields{{Name: "Content-Type", Value: "application/json"}}, []byte("{}")
	}
	if err := w.callWith(c); err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	answer, _ := p.Classify(w.Latest().Exchange)
	switch {
	case answer == Accepted:
		w.Control()
		return nil
	case !w.EmbeddedAPI() && (answer == Refused || answer == Broken):
		return notApplicable("the API does not take %s here: %s", method, p.describe(w.Latest().Exchange, nil))
	}
	return inconclusive("the positive control failed: %s", p.describe(w.Latest().Exchange, nil))
}

package api

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func waysSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.When(`^(the|an unbound) access token is sent (.+?)( without a proof)?$`, (*Tester).sendTokenSome,
		"Sends the endpoint's request with the bound (or an unbound) access token presented in some way, with an honest proof unless the step says otherwise. Ways: as Bearer, with the scheme NAME, in the query, in a form body, in a cookie, in two fields and so on.",
		"When the access token is sent as Bearer without a proof")
}

// way is one way of presenting an access token.
type way struct {
	name    string
	method  string // where the way needs one
	present proof.Presentation
}

func inQuery(r *wire.Request, token string) {
	separator := "?"
	if strings.Contains(r.URL, "?") {
		separator = "&"
	}
	r.URL += separator + "access_token=" + url.QueryEscape(token)
}

func inForm(r *wire.Request, token string) {
	r.Fields = append(proof.Without(r.Fields, "Content-Type"), wire.Field{Name: "Content-Type", Value: "application/x-www-form-urlencoded"})
	r.Body = []byte(url.Values{"access_token": {token}}.Encode())
}

func inCookie(r *wire.Request, token string) {
	r.Fields = append(r.Fields, wire.Field{Name: "Cookie", Value: "access_token=" + token})
}

func nowhere(*wire.Request, string) {}

// both presents the token in several ways at once.
func both(parts ...proof.Presentation) proof.Presentation {
	return func(r *wire.Request, token string) {
		for _, present := range parts {
			present(r, token)
		}
	}
}

// ways are the presentations by the names that scenarios use. Those of the
// form "with the scheme NAME" are made as they are needed.
var ways = []way{
	{"as Bearer", "", proof.InField("Bearer ")},
	{"with two spaces behind the scheme", "", proof.InField(dpop.Scheme + "  ")},
	{"with a tab behind the scheme", "", proof.InField(dpop.Scheme + "\t")},
	{"with nothing behind the scheme", "", proof.InField(dpop.Scheme)},
	{"with a comma behind the scheme", "", proof.InField(dpop.Scheme + ", ")},
	{"with an equals sign before it", "", proof.InField(dpop.Scheme + " =")},
	{"as a parameter of the scheme", "", proof.InField(dpop.Scheme + " token=")},
	{"in quotes", "", func(r *wire.Request, token string) { proof.InField(dpop.Scheme+` "`)(r, token+`"`) }},
	{"with a word behind it", "", func(r *wire.Request, token string) { proof.InField(dpop.Scheme+" ")(r, token+" extra") }},
	{"with a parameter behind it", "", func(r *wire.Request, token string) { proof.InField(dpop.Scheme+" ")(r, token+", x=1") }},
	{"without a scheme", "", proof.InField("")},
	{"as a scheme without a token", "", func(r *wire.Request, _ string) { proof.InField(dpop.Scheme)(r, "") }},
	{"in the query", "", inQuery},
	{"in a form body", "POST", inForm},
	{"in a cookie", "", inCookie},
	{"in a field of its own", "", func(r *wire.Request, token string) {
		r.Fields = append(r.Fields, wire.Field{Name: "X-Access-Token", Value: token})
	}},
	{"in the field and in the query", "", both(proof.InField(dpop.Scheme+" "), inQuery)},
	{"in the field and in a form body", "POST", both(proof.InField(dpop.Scheme+" "), inForm)},
	{"as Bearer and in the query", "", both(proof.InField("Bearer "), inQuery)},
	{"in two fields", "", both(proof.InField(dpop.Scheme+" "), proof.InField(dpop.Scheme+" "))},
	{"in two fields, with DPoP and as Bearer", "", both(proof.InField(dpop.Scheme+" "), proof.InField("Bearer "))},
	{"in two fields, as Bearer and with DPoP", "", both(proof.InField("Bearer "), proof.InField(dpop.Scheme+" "))},
}

// findWay returns a way of presenting an access token by its name.
func findWay(name string) (way, error) {
	if i := slices.IndexFunc(ways, func(w way) bool { return w.name == name }); i >= 0 {
		return ways[i], nil
	}
	if scheme, found := strings.CutPrefix(name, "with the scheme "); found && scheme != "" && !strings.Contains(scheme, " ") {
		return way{name, "", proof.InField(scheme + " ")}, nil
	}
	names := make([]string, len(ways))
	for i, w := range ways {
		names[i] = w.name
	}
	return way{}, fmt.Errorf("an access token cannot be sent %q; the ways are: with the scheme NAME, %s", name, strings.Join(names, ", "))
}

func (w *Tester) sendTokenSome(whose, name, bare string) error {
	chosen, err := findWay(name)
	if err != nil {
		return err
	}
	c := proof.Call{Title: whose + " access token " + name + bare, Method: chosen.method, Present: chosen.present, Bare: bare != ""}
	if whose != "the" {
		if c.Token, err = w.unboundToken(); err != nil {
			return err
		}
	}
	return w.CallWith(c)
}

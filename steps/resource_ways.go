package steps

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.When(`^(the|an unbound) access token is sent (.+?)( without a proof)?$`, (*World).sendTokenSome,
			"Sends the endpoint's request with the bound (or an unbound) access token presented in some way, with an honest proof unless the step says otherwise. Ways: as Bearer, with the scheme NAME, in the query, in a form body, in a cookie, in two fields and so on.",
			"When the access token is sent as Bearer without a proof")
	})
}

// way is one way of presenting an access token.
type way struct {
	name    string
	method  string // where the way needs one
	present presentation
}

func inQuery(r *wire.Request, token string) {
	separator := "?"
	if strings.Contains(r.URL, "?") {
		separator = "&"
	}
	r.URL += separator + "access_token=" + url.QueryEscape(token)
}

func inForm(r *wire.Request, token string) {
	r.Fields = append(without(r.Fields, "Content-Type"), wire.Field{Name: "Content-Type", Value: "application/x-www-form-urlencoded"})
	r.Body = []byte(url.Values{"access_token": {token}}.Encode())
}

func inCookie(r *wire.Request, token string) {
	r.Fields = append(r.Fields, wire.Field{Name: "Cookie", Value: "access_token=" + token})
}

func nowhere(*wire.Request, string) {}

// both presents the token in several ways at once.
func both(parts ...presentation) presentation {
	return func(r *wire.Request, token string) {
		for _, present := range parts {
			present(r, token)
		}
	}
}

// ways are the presentations by the names that scenarios use. Those of the
// form "with the scheme NAME" are made as they are needed.
var ways = []way{
	{"as Bearer", "", inField("Bearer ")},
	{"with two spaces behind the scheme", "", inField(dpop.Scheme + "  ")},
	{"with a tab behind the scheme", "", inField(dpop.Scheme + "\t")},
	{"with nothing behind the scheme", "", inField(dpop.Scheme)},
	{"with a comma behind the scheme", "", inField(dpop.Scheme + ", ")},
	{"with an equals sign before it", "", inField(dpop.Scheme + " =")},
	{"as a parameter of the scheme", "", inField(dpop.Scheme + " token=")},
	{"in quotes", "", func(r *wire.Request, token string) { inField(dpop.Scheme+` "`)(r, token+`"`) }},
	{"with a word behind it", "", func(r *wire.Request, token string) { inField(dpop.Scheme+" ")(r, token+" extra") }},
	{"with a parameter behind it", "", func(r *wire.Request, token string) { inField(dpop.Scheme+" ")(r, token+", x=1") }},
	{"without a scheme", "", inField("")},
	{"as a scheme without a token", "", func(r *wire.Request, _ string) { inField(dpop.Scheme)(r, "") }},
	{"in the query", "", inQuery},
	{"in a form body", "POST", inForm},
	{"in a cookie", "", inCookie},
	{"in a field of its own", "", func(r *wire.Request, token string) {
		r.Fields = append(r.Fields, wire.Field{Name: "X-Access-Token", Value: token})
	}},
	{"in the field and in the query", "", both(inField(dpop.Scheme+" "), inQuery)},
	{"in the field and in a form body", "POST", both(inField(dpop.Scheme+" "), inForm)},
	{"as Bearer and in the query", "", both(inField("Bearer "), inQuery)},
	{"in two fields", "", both(inField(dpop.Scheme+" "), inField(dpop.Scheme+" "))},
	{"in two fields, with DPoP and as Bearer", "", both(inField(dpop.Scheme+" "), inField("Bearer "))},
	{"in two fields, as Bearer and with DPoP", "", both(inField("Bearer "), inField(dpop.Scheme+" "))},
}

// findWay returns a way of presenting an access token by its name.
func findWay(name string) (way, error) {
	if i := slices.IndexFunc(ways, func(w way) bool { return w.name == name }); i >= 0 {
		return ways[i], nil
	}
	if scheme, found := strings.CutPrefix(name, "with the scheme "); found && scheme != "" && !strings.Contains(scheme, " ") {
		return way{name, "", inField(scheme + " ")}, nil
	}
	names := make([]string, len(ways))
	for i, w := range ways {
		names[i] = w.name
	}
	return way{}, fmt.Errorf("an access token cannot be sent %q; the ways are: with the scheme NAME, %s", name, strings.Join(names, ", "))
}

func (w *World) sendTokenSome(whose, name, bare string) error {
	chosen, err := findWay(name)
	if err != nil {
		return err
	}
	c := call{title: whose + " access token " + name + bare, method: chosen.method, present: chosen.present, bare: bare != ""}
	if whose != "the" {
		if c.token, err = w.unboundToken(); err != nil {
			return err
		}
	}
	return w.callWith(c)
}

package mutants

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
)

// comparing judges htm by the given comparison.
func comparing(same func(htm, method string) bool) func(*dpop.Verification) error {
	return func(p *dpop.Verification) error {
		htm, err := p.Proof.Claims.Text("htm")
		if err == nil && !same(htm, p.Method) {
			err = fmt.Errorf("htm is %q", htm)
		}
		return err
	}
}

// listed takes the method for one of a list.
func listed(p *dpop.Verification) bool {
	var methods []string
	value, _ := p.Proof.Claims.Get("htm")
	return json.Unmarshal(value, &methods) == nil && slices.Contains(methods, p.Method)
}

// claimBugs are bugs in judging jti and htm.
var claimBugs = []bug{
	{"PV-014", "does not require jti", []string{"RFC9449-4.3-12"}, nil,
		skipping("jti", func(p *dpop.Verification) bool { return !p.Proof.Claims.Has("jti") })},
	{"PV-016", "does not check htm", []string{"RFC9449-4.3-13", "RFC9449-4.3-42"}, nil, removing("htm")},
	{"PV-017", "requires htm and does not compare it", []string{"RFC9449-4.3-42"}, nil,
		replacing("htm", comparing(func(string, string) bool { return true }))},
	{"PV-017", "compares htm for GET and POST alone", []string{"RFC9449-4.3-42"}, []string{features.API},
		skipping("htm", func(p *dpop.Verification) bool { return p.Method != http.MethodGet && p.Method != http.MethodPost })},
	{"PV-017", "takes a proof for POST for every way of writing", []string{"RFC9449-4.3-42"}, []string{features.API},
		replacing("htm", comparing(func(htm, method string) bool {
			return htm == method || htm == http.MethodPost && slices.Contains([]string{http.MethodPut, http.MethodPatch, http.MethodDelete}, method)
		}))},
	{"PV-018", "compares htm without letter case", []string{"RFC9449-4.3-43"}, nil,
		replacing("htm", comparing(strings.EqualFold))},
	{"PV-019", "takes htm for a list of methods", []string{"RFC9449-4.3-13"}, nil, skipping("htm", listed)},
	{"PV-021", "treats HEAD as GET", []string{"RFC9449-4.3-44"}, withToken,
		replacing("htm", comparing(func(htm, method string) bool {
			return htm == method || htm == http.MethodGet && method == http.MethodHead
		}))},
}

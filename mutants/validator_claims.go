package mutants

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// comparing judges htm by the given comparison.
func comparing(same func(htm, method string) bool) inVerifier {
	return replacing("htm", func(p *dpop.Verification) error {
		htm, err := p.Proof.Claims.Text("htm")
		if err == nil && !same(htm, p.Method) {
			err = fmt.Errorf("htm is %q", htm)
		}
		return err
	})
}

// listed takes the method for one of a list.
func listed(p *dpop.Verification) bool {
	var methods []string
	value, _ := p.Proof.Claims.Get("htm")
	return json.Unmarshal(value, &methods) == nil && slices.Contains(methods, p.Method)
}

// claimBugs are bugs in judging jti and htm.
var claimBugs = []row{
	{id: "PV-014", does: "does not require jti", breaks: ids{"RFC9449-4.3-12"},
		change: skipping("jti", func(p *dpop.Verification) bool { return !p.Proof.Claims.Has("jti") })},
	{id: "PV-016", does: "does not check htm", breaks: ids{"RFC9449-4.3-13", "RFC9449-4.3-42"},
		change: removing("htm")},
	{id: "PV-017", variant: "uncompared", does: "requires htm and does not compare it", breaks: ids{"RFC9449-4.3-42"},
		change: comparing(func(string, string) bool { return true })},
	{id: "PV-017", variant: "get-and-post-alone", does: "compares htm for GET and POST alone",
		breaks: ids{"RFC9449-4.3-42"}, at: atAPI, change: skipping("htm", func(p *dpop.Verification) bool {
			return p.Method != http.MethodGet && p.Method != http.MethodPost
		})},
	{id: "PV-017", variant: "post-for-every-write", does: "takes a proof for POST for every way of writing",
		breaks: ids{"RFC9449-4.3-42"}, at: atAPI, change: comparing(func(htm, method string) bool {
			writes := []string{http.MethodPut, http.MethodPatch, http.MethodDelete}
			return htm == method || htm == http.MethodPost && slices.Contains(writes, method)
		})},
	{id: "PV-018", does: "compares htm without letter case", breaks: ids{"RFC9449-4.3-43"},
		change: comparing(strings.EqualFold)},
	{id: "PV-019", does: "takes htm for a list of methods", breaks: ids{"RFC9449-4.3-13"},
		change: skipping("htm", listed)},
	{id: "PV-021", does: "treats HEAD as GET", breaks: ids{"RFC9449-4.3-44"}, at: withToken,
		change: comparing(func(htm, method string) bool {
			return htm == method || htm == http.MethodGet && method == http.MethodHead
		})},
}

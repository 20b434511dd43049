package target

import (
	"testing"

	"github.com/dpopspec/dpopspec/internal/wire"
)

func TestASuccessIsWhatTheConfigurationSaysOfOne(t *testing.T) {
	for _, test := range []struct {
		name    string
		success Success
		status  int
		body    string
		met     bool
	}{
		{"nothing is asked for", Success{}, 204, "", true},
		{"the status", Success{Status: 200}, 200, "", true},
		{"another status", Success{Status: 200}, 202, "", false},
		{"the member", Success{JSON: "data.orders"}, 200, `{"data":{"orders":[]}}`, true},
		{"a member of a list", Success{JSON: "0.id"}, 200, `[{"id":1}]`, true},
		{"an error that says 200", Success{JSON: "data.orders"}, 200, `{"code":17,"message":"denied"}`, false},
		{"a page", Success{JSON: "data"}, 200, `<p>data`, false},
		{"nothing", Success{JSON: "data"}, 200, ``, false},
	} {
		lacks := test.success.Unmet(&wire.Exchange{Status: test.status, Reply: []byte(test.body)})
		if (lacks == "") != test.met {
			t.Errorf("%s: lacks %q", test.name, lacks)
		}
	}
}

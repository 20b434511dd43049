package target

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
)

// answered is an exchange at an origin with fields in its answer.
func answered(fields ...wire.Field) *wire.Exchange {
	return &wire.Exchange{URL: "https://api.example/orders", Answer: fields}
}

func TestInstancesThatGiveThemselvesAwayAreACapability(t *testing.T) {
	for name, test := range map[string]struct {
		answers []*wire.Exchange
		want    string // empty: nothing is told
	}{
		"two names": {[]*wire.Exchange{
			answered(wire.Field{Name: "X-Served-By", Value: "b"}), answered(wire.Field{Name: "x-served-by", Value: "a"}),
		}, "X-Served-By is a or b (https://api.example)"},
		"one name": {[]*wire.Exchange{answered(wire.Field{Name: "X-Pod", Value: "a"}), answered()}, ""},
		"no marks": {[]*wire.Exchange{answered(), answered()}, ""},
		"two cookies": {[]*wire.Exchange{
			answered(wire.Field{Name: "Set-Cookie", Value: "SERVERID=web-1; Path=/"}),
			answered(wire.Field{Name: "Set-Cookie", Value: "SERVERID=web-2; Path=/"}),
		}, "the cookie SERVERID has 2 values"},
		"a session": {[]*wire.Exchange{
			answered(wire.Field{Name: "Set-Cookie", Value: "sid=1"}), answered(wire.Field{Name: "Set-Cookie", Value: "sid=2"}),
		}, ""},
		"a name for each request": {each(100, func(i int) *wire.Exchange {
			return answered(wire.Field{Name: "X-Served-By", Value: fmt.Sprint("request-", i)})
		}), ""},
	} {
		s := &Session{Target: &Target{}, APIs: []RealAPI{{URL: "https://api.example/v1"}}}
		for _, e := range test.answers {
			s.seen.learn(e)
		}
		told := ""
		for _, c := range s.Capabilities() {
			if c.Name == reports.Instances && c.Of == ResourceServer && c.How == Seen {
				told = c.Value
			}
		}
		if !strings.Contains(told, test.want) || test.want == "" && told != "" {
			t.Errorf("%s: %q; want %q", name, told, test.want)
		}
		if strings.Contains(told, "web-1") {
			t.Errorf("%s: the value of a cookie is shown: %s", name, told)
		}
	}
}

func each(n int, make func(int) *wire.Exchange) []*wire.Exchange {
	var list []*wire.Exchange
	for i := range n {
		list = append(list, make(i))
	}
	return list
}

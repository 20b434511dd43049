package runner

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// unsigned reports whether a request brings an access token whose alg is none.
func unsigned(r *http.Request) bool {
	_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	head, _, _ := strings.Cut(token, ".")
	text, _ := dpop.DecodeSegment(head)
	header, _ := dpop.ParseObject(text)
	alg, _ := header.Text("alg")
	return alg == "none"
}

func unproven(r *http.Request) bool { return len(r.Header["Dpop"]) == 0 }

func withEscape(r *http.Request) bool { return strings.Contains(r.RequestURI, "%40") }

// answering answers some requests in the place of an honest API.
func answering(some func(*http.Request) bool, status int, body string, fields ...string) around {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if !some(r) {
			return false
		}
		for i := 0; i+1 < len(fields); i += 2 {
			w.Header().Set(fields[i], fields[i+1])
		}
		return answer(w, status, body)
	}
}

func TestWhatIsPeculiarAboutRealAPIs(t *testing.T) {
	users := func(c *target.Target) {
		c.APIs[0].Probes = []target.Operation{{Method: "GET", Path: "/users/test%40example.com"}}
	}
	expecting := func(c *target.Target) { c.APIs[0].Success = target.Success{JSON: "target"} }
	behind := func(answers bool) func(*target.Target) {
		return func(c *target.Target) {
			server, err := wire.Listen(wire.Options{}, func(string) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"target":"x"}`) })
			})
			if err != nil {
				t.Fatal(err)
			}
			if c.APIs[0].Upstream = server.URL; answers {
				t.Cleanup(func() { server.Close() })
			} else {
				server.Close()
			}
		}
	}
	none := func(*target.Target) {}
	const changed, probed, gateway = "api-token/a-token-that-somebody-has-changed-is-refused/*",
		"api-probes/*", "api-downgrade/nobody-gets-past-the-gateway-of-an-api-with-less-than-a-proof/*"
	for _, test := range []struct {
		name      string
		configure func(*target.Target)
		before    around
		cases     string
		want      string // verdicts at the API
	}{
		{"tokens of a real issuer are changed", none, nil, changed, "passed"},
		{"one takes tokens without signature", none, answering(unsigned, 200, `{}`), changed, "failed"},
		{"an API at several paths", users, nil, probed, "passed"},
		{"no path is guarded but the first", users,
			answering(func(r *http.Request) bool { return withEscape(r) && unproven(r) }, 200, `{}`), probed, "failed"},
		{"a path with an escape is compared without", users,
			answering(withEscape, 401, ``, "WWW-Authenticate", `DPoP error="invalid_dpop_proof"`),
			probed, "failed"},
		{"a path that is not there", users, answering(withEscape, 404, ``), probed,
			"blocked by GET /users/test%40example.com of the API orders"},
		{"200 for every refusal, which nobody can know", none,
			answering(unproven, 200, `{"denied":1}`), "RFC9449-7.1-02", "failed"},
		{"200 for every refusal, and what a success has", expecting,
			answering(unproven, 200, `{"denied":1}`), "RFC9449-7.1-02", "passed"},
		{"TRACE gives the request back", none,
			func(w http.ResponseWriter, r *http.Request) bool {
				if r.Method != http.MethodTrace {
					return false
				}
				w.Header().Set("Content-Type", "message/http")
				fmt.Fprintf(w, "TRACE %s HTTP/1.1\r\n\r\n", r.RequestURI)
				return true
			}, "api-effects/no-method-goes-round-the-check/trace-no-proof@api", "passed"},
		{"a precondition is looked at first", none,
			answering(func(r *http.Request) bool { return r.Header.Get("If-Match") != "" }, 412, ``),
			"RFC9449-7.1-22", "failed"},
		{"whoever gets past the gateway is served", behind(true), nil, gateway, "failed"},
		{"nobody gets past the gateway", behind(false), nil, gateway, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			longtable.Thinned(t)
			configured := honest(t, nil, test.before)
			test.configure(configured)
			got := verdictsAt(played(t, configured, test.cases), "api")
			if holds := strings.Contains(got, test.want) && (test.want == "failed" || got == test.want); !holds {
				t.Errorf("%s, not %s", got, test.want)
			}
		})
	}
}

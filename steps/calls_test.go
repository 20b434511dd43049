package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	gherkin "github.com/cucumber/gherkin/go/v42"
	messages "github.com/cucumber/messages/go/v34"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/target"
)

// echo is an API that answers with what it was sent. It judges nothing.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Location", "/orders/7 b")
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	json.NewEncoder(w).Encode(map[string]any{
		"method": r.Method, "target": r.RequestURI, "type": r.Header.Get("Content-Type"), "body": string(body),
		"scheme": scheme, "proofs": len(r.Header.Values("DPoP")), "tenant": r.Header.Get("X-Tenant"),
	})
}

// worldOf returns the World of a case whose API is the handler; without one
// every party is embedded.
func worldOf(t *testing.T, handler http.HandlerFunc) *World {
	t.Helper()
	configured := target.Default()
	if handler != nil {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		configured.APIs = []target.RealAPI{{Name: "shop", Method: "GET", Path: "/orders", Serve: func(string) (string, func(), error) {
			return server.URL + "/v1", func() {}, nil
		}}}
	}
	session, err := target.Open(t.Context(), configured)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.Close)
	profile, err := features.FindProfile("")
	if err != nil {
		t.Fatal(err)
	}
	w := NewWorld(context.Background(), session, profile, "", "")
	t.Cleanup(w.Close)
	return w
}

// play runs steps as a feature file would and returns the first error.
func play(t *testing.T, w *World, scenario string) error {
	t.Helper()
	text := "Feature: test\n  Scenario: test\n" + strings.ReplaceAll(scenario, "\t", "  ")
	document, err := gherkin.ParseGherkinDocument(strings.NewReader(text), (&messages.Incrementing{}).NewId)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range gherkin.Pickles(*document, "test", (&messages.Incrementing{}).NewId)[0].Steps {
		found := Standard().Match(step.Text)
		if len(found) != 1 {
			t.Fatalf("%q matches %d steps", step.Text, len(found))
		}
		var below Below
		if step.Argument != nil {
			below = Below{Table: step.Argument.DataTable, DocString: step.Argument.DocString}
		}
		bound, err := found[0].Bind(step.Text, below)
		if err == nil {
			err = bound(w)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func TestACallCarriesWhatItsWordsSay(t *testing.T) {
	tests := []struct{ name, scenario string }{
		{"path and query", `
			When the client calls "GET /orders?status=open&page=2"
			Then the status is 200
			And the JSON at "target" is "/v1/orders?status=open&page=2"
			And the JSON at "scheme" is "DPoP"
			And the JSON at "proofs" is 1`},
		{"a query table is escaped", `
			When the client calls "GET /orders?a=1" with the query
				| q | a b&c |
			Then the JSON at "target" is "/v1/orders?a=1&q=a+b%26c"`},
		{"JSON with values", `
			Given {item} is "5' nail"
			And {count} is "3"
			When the client calls "POST /orders" with the JSON
				"""
				{"item": "{item}", "count": {count}}
				"""
			Then the JSON at "type" is "application/json"
			And the JSON at "body" contains "\"count\": 3"`},
		{"a form", `
			When the client calls "POST /orders" with the form
				| item | a b |
				| n    | 2   |
			Then the JSON at "body" is "item=a+b&n=2"
			And the JSON at "type" is "application/x-www-form-urlencoded"`},
		{"another body", `
			When the client calls "POST /orders" with the body
				"""text/csv
				a;b
				"""
			Then the JSON at "type" is "text/csv"
			And the JSON at "body" is "a;b"`},
		{"headers once and for all", `
			Given every call has the headers
				| X-Tenant | acme |
			And the next call has the query
				| once | 1 |
			When the client calls "GET /orders"
			Then the JSON at "tenant" is "acme"
			And the JSON at "target" is "/v1/orders?once=1"
			When the client calls "GET /orders"
			Then the JSON at "tenant" is "acme"
			And the JSON at "target" is "/v1/orders"`},
		{"a saved part of an answer", `
			When the client calls "GET /orders"
			And the JSON at "proofs" is saved as {proofs}
			And the header "Location" is saved as {location}
			And the client calls "GET {location}"
			Then the JSON at "proofs" is {proofs}
			And the JSON at "target" is "/v1/orders/7%20b"`},
		{"as Bearer", `
			When the client calls "GET /orders" as Bearer
			Then the JSON has
				| scheme | "Bearer" |
				| proofs | 0        |`},
		{"without a proof", `
			When the client calls "GET /orders" without a proof
			Then the JSON has
				| scheme | "DPoP" |
				| proofs | 0      |`},
		{"without a token", `
			When the client calls "GET /orders" as "alice" without a token
			Then the JSON has
				| scheme | "" |
				| proofs | 0  |`},
		{"braces that are none", `
			When the client calls "POST /orders" with the body
				"""
				{{item}}
				"""
			Then the JSON at "body" is "{{item}}"`},
		{"a variable with a default", `
			When the client calls "GET /orders/${DPOPSPEC_TEST_UNSET:-5}"
			Then the JSON at "target" is "/v1/orders/5"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := play(t, worldOf(t, echo), test.scenario); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAMistakeInACallIsAnErrorAndNoVerdict(t *testing.T) {
	tests := []struct{ name, scenario, want string }{
		{"an unknown value", `When the client calls "GET /orders/{id}"`, "no value is called {id}"},
		{"no path", `When the client calls "orders"`, "not a method and a path"},
		{"another host", `When the client calls "GET https://elsewhere.example/orders"`, "a token is sent nowhere else"},
		{"nothing called", `Then the status is 200`, "nothing was called yet"},
		{"an unset variable", `When the client calls "GET /${DPOPSPEC_TEST_UNSET}"`, "DPOPSPEC_TEST_UNSET is not set"},
		{"no regular expression", "When the client calls \"GET /orders\"\nThen the body matches \"(\"", "no regular expression"},
		{"not JSON", "When the client calls \"GET /orders\"\nThen the JSON at \"a\" is [x]", "is not JSON"},
		{"a condition that is none", `When the client calls "GET /orders" until it rains within 2 seconds`, "cannot be waited for"},
		{"too long a wait", `When the client calls "GET /orders" until the status is 200 within 20 minutes`, "longer than a scenario may wait"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := play(t, worldOf(t, echo), test.scenario)
			if err == nil || IsOutcome(err) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestEveryClientHasAKeyAndATokenOfItsOwn(t *testing.T) {
	err := play(t, worldOf(t, nil), `
		When the client calls "GET /orders" as "alice"
		Then the call is accepted
		When the client calls "GET /orders" as "bob" with the token of "alice"
		Then the call is refused with the error "invalid_token"
		When the client calls "GET /orders" of the API "invoices" as "bob"
		Then the call is accepted
		Given the access token is for the API "orders"
		When the client calls "GET /orders" of the API "invoices" as "bob"
		Then the call is refused
		And the status is 401`)
	if err != nil {
		t.Error(err)
	}
}

func TestClaimsAndScopesReachTheAPI(t *testing.T) {
	var seen string
	w := worldOf(t, func(w http.ResponseWriter, r *http.Request) {
		segments := strings.Split(r.Header.Get("Authorization"), ".")
		seen = segments[1]
	})
	err := play(t, w, `
		Given the access token is for the scope "read:orders"
		And the access token has the claims
			| sub   | alice     |
			| roles | ["admin"] |
		When the client calls "GET /orders"
		Then the status is 200`)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := dpop.DecodeSegment(seen)
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err = json.Unmarshal(payload, &claims); err != nil || claims["sub"] != "alice" || claims["scope"] != "read:orders" || fmt.Sprint(claims["roles"]) != "[admin]" {
		t.Errorf("claims %v, %v", claims, err)
	}
}

func TestACallIsRepeatedUntilAConditionHolds(t *testing.T) {
	calls := 0
	answer := func(w http.ResponseWriter, _ *http.Request) {
		calls++
		fmt.Fprintf(w, `{"calls": %d}`, calls)
	}
	w := worldOf(t, answer)
	if err := play(t, w, `When the client calls "GET /orders" until the JSON at "calls" is 2 within 5 seconds`); err != nil {
		t.Error(err)
	}
	if len(w.Shown) != 2 {
		t.Errorf("%d exchanges are shown, want the first and the latest", len(w.Shown))
	}
	embedded := worldOf(t, nil)
	before := embedded.Clock.Now()
	err := play(t, embedded, `When the client calls "GET /orders" until the status is 404 within 2 minutes`)
	var violation *Violation
	if !errors.As(err, &violation) || !strings.Contains(violation.Expected, "within 2m0s") {
		t.Errorf("got %v, want a violation", err)
	}
	if passed := embedded.Clock.Now().Sub(before); passed != 2*60e9 {
		t.Errorf("%v passed on the clock of the scenario", passed)
	}
}

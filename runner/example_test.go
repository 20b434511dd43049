package runner_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"testing/fstest"

	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/target"
)

// A program runs features of its own. Here every party is embedded; target.Load gives those
// of a configuration file.
func Example() {
	sources, err := runner.ReadFS(fstest.MapFS{"orders.feature": {Data: []byte(`
Feature: Orders
  Scenario: A bound token is no Bearer token
    When the client calls "GET /orders" as Bearer
    Then the call is refused with the error "invalid_token"
  Scenario: Orders are there
    When the client calls "GET /orders"
    Then the status is 404
`)}})
	if err != nil {
		log.Fatal(err)
	}
	t := target.Default()
	plan, err := runner.NewPlan(sources, t, runner.Selection{})
	if err != nil {
		log.Fatal(err)
	}
	run, err := runner.Run(context.Background(), plan, t, runner.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range run.Cases {
		fmt.Printf("%s %s\n%s; %s\n", c.Verdict, c.ID, c.Expected, c.Actual)
	}
	fmt.Println(run.Conformance(), run.ExitCode())
	// Output:
	// passed orders/a-bound-token-is-no-bearer-token
	// the call to be refused with the error invalid_token; 401, refused, error invalid_token, by the check downgrade
	// failed orders/orders-are-there
	// status 404; status 200, accepted
	// not conformant 1
}

// Mistakes of a feature file are found without running it.
func ExampleLint() {
	sources, err := runner.ReadFS(fstest.MapFS{"orders.feature": {Data: []byte(`Feature: Orders
  Scenario: Orders are there
    When the client calls "GET /orders/{id}"
    Then the status is 200
`)}})
	if err != nil {
		log.Fatal(err)
	}
	findings, err := runner.Lint(sources, steps.Standard())
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range findings {
		fmt.Printf("%s:%d:%d: %s\n", f.File, f.Line, f.Column, f.Message[:strings.Index(f.Message, ";")])
	}
	// Output:
	// orders.feature:3:40: no step before this one has saved {id}
}

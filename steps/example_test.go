package steps_test

import (
	"fmt"

	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/steps/own"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// Steps of one's own stand beside the built-in ones, which stay as they are. A program
// gives the vocabulary to runner.NewPlanWith, a test its steps to dpoptest.Options.
func Example() {
	v := steps.Standard().With(func(v *vocabulary.Vocabulary) {
		vocabulary.For[own.Caller](v).When(`^the client orders (\d+) of "([^"]+)"$`,
			func(c *own.Caller, count int, item string) error {
				body := fmt.Appendf(nil, `{"item": %q, "count": %d}`, item, count)
				_, err := c.Call(own.Call{Request: "POST /orders", Body: body, Type: "application/json"})
				return err
			}, "Orders something.", `When the client orders 3 of "paint"`)
	})
	const step = `the client orders 3 of "paint"`
	fmt.Println(len(v.Match(step)), len(steps.Standard().Match(step)))
	// Output: 1 0
}

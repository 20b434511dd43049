package own

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// How often a condition is looked at, and how long at most.
const (
	pollEvery   = 500 * time.Millisecond
	longestWait = 10 * time.Minute
)

func waitSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Caller](v).ForOwnAPIs().Checked(checkCondition)
	g.When(`^the client calls "([^"]+)"(?: of the API "(?P<api>[^"]+)")?(?: as "([^"]+)")? until (?P<condition>.+) within (\d+) (seconds?|minutes?)$`,
		(*Caller).callUntil,
		"Repeats a call until what a Then step says holds. "+
			"Against embedded parties the time passes at once, on the clock of the scenario.",
		`When the client calls "GET /orders/{id}" until the JSON at "status" is "shipped" within 10 seconds`)
}

// checkCondition finds a condition that cannot be waited for before the step is run.
func checkCondition(d *vocabulary.Definition, step string) error {
	_, err := findCondition(d.Matched(step, "condition"))
	return err
}

func (w *Caller) callUntil(request, api, client, condition, number, unit string) error {
	limit, err := duration(number, unit)
	if err != nil {
		return err
	}
	holds, err := w.condition(condition)
	if err != nil {
		return err
	}
	before, began := len(w.Shown), w.Present()
	for {
		w.Shown = w.Shown[:min(len(w.Shown), before+1)] // the first and the latest tell enough
		if _, err := w.Call(Call{Request: request, API: api, Client: client}); err != nil {
			return err
		}
		err := holds()
		var violation *world.Violation
		switch {
		case !errors.As(err, &violation):
			return err
		case w.Present().Sub(began) >= limit:
			return &world.Violation{Expected: violation.Expected + " within " + limit.String(), Actual: violation.Actual}
		}
		if err := w.Wait(pollEvery); err != nil {
			return err
		}
	}
}

func duration(number, unit string) (time.Duration, error) {
	n, err := strconv.Atoi(number)
	limit := time.Duration(n) * time.Second
	if strings.HasPrefix(unit, "minute") {
		limit = time.Duration(n) * time.Minute
	}
	if err != nil || n > 600 || limit > longestWait {
		return 0, fmt.Errorf("%s %s is longer than a scenario may wait, %v", number, unit, longestWait)
	}
	return limit, nil
}

// expectation is a part of a Then step that can be waited for.
var expectation = regexp.MustCompile(`^the (status|JSON|header|body|call) `)

// condition finds the Then step that a text names and returns it ready to be
// run.
func (w *Caller) condition(text string) (func() error, error) {
	d, err := findCondition(text)
	if err != nil {
		return nil, err
	}
	step, err := d.Bind(text, vocabulary.Below{})
	return func() error { return step(w.World) }, err
}

// conditions are the steps that say what is expected of an answer.
var conditions = sync.OnceValue(func() *vocabulary.Vocabulary {
	v := &vocabulary.Vocabulary{}
	expectSteps(v)
	expectJsonSteps(v)
	expectSchemaSteps(v)
	return v
})

// findCondition finds the Then step that a text names. It must stand alone,
// without table or doc string.
func findCondition(text string) (*vocabulary.Definition, error) {
	found := conditions().Match(text)
	if len(found) != 1 || found[0].Keyword != "Then" || !found[0].Own || !expectation.MatchString(text) {
		return nil, fmt.Errorf("%q cannot be waited for; write what a Then step of one line expects of an answer, "+
			"such as: the status is 200", text)
	}
	if found[0].Argument() != vocabulary.NoArgument {
		return nil, fmt.Errorf("%q cannot be waited for: it needs a table or a doc string", text)
	}
	return found[0], nil
}

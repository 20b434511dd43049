package steps

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// How often a condition is looked at, and how long at most.
const (
	pollEvery   = 500 * time.Millisecond
	longestWait = 10 * time.Minute
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.ForOwnAPIs()
		v.Checked(func(d *Definition, step string) error {
			_, err := findCondition(d.matched(step, "condition"))
			return err
		})
		v.When(`^the client calls "([^"]+)"(?: of the API "([^"]+)")?(?: as "([^"]+)")? until (?P<condition>.+) within (\d+) (seconds?|minutes?)$`, (*World).callUntil,
			"Repeats a call until what a Then step says holds. Against embedded parties the time passes at once, on the clock of the scenario.",
			`When the client calls "GET /orders/{id}" until the JSON at "status" is "shipped" within 10 seconds`)
	})
}

func (w *World) callUntil(request, api, client, condition, number, unit string) error {
	limit, err := duration(number, unit)
	if err != nil {
		return err
	}
	holds, err := w.condition(condition)
	if err != nil {
		return err
	}
	before, began := len(w.Shown), w.present()
	for {
		w.Shown = w.Shown[:min(len(w.Shown), before+1)] // the first and the latest tell enough
		if _, err := w.Call(Call{Request: request, API: api, Client: client}); err != nil {
			return err
		}
		err := holds()
		var violation *Violation
		switch {
		case !errors.As(err, &violation):
			return err
		case w.present().Sub(began) >= limit:
			return &Violation{Expected: violation.Expected + " within " + limit.String(), Actual: violation.Actual}
		}
		if err := w.wait(pollEvery); err != nil {
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

// virtual reports whether every server is ours: time then passes on the clock
// of the scenario.
func (w *World) virtual() bool { return w.EmbeddedAPI() && w.EmbeddedAS() }

func (w *World) present() time.Time {
	if w.virtual() {
		return w.Clock.Now()
	}
	return time.Now()
}

// wait lets time pass: at once where it is virtual.
func (w *World) wait(d time.Duration) error {
	if w.virtual() {
		w.Clock.Advance(d)
		return nil
	}
	return sleep(w.Context, d)
}

// sleep lets real time pass, until the context ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// expectation is a part of a Then step that can be waited for.
var expectation = regexp.MustCompile(`^the (status|JSON|header|body|call) `)

// condition finds the Then step that a text names and returns it ready to be
// called.
func (w *World) condition(text string) (func() error, error) {
	d, err := findCondition(text)
	if err != nil {
		return nil, err
	}
	step, err := d.Bind(text, Below{})
	return func() error { return step(w) }, err
}

// findCondition finds the Then step that a text names. It must stand alone,
// without table or doc string.
func findCondition(text string) (*Definition, error) {
	found := Standard().Match(text)
	if len(found) != 1 || found[0].Keyword != "Then" || !found[0].Own || !expectation.MatchString(text) {
		return nil, fmt.Errorf(`%q cannot be waited for; write what a Then step of one line expects of an answer, such as: the status is 200`, text)
	}
	if found[0].Argument() != NoArgument {
		return nil, fmt.Errorf("%q cannot be waited for: it needs a table or a doc string", text)
	}
	return found[0], nil
}

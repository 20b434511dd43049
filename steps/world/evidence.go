package world

import (
	"fmt"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// evidence is what a case leaves behind for its verdict and its report.
type evidence struct {
	// Expected and Actual are those of the latest assertion.
	Expected, Actual string
	// Observations are what a verdict should show beside its exchange.
	Observations []string
	// Shown are exchanges with the party under test, newest last.
	Shown []Shown

	asserted     int
	measurements []Measurement
	atEnd        []func(outcome error) error
}

// Shown is an exchange that a report shows, with what it was for.
type Shown struct {
	Title    string
	Exchange *wire.Exchange
}

// Measurement is a number that a case took.
type Measurement struct {
	Name  string
	Value float64
	Unit  string // "s"; empty for a count
}

// expect records what was expected and what was seen, and returns a Violation if
// they differ.
func (v *evidence) expect(holds bool, expected, actual string) error {
	v.asserted++
	v.Expected, v.Actual = expected, actual
	if !holds {
		return &Violation{Expected: expected, Actual: actual}
	}
	return nil
}

// Asserted reports whether the case has stated anything that could have failed.
func (v *evidence) Asserted() bool { return v.asserted > 0 }

// Observe adds an observation to the report of the case.
func (v *evidence) Observe(format string, args ...any) {
	v.Observations = append(v.Observations, fmt.Sprintf(format, args...))
}

// Show adds an exchange to the report of the case.
func (v *evidence) Show(title string, e *wire.Exchange) {
	v.Shown = append(v.Shown, Shown{title, e})
}

// Measurements returns the numbers that the case took.
func (v *evidence) Measurements() []Measurement { return v.measurements }

// AtEnd registers what becomes of the outcome of the case once its steps have
// ended: a room that knows what a verdict rests on can make sure of it.
func (v *evidence) AtEnd(judge func(outcome error) error) { v.atEnd = append(v.atEnd, judge) }

// Attributed returns the outcome of a case as its rooms leave it, once its steps
// have ended.
func (v *evidence) Attributed(outcome error) error {
	for _, judge := range v.atEnd {
		outcome = judge(outcome)
	}
	return outcome
}

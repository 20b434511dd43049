package world_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

// at is the World of a case at an endpoint, without any party.
func at(p world.Endpoint) *world.World { return &world.World{Endpoint: p} }

func TestAnAttemptIsJudgedOnceItHasEnded(t *testing.T) {
	w := at(world.TokenEndpoint)
	if _, _, err := w.Judge("refused"); err == nil || world.IsOutcome(err) ||
		!strings.Contains(err.Error(), "nothing was sent that could be refused; put a When step before") {
		t.Errorf("without an attempt: %v", err)
	}
	defect := &forge.Defect{Part: "htm"}
	first := w.Begin(defect)
	if w.Latest() == first {
		t.Error("an attempt is the latest before it has ended")
	}
	answer := &wire.Exchange{Status: 400}
	if err := first.End(answer, nil); err != nil || w.Latest() != first {
		t.Errorf("an attempt that has ended is not the latest: %v", err)
	}
	p, a, err := w.Judge("refused")
	if p != world.TokenEndpoint || a.Exchange != answer || a.Defect != defect || err != nil {
		t.Errorf("judged is %+v at %s, %v", a, p.Name, err)
	}
	second := w.BeginAt(world.PAREndpoint, nil)
	if _, a, _ := w.Judge("refused"); a != first {
		t.Error("an attempt is judged before it has ended")
	}
	second.End(answer, nil)
	if p, a, err := w.Judge("accepted"); p != world.PAREndpoint || a != second || err != nil {
		t.Errorf("judged is %+v at %s, %v", a, p.Name, err)
	}
}

func TestAnErrorThatEndsAnAttemptStopsItsStep(t *testing.T) {
	w, broken := at(world.APIEndpoint), errors.New("broken")
	a := w.Begin(nil)
	if err := a.End(nil, broken); err != broken || a.Err != broken || w.Latest() != a {
		t.Errorf("got %v of %+v", err, a)
	}
	if _, _, err := w.Judge("accepted"); err == nil || world.IsOutcome(err) {
		t.Errorf("an attempt without an answer is judged: %v", err)
	}
}

func TestAServerThatBreaksDownIsViolationNotRefusal(t *testing.T) {
	w := at(world.APIEndpoint)
	a := w.Begin(&forge.Defect{Part: "htm"})
	a.End(&wire.Exchange{}, errors.New("the connection was closed"))
	a.BrokenDown = true
	_, _, err := w.Judge("refused")
	var violation *world.Violation
	if !errors.As(err, &violation) || !strings.Contains(violation.Actual, "the connection broke, twice") {
		t.Errorf("got %v", err)
	}
	if !w.Asserted() {
		t.Error("nothing counts as asserted")
	}
}

func TestWhatIsDoneAsideIsNoAttemptOfTheScenario(t *testing.T) {
	w, aside := at(world.APIEndpoint), &wire.Exchange{Status: 401}
	judged := w.Begin(nil)
	judged.End(&wire.Exchange{Status: 200}, nil)
	e, err := w.Aside(func() error { return w.Begin(nil).End(aside, nil) })
	if e != aside || err != nil || w.Latest() != judged {
		t.Errorf("got %v, %v; judged is %+v", e, err, w.Latest())
	}
}

func TestOnlyAGrantedHonestRequestIsAControl(t *testing.T) {
	w := at(world.APIEndpoint)
	w.Begin(nil).End(&wire.Exchange{Status: 200}, nil)
	if w.Controlled() {
		t.Error("an attempt is taken for a control")
	}
	if w.NoteControl(); !w.Controlled() {
		t.Error("a control is forgotten")
	}
}

func TestACaseWithoutAssertionIsKnown(t *testing.T) {
	w := at(world.Endpoint{})
	if w.Asserted() {
		t.Error("something is asserted from the beginning")
	}
	if err := w.Expect(true, "one", "two"); err != nil || !w.Asserted() || w.Expected != "one" || w.Actual != "two" {
		t.Errorf("%v; expected %q, actual %q", err, w.Expected, w.Actual)
	}
	var violation *world.Violation
	if err := w.Expect(false, "one", "two"); !errors.As(err, &violation) || !world.IsOutcome(err) {
		t.Errorf("got %v", err)
	}
}

func TestARoomMayChangeTheOutcome(t *testing.T) {
	w := at(world.Endpoint{})
	held := errors.New("held")
	w.AtEnd(func(error) error { return held })
	w.AtEnd(func(outcome error) error { return errors.Join(outcome, world.Inconclusivef("unsure")) })
	if err := w.Attributed(nil); !errors.Is(err, held) || !world.IsOutcome(err) {
		t.Errorf("got %v", err)
	}
}

package main

import (
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func TestEachStepIsOfOneRoomThatListsShow(t *testing.T) {
	count := 0
	for _, room := range vocabulary.Rooms {
		some, err := steps.Standard().Of(room.Name)
		if err != nil || len(some.Definitions) == 0 {
			t.Errorf("%s: %d steps, %v", room.Name, len(some.Definitions), err)
		}
		count += len(some.Definitions)
		for _, d := range some.Definitions {
			if d.Own != (room.Name == vocabulary.OwnRoom) {
				t.Errorf("the step %s of the room %s says own: %v", d.Written, room.Name, d.Own)
			}
		}
	}
	if count != len(steps.Standard().Definitions) {
		t.Errorf("%d of %d steps are of a room", count, len(steps.Standard().Definitions))
	}
}

func TestStepsAreChosenByRoomAndByWords(t *testing.T) {
	for _, row := range []struct {
		args           []string
		holds, without string
		code           int
	}{
		{[]string{"steps"}, "When the client calls", "", 0},
		{[]string{"steps", "--room", "client"}, "THE CLIENT", "YOUR OWN API", 0},
		{[]string{"steps", "NONCE", "browser"}, "a script in a browser sends a proof without nonce", "the status is 200", 0},
		{[]string{"steps", "--room", "own", "saved"}, "is saved as {id}", "nonce", 0},
		{[]string{"steps", "--format", "json", "--room", "own", "saved"}, `"room": "own"`, `"room": "proof"`, 0},
		{[]string{"steps", "--room", "clients"}, "did you mean client?", "", 2},
		{[]string{"steps", "cals"}, `the nearest are`, "", 2},
		{[]string{"steps", "zebra"}, `no step holds "zebra"`, "nearest", 2},
	} {
		code, out := call(t, row.args...)
		if code != row.code || !strings.Contains(out, row.holds) ||
			row.without != "" && strings.Contains(out, row.without) {
			t.Errorf("%q: exit code %d\n%.600s", row.args, code, out)
		}
	}
}

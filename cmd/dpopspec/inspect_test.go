package main

import (
	"strings"
	"testing"
)

func TestTheNameOfAFileIsNoTextToInspect(t *testing.T) {
	name := write(t, "session.har", "{}")
	_, err := inspected(strings.NewReader(""), "", []string{name})
	if err == nil || !strings.Contains(err.Error(), "--file "+name) {
		t.Errorf("%v, want the flag for files", err)
	}
	if text, err := inspected(nil, "", []string{"eyJ"}); string(text) != "eyJ" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
}

package client

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/internal/mask"
)

// What a judge says: what is wrong, or nothing.

// unless is what is wrong, where the condition does not hold.
func unless(holds bool, format string, args ...any) string {
	if holds {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

// whyNot is the text of an error.
func whyNot(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// clipped shortens what a client says for reports.
func clipped(text string) string {
	return mask.Head(strings.TrimSpace(text), 300)
}

// orElse is the first text that is not empty.
func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

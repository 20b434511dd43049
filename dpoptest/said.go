package dpoptest

import (
	"strings"

	"github.com/dpopspec/dpopspec/internal/visible"
)

// said is a text for t.Log and its like: visible, and every line but the first behind a
// mark. A go test runs in somebody's build: there, what strangers said must be no
// command, no result of a test and no file with a line and a fault in it.
func said(text string) string { return strings.ReplaceAll(visible.Text(text), "\n", "\n│ ") }

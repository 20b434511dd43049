package runner

import (
	"io"

	"github.com/cucumber/godog"
	"github.com/cucumber/godog/formatters"
	messages "github.com/cucumber/messages/go/v34"
)

// silent is a godog formatter that prints nothing: results are taken from
// godog's hooks, and its own formatters cost more than a signature.
type silent struct{}

const silentFormat = "dpopspec-silent"

func init() {
	godog.Format(silentFormat, "prints nothing", func(string, io.Writer) godog.Formatter { return silent{} })
}

type (
	pickle     = *messages.Pickle
	pickleStep = *messages.PickleStep
	definition = *formatters.StepDefinition
)

func (silent) TestRunStarted()                                   {}
func (silent) Feature(*messages.GherkinDocument, string, []byte) {}
func (silent) Pickle(pickle)                                     {}
func (silent) Defined(pickle, pickleStep, definition)            {}
func (silent) Failed(pickle, pickleStep, definition, error)      {}
func (silent) Passed(pickle, pickleStep, definition)             {}
func (silent) Skipped(pickle, pickleStep, definition)            {}
func (silent) Undefined(pickle, pickleStep, definition)          {}
func (silent) Pending(pickle, pickleStep, definition)            {}
func (silent) Ambiguous(pickle, pickleStep, definition, error)   {}
func (silent) Summary()                                          {}

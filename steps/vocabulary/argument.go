package vocabulary

import (
	"reflect"

	"github.com/cucumber/godog"
)

// Argument is what stands below a step.
type Argument string

// What a step may have below it.
const (
	NoArgument Argument = ""
	Table      Argument = "a table"
	DocString  Argument = "a doc string"
)

// Argument returns what the definition wants below the step: godog hands it to
// the handler as its last parameter.
func (d *Definition) Argument() Argument {
	t := reflect.TypeOf(d.Handler)
	switch t.In(t.NumIn() - 1) {
	case reflect.TypeFor[*godog.Table]():
		return Table
	case reflect.TypeFor[*godog.DocString]():
		return DocString
	}
	if t.NumIn()-1 > d.Pattern.NumSubexp() { // godog gives the text to the parameter that no group fills
		return DocString
	}
	return NoArgument
}

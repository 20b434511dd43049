package vocabulary

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/cucumber/godog"
)

// Argument is a kind of thing that stands below a step.
type Argument string

// What a step may have below it.
const (
	NoArgument Argument = ""
	Table      Argument = "a table"
	DocString  Argument = "a doc string"
)

// Below is what stands below one step: a table, a doc string or nothing.
type Below struct {
	Table     *godog.Table
	DocString *godog.DocString
}

// Kind says which of them it is.
func (b Below) Kind() Argument {
	switch {
	case b.Table != nil:
		return Table
	case b.DocString != nil:
		return DocString
	}
	return NoArgument
}

var (
	tableType     = reflect.TypeFor[*godog.Table]()
	docStringType = reflect.TypeFor[*godog.DocString]()
)

// Argument returns what the definition wants below the step: it is what the
// handler's parameter behind those for the groups of the pattern takes.
func (d *Definition) Argument() Argument {
	handler, groups := reflect.TypeOf(d.Handler), d.Pattern.NumSubexp()
	switch {
	case handler.NumIn() <= 1+groups:
		return NoArgument
	case handler.In(1+groups) == tableType:
		return Table
	}
	return DocString
}

// mustBind panics if no step could be bound to the handler: the mistake is the
// programmer's and is told where the step is registered.
func (d *Definition) mustBind(room reflect.Type) {
	handler, groups := reflect.TypeOf(d.Handler), d.Pattern.NumSubexp()
	if handler.Kind() != reflect.Func || handler.NumIn() == 0 || handler.In(0) != room ||
		handler.NumOut() != 1 || handler.Out(0) != reflect.TypeFor[error]() || handler.IsVariadic() {
		panic(fmt.Sprintf("the handler of the step %s is a %v, not a func(%v, …) error", d.Written, handler, room))
	}
	if handler.NumIn() > 1+groups+1 {
		panic(fmt.Sprintf("the handler of the step %s takes %d values, but the pattern has %d groups",
			d.Pattern, handler.NumIn()-1, groups))
	}
	for i := 1; i < handler.NumIn(); i++ {
		_, err := valueOf("", handler.In(i))
		below := handler.In(i) == tableType || handler.In(i) == docStringType || handler.In(i).Kind() == reflect.String
		if i <= groups && errors.Is(err, errNoText) || i > groups && !below {
			panic(fmt.Sprintf("the handler of the step %s cannot take a value as %s", d.Pattern, handler.In(i)))
		}
	}
}

// Bound is a step with its values, ready to be run in a Scene.
type Bound func(Scene) error

// Bind returns the step of a given text: the handler with what the groups of the
// pattern matched, in order, and behind that what stands below the step. Numbers
// are read as such. A handler with fewer parameters than there are groups does
// without the last ones. An error says what does not fit: a value, or what stands
// below, since a table that nobody reads would look as if it had been checked.
func (d *Definition) Bind(text string, below Below) (Bound, error) {
	switch wanted := d.Argument(); {
	case below.Kind() == wanted:
	case wanted == NoArgument:
		return nil, fmt.Errorf("the step %q takes nothing below it, but there is %s", text, below.Kind())
	default:
		return nil, fmt.Errorf("the step %q needs %s below it", text, wanted)
	}
	handler := reflect.ValueOf(d.Handler)
	matched := d.Pattern.FindStringSubmatch(text)
	values := make([]reflect.Value, handler.Type().NumIn())
	for i := 1; i < len(values); i++ {
		kind := handler.Type().In(i)
		if i >= len(matched) {
			values[i] = below.as(kind)
			continue
		}
		var err error
		if values[i], err = valueOf(matched[i], kind); err != nil {
			return nil, fmt.Errorf("the step %q: %q is no %s", text, matched[i], kind)
		}
	}
	room := handler.Type().In(0).Elem()
	return func(scene Scene) error {
		with := append([]reflect.Value{reflect.ValueOf(scene.Room(room))}, values[1:]...)
		err, _ := handler.Call(with)[0].Interface().(error)
		return err
	}, nil
}

// as returns what stands below a step as a parameter takes it; a doc string
// alone may be taken as a text.
func (b Below) as(kind reflect.Type) reflect.Value {
	switch kind {
	case tableType:
		return reflect.ValueOf(b.Table)
	case docStringType:
		return reflect.ValueOf(b.DocString)
	}
	text := reflect.New(kind).Elem()
	text.SetString(b.DocString.Content)
	return text
}

// errNoText is the error of a type that no text can be read as.
var errNoText = errors.New("not the type of a text or a number")

// valueOf reads a text as a value of a string or number type.
func valueOf(text string, kind reflect.Type) (reflect.Value, error) {
	value := reflect.New(kind).Elem()
	var err error
	switch {
	case kind.Kind() == reflect.String:
		value.SetString(text)
	case value.CanInt():
		var n int64
		n, err = strconv.ParseInt(text, 10, kind.Bits())
		value.SetInt(n)
	case value.CanUint():
		var n uint64
		n, err = strconv.ParseUint(text, 10, kind.Bits())
		value.SetUint(n)
	case value.CanFloat():
		var n float64
		n, err = strconv.ParseFloat(text, kind.Bits())
		value.SetFloat(n)
	default:
		err = errNoText
	}
	return value, err
}

// Check returns what is wrong with the text of a step, where its group knows more
// of it than the pattern says.
func (d *Definition) Check(text string) error {
	if d.check == nil {
		return nil
	}
	return d.check(d, text)
}

// CheckFile returns what keeps the file from serving that a step names; nil for a step that
// names none. Read returns a file by its path relative to the feature file.
func (d *Definition) CheckFile(text string, read func(name string) ([]byte, error)) error {
	if d.file == nil {
		return nil
	}
	return d.file(d.Matched(text, "file"), read)
}

// Matched returns what a named group of the pattern matched; empty if there is no
// such group.
func (d *Definition) Matched(text, group string) string {
	i := d.Pattern.SubexpIndex(group)
	if i < 0 {
		return ""
	}
	return d.Pattern.FindStringSubmatch(text)[i]
}

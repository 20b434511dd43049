package login

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// form is a form of a page with what can be typed and pressed in it.
type form struct {
	page     *page
	node     *html.Node
	id, name string
	action   string
	method   string // GET, POST or DIALOG
	enctype  string
	charset  string
	controls []*control
}

// describe reads what the form says of itself.
func (f *form) describe() {
	f.id, f.name = attribute(f.node, "id"), attribute(f.node, "name")
	f.action = attribute(f.node, "action")
	f.method = methodOf(attribute(f.node, "method"))
	f.enctype = strings.ToLower(strings.TrimSpace(attribute(f.node, "enctype")))
	f.charset = attribute(f.node, "accept-charset")
}

// methodOf reads a method; what is unknown is GET (HTML, form submission).
func methodOf(value string) string {
	switch method := strings.ToUpper(strings.TrimSpace(value)); method {
	case "POST", "DIALOG":
		return method
	}
	return "GET"
}

// control is a field or a button of a form.
type control struct {
	node     *html.Node
	kind     string // the type of an input, or submit, button, select, textarea
	name, id string
	value    string
	label    string // what is written beside or on it
	hints    string // placeholder, title, aria-label
	complete string // its autocomplete
	checked  bool
	disabled bool
	required bool
	hidden   bool // not to be seen
	options  []option
}

// option is one of a select.
type option struct {
	value, text string
	selected    bool
}

func (r *reader) control(n *html.Node, label string) *control {
	c := &control{
		node: n, name: attribute(n, "name"), id: attribute(n, "id"), value: attribute(n, "value"), label: label,
		hints:    collapse(attribute(n, "placeholder") + " " + attribute(n, "aria-label") + " " + attribute(n, "title")),
		complete: strings.ToLower(attribute(n, "autocomplete")),
	}
	_, c.checked = lookup(n, "checked")
	_, c.required = lookup(n, "required")
	c.required = c.required || attribute(n, "aria-required") == "true"
	c.disabled = disabled(n)
	c.hidden = concealed(n)
	if c.id != "" {
		c.label = collapse(c.label + " " + r.labels[c.id])
	}
	switch n.DataAtom {
	case atom.Select:
		c.kind, c.options = "select", optionsOf(n)
	case atom.Textarea:
		c.kind, c.value = "textarea", rawText(n)
	case atom.Button:
		c.kind = strings.ToLower(attribute(n, "type"))
		if c.kind != "button" && c.kind != "reset" {
			c.kind = "submit"
		}
		c.label = textOf(n)
	default:
		c.input()
	}
	return c
}

// input completes an input element.
func (c *control) input() {
	c.kind = strings.ToLower(strings.TrimSpace(attribute(c.node, "type")))
	switch c.kind {
	case "":
		c.kind = "text"
	case "hidden":
		c.hidden = true
	case "submit", "image", "button", "reset":
		c.label = collapse(c.value + " " + attribute(c.node, "alt"))
		if c.kind == "submit" && c.label == "" {
			c.label = "Submit" // as browsers show it
		}
	case "checkbox", "radio":
		if _, given := lookup(c.node, "value"); !given {
			c.value = "on"
		}
	}
}

// disabled reports whether a control takes no part, by itself or by its fieldset.
func disabled(n *html.Node) bool {
	for at := n; at != nil; at = at.Parent {
		if at.Type != html.ElementNode || at != n && at.DataAtom != atom.Fieldset {
			continue
		}
		if _, is := lookup(at, "disabled"); is {
			return true
		}
	}
	return false
}

func optionsOf(n *html.Node) (list []option) {
	for d := range n.Descendants() {
		if d.Type != html.ElementNode || d.DataAtom != atom.Option {
			continue
		}
		if _, off := lookup(d, "disabled"); off {
			continue
		}
		o := option{text: textOf(d)}
		_, o.selected = lookup(d, "selected")
		var given bool
		if o.value, given = lookup(d, "value"); !given {
			o.value = o.text
		}
		list = append(list, o)
	}
	return list
}

func rawText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// texts are the kinds of input that somebody types into.
var texts = []string{"text", "email", "tel", "number", "url", "search", "password", "textarea"}

// typed reports whether somebody types into a control and sees it.
func (c *control) typed() bool {
	return !c.disabled && !c.hidden && slices.Contains(texts, c.kind)
}

// submits reports whether pressing the control sends the form.
func (c *control) submits() bool {
	return !c.disabled && (c.kind == "submit" || c.kind == "image")
}

// names are the words by which a control can be known, its own before those that are
// for the eye.
func (c *control) names() []string {
	return wordsOf(c.name + " " + c.id + " " + c.complete + " " + c.label + " " + c.hints)
}

// called reports whether a name of the configuration is that of the control: its
// name, its id (with a # before it or not), its name and value, or what is written on
// it.
func (c *control) called(name string) bool {
	switch name = strings.TrimSpace(name); {
	case name == "":
		return false
	case name == c.name, name == c.id, name == "#"+c.id && c.id != "", name == c.name+"="+c.value && c.name != "":
		return true
	}
	return strings.EqualFold(collapse(name), collapse(c.label))
}

// shown is how a message calls a control.
func (c *control) shown() string {
	for _, text := range []string{c.label, c.hints, c.name, c.id} {
		if text = collapse(text); text != "" {
			return text
		}
	}
	return c.kind
}

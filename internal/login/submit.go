package login

import (
	"bytes"
	"errors"
	"fmt"
	"mime/multipart"
	"net/url"
	"strings"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// entry is a name with its value, as a form sends them.
type entry struct{ name, value string }

// order is a request that a page leads to.
type order struct {
	title  string
	method string
	at     *url.URL
	from   *url.URL // the page; nil: none
	kind   string   // Content-Type of the body
	body   []byte
	secret bool // it carries the password
}

// entries are what the form sends if a button of it is pressed; nil: none is (HTML,
// constructing the entry list).
func (f *form) entries(button *control) (list []entry) {
	for _, c := range f.controls {
		if c.disabled || (c.submits() && c != button) || c.kind == "button" || c.kind == "reset" || c.kind == "file" {
			continue
		}
		switch c.kind {
		case "image":
			prefix := ""
			if c.name != "" {
				prefix = c.name + "."
			}
			list = append(list, entry{prefix + "x", "0"}, entry{prefix + "y", "0"})
			continue
		case "checkbox", "radio":
			if !c.checked {
				continue
			}
		}
		if c.name == "" {
			continue
		}
		switch {
		case c.kind == "select":
			list = append(list, c.selected()...)
		case c.kind == "hidden" && strings.EqualFold(c.name, "_charset_"):
			list = append(list, entry{c.name, f.page.charset})
		default:
			list = append(list, entry{c.name, lines(c.value)})
		}
	}
	return list
}

// lines end as forms send them.
func lines(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
}

// selected is what a select sends: what is selected, else its first option.
func (c *control) selected() (list []entry) {
	_, many := lookup(c.node, "multiple")
	for _, o := range c.options {
		if o.selected {
			list = append(list, entry{c.name, o.value})
		}
	}
	if len(list) > 1 && !many {
		return list[len(list)-1:]
	}
	if len(list) == 0 && !many && len(c.options) > 0 {
		return []entry{{c.name, c.options[0].value}}
	}
	return list
}

// target is where the form goes if a button is pressed, and by which method and
// encoding.
func (f *form) target(button *control) (at *url.URL, method, enctype string, err error) {
	action, method, enctype := f.action, f.method, f.enctype
	if button != nil {
		if value, given := lookup(button.node, "formaction"); given && value != "" {
			action = value
		}
		if value, given := lookup(button.node, "formmethod"); given {
			method = methodOf(value)
		}
		if value, given := lookup(button.node, "formenctype"); given {
			enctype = strings.ToLower(strings.TrimSpace(value))
		}
	}
	if strings.TrimSpace(action) == "" { // the page itself, whatever base says
		own := *f.page.at
		own.Fragment, own.RawFragment = "", ""
		return &own, method, enctype, nil
	}
	at, err = f.page.resolve(action)
	if err != nil {
		return nil, method, enctype, fmt.Errorf("the form's action %s is no address", wire.Brief(action))
	}
	return at, method, enctype, nil
}

// submission is the request that the form makes (HTML, form submission algorithm).
func (f *form) submission(button *control) (order, error) {
	at, method, enctype, err := f.target(button)
	if err != nil {
		return order{}, err
	}
	if method == "DIALOG" {
		return order{}, errors.New("the form goes nowhere (method dialog)")
	}
	list := f.encoded(f.entries(button))
	o := order{method: method, at: at, from: f.page.at}
	if method == "GET" {
		to := *at
		to.RawQuery, to.ForceQuery = formEncoded(list), false
		o.at = &to
		return o, nil
	}
	switch enctype {
	case "multipart/form-data":
		var body bytes.Buffer
		parts := multipart.NewWriter(&body)
		for _, e := range list {
			if err := parts.WriteField(e.name, e.value); err != nil {
				return order{}, err
			}
		}
		if err := parts.Close(); err != nil {
			return order{}, err
		}
		o.kind, o.body = parts.FormDataContentType(), body.Bytes()
	case "text/plain":
		var body strings.Builder
		for _, e := range list {
			body.WriteString(e.name + "=" + e.value + "\r\n")
		}
		o.kind, o.body = "text/plain", []byte(body.String())
	default:
		o.kind, o.body = "application/x-www-form-urlencoded", []byte(formEncoded(list))
	}
	return o, nil
}

// formEncoded keeps the order of the form, as browsers do.
func formEncoded(list []entry) string {
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = url.QueryEscape(e.name) + "=" + url.QueryEscape(e.value)
	}
	return strings.Join(parts, "&")
}

// encoded writes what is sent in the encoding of the form or else of its page; what
// that lacks becomes a character reference (HTML, selecting a form submission
// encoding).
func (f *form) encoded(list []entry) []entry {
	to, name := charset.Lookup(f.page.charset)
	for _, label := range strings.Fields(f.charset) {
		if other, called := charset.Lookup(label); other != nil {
			to, name = other, called
			break
		}
	}
	if to == nil || strings.HasPrefix(name, "utf-") { // forms are never sent in UTF-16
		return list
	}
	spelled := make([]entry, len(list))
	for i, e := range list {
		spelled[i] = entry{written(to, e.name), written(to, e.value)}
	}
	return spelled
}

func written(to encoding.Encoding, text string) string {
	out, err := encoding.HTMLEscapeUnsupported(to.NewEncoder()).String(text)
	if err != nil {
		return text
	}
	return out
}

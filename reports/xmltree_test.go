package reports

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
)

// node is an XML element as it stands in a document.
type node struct {
	name       string
	attributes map[string]string
	text       string // all of its own, spaces at the ends left out
	children   []*node
}

// readXML reads a document of one element. Characters that XML 1.0 does not
// have, and attributes that come twice, are errors.
func readXML(document []byte) (*node, error) {
	decoder := xml.NewDecoder(bytes.NewReader(document))
	top := &node{}
	open := []*node{top}
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		inner := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			child, err := element(token)
			if err != nil {
				return nil, err
			}
			inner.children = append(inner.children, child)
			open = append(open, child)
		case xml.EndElement:
			inner.text = strings.TrimSpace(inner.text)
			open = open[:len(open)-1]
		case xml.CharData:
			inner.text += string(token)
		}
	}
	if len(top.children) != 1 {
		return nil, errors.New("a document has one element")
	}
	return top.children[0], nil
}

func element(start xml.StartElement) (*node, error) {
	e := &node{name: start.Name.Local, attributes: map[string]string{}}
	for _, a := range start.Attr {
		if _, twice := e.attributes[a.Name.Local]; twice {
			return nil, errors.New("the attribute " + a.Name.Local + " comes twice")
		}
		e.attributes[a.Name.Local] = a.Value
	}
	return e, nil
}

// all returns the element and those within it, in the order of the document.
func (n *node) all() []*node {
	list := []*node{n}
	for _, child := range n.children {
		list = append(list, child.all()...)
	}
	return list
}

// named returns the elements of a name within one.
func (n *node) named(name string) []*node {
	return slices.DeleteFunc(n.all(), func(e *node) bool { return e.name != name })
}

// document spells the element as a document.
func (n *node) document() []byte {
	var out bytes.Buffer
	out.WriteString(xml.Header)
	n.write(&out)
	return out.Bytes()
}

func (n *node) write(out *bytes.Buffer) {
	out.WriteString("<" + n.name)
	for _, name := range slices.Sorted(maps.Keys(n.attributes)) {
		out.WriteString(" " + name + `="`)
		xml.EscapeText(out, []byte(n.attributes[name]))
		out.WriteString(`"`)
	}
	out.WriteString(">")
	xml.EscapeText(out, []byte(n.text))
	for _, child := range n.children {
		child.write(out)
	}
	out.WriteString("</" + n.name + ">")
}

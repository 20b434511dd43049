// Package schemadoc writes the JSON Schema of a configuration file as a page of tables
// for people: a section for each key at the top and for each definition, a row for each
// key below it.
package schemadoc

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"
)

// Write writes a schema as Markdown. JSON is read as YAML, which keeps the order of keys.
func Write(w io.Writer, schema []byte) error {
	var document yaml.Node
	if err := yaml.Unmarshal(schema, &document); err != nil {
		return err
	}
	if len(document.Content) == 0 {
		return fmt.Errorf("the schema is empty")
	}
	root := document.Content[0]
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n\n%s\n", textOf(root, "title"), textOf(root, "description"))
	for key, value := range members(member(root, "properties")) {
		writeSection(&b, key, value)
	}
	for name, value := range members(member(root, "$defs")) {
		writeSection(&b, heading(name), value)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// heading is the title of a definition's section, which no key at the top has.
func heading(name string) string {
	article := "A "
	if strings.ContainsRune("aeiou", rune(name[0])) {
		article = "An "
	}
	return article + strings.ReplaceAll(name, "_", " ")
}

func writeSection(b *bytes.Buffer, title string, of *yaml.Node) {
	fmt.Fprintf(b, "\n## %s\n", title)
	if text := meaning(of); text != "" {
		fmt.Fprintf(b, "\n%s\n", text)
	}
	rows := rowsOf(of, "")
	if len(rows) == 0 {
		fmt.Fprintf(b, "\nValue: %s.\n", kind(of))
		return
	}
	b.WriteString("\n| key | value | |\n|---|---|---|\n")
	for i, row := range rows {
		if i+1 < len(rows) && row[2] == "" && rows[i+1][1] == row[1] && rows[i+1][2] == "" {
			rows[i+1][0] = row[0] + "`, `" + rows[i+1][0] // alike, with nothing to say: one row
			continue
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", row[0], cell(row[1]), cell(row[2]))
	}
}

// rowsOf are the keys below a schema: name, kind of value, meaning.
func rowsOf(of *yaml.Node, prefix string) (rows [][3]string) {
	for key, value := range members(member(of, "properties")) {
		path := prefix + key
		rows = append(rows, [3]string{path, kind(value), meaning(value)})
		if items := member(value, "items"); items != nil {
			value, path = items, path+"[]"
		}
		rows = append(rows, rowsOf(value, path+".")...)
	}
	for _, other := range alternatives(of) {
		rows = append(rows, rowsOf(other, prefix)...)
	}
	return rows
}

// meaning is the description with the default and an example, where there are any.
func meaning(of *yaml.Node) string {
	text := textOf(of, "description")
	if value := member(of, "default"); value != nil {
		text += fmt.Sprintf(" Default: `%s`.", flow(value))
	}
	if examples := member(of, "examples"); examples != nil && len(examples.Content) > 0 {
		text += fmt.Sprintf(" Example: `%s`.", flow(examples.Content[0]))
	}
	return strings.TrimSpace(text)
}

// kind names the values that a schema allows.
func kind(of *yaml.Node) string {
	if ref := textOf(of, "$ref"); ref != "" {
		title := heading(ref[strings.LastIndex(ref, "/")+1:])
		return fmt.Sprintf("[%s](#%s)", strings.ToLower(title[:1])+title[1:], anchor(title))
	}
	if enum := member(of, "enum"); enum != nil {
		var values []string
		for _, value := range enum.Content {
			values = append(values, "`"+value.Value+"`")
		}
		return strings.Join(values, ", ")
	}
	if others := alternatives(of); len(others) > 0 {
		var kinds []string
		for _, other := range others {
			kinds = append(kinds, kind(other))
		}
		return strings.Join(kinds, " or ")
	}
	switch textOf(of, "type") {
	case "array":
		return "list of " + kind(member(of, "items"))
	case "object":
		if each := member(of, "additionalProperties"); each != nil && each.Kind == yaml.MappingNode {
			return "names, each with " + kind(each)
		}
		return "keys"
	case "boolean":
		return "true or false"
	case "integer", "number":
		return "number"
	}
	return "text"
}

// anchor is how a link finds a heading.
func anchor(title string) string { return strings.ReplaceAll(strings.ToLower(title), " ", "-") }

// alternatives are the schemas of anyOf and oneOf that tell of values, and not merely of
// what is required.
func alternatives(of *yaml.Node) (list []*yaml.Node) {
	for _, name := range []string{"anyOf", "oneOf"} {
		choice := member(of, name)
		if choice == nil {
			continue
		}
		for _, one := range choice.Content {
			if member(one, "type") != nil || member(one, "$ref") != nil || member(one, "enum") != nil {
				list = append(list, one)
			}
		}
	}
	return list
}

// member returns the value of a key; nil if there is none.
func member(of *yaml.Node, name string) *yaml.Node {
	for key, value := range members(of) {
		if key == name {
			return value
		}
	}
	return nil
}

// members goes through the keys of a mapping, in order.
func members(of *yaml.Node) func(func(string, *yaml.Node) bool) {
	return func(yield func(string, *yaml.Node) bool) {
		if of == nil || of.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(of.Content); i += 2 {
			if !yield(of.Content[i].Value, of.Content[i+1]) {
				return
			}
		}
	}
}

// textOf is the text of a key; empty if there is none.
func textOf(of *yaml.Node, name string) string {
	if value := member(of, name); value != nil && value.Kind == yaml.ScalarNode {
		return value.Value
	}
	return ""
}

// flow is a value as one writes it in a line of YAML.
func flow(value *yaml.Node) string {
	var parts []string
	switch value.Kind {
	case yaml.MappingNode:
		for key, one := range members(value) {
			parts = append(parts, key+": "+flow(one))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case yaml.SequenceNode:
		for _, one := range value.Content {
			parts = append(parts, flow(one))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return value.Value
}

// cell keeps a text in its column.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// Package strictyaml decodes YAML and refuses keys that nobody reads: a misspelt
// key must not be a value silently left out.
package strictyaml

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// UnknownKey is a key of a mapping for which the target has no field.
type UnknownKey struct {
	Line  int
	Key   string
	Known []string // what could stand there, sorted
}

// Error implements error. It does not name the line.
func (u *UnknownKey) Error() string {
	return fmt.Sprintf("unknown key %q; known here: %s", u.Key, strings.Join(u.Known, ", "))
}

// Decode decodes a node into what the pointer points to. An unknown key, however
// deep, is an error of type *UnknownKey. Below a yaml.Node nothing is looked at.
func Decode(node *yaml.Node, into any) error {
	if err := checkKeys(node, reflect.TypeOf(into).Elem()); err != nil {
		return err
	}
	return node.Decode(into)
}

func checkKeys(node *yaml.Node, t reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[yaml.Node]():
		return nil
	case t.Kind() == reflect.Slice && node.Kind == yaml.SequenceNode:
		return checkEach(node.Content, t.Elem())
	case t.Kind() == reflect.Map && node.Kind == yaml.MappingNode:
		var values []*yaml.Node
		for i := 1; i < len(node.Content); i += 2 {
			values = append(values, node.Content[i])
		}
		return checkEach(values, t.Elem())
	case t.Kind() == reflect.Struct && node.Kind == yaml.MappingNode:
		return checkFields(node, t)
	}
	return nil
}

func checkEach(nodes []*yaml.Node, element reflect.Type) error {
	for _, node := range nodes {
		if err := checkKeys(node, element); err != nil {
			return err
		}
	}
	return nil
}

func checkFields(node *yaml.Node, t reflect.Type) error {
	fields := map[string]reflect.Type{}
	var names []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		fields[name] = t.Field(i).Type
		names = append(names, name)
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		field, known := fields[key.Value]
		if !known {
			slices.Sort(names)
			return &UnknownKey{key.Line, key.Value, names}
		}
		if err := checkKeys(node.Content[i+1], field); err != nil {
			return err
		}
	}
	return nil
}

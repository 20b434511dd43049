package features

import (
	"fmt"
	"reflect"
	"strings"

	"gopkg.in/yaml.v3"
)

// parseYAML reads one YAML document without interpreting it, so that later errors can name lines.
func parseYAML(file string, text []byte) (*yaml.Node, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(document.Content) == 0 {
		return nil, fmt.Errorf("%s: the file is empty", file)
	}
	return document.Content[0], nil
}

// decodeStrict decodes a node and refuses keys that the target has no field for: a misspelt key must not be
// a value silently left out.
func decodeStrict(file string, node *yaml.Node, into any) error {
	if err := checkKeys(file, node, reflect.TypeOf(into).Elem()); err != nil {
		return err
	}
	if err := node.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

func checkKeys(file string, node *yaml.Node, target reflect.Type) error {
	switch {
	case target == reflect.TypeFor[yaml.Node]():
		return nil
	case target.Kind() == reflect.Slice && node.Kind == yaml.SequenceNode:
		return checkEach(file, node.Content, target.Elem())
	case target.Kind() == reflect.Map && node.Kind == yaml.MappingNode:
		for i := 1; i < len(node.Content); i += 2 {
			if err := checkKeys(file, node.Content[i], target.Elem()); err != nil {
				return err
			}
		}
	case target.Kind() == reflect.Struct && node.Kind == yaml.MappingNode:
		return checkFields(file, node, target)
	}
	return nil
}

func checkEach(file string, nodes []*yaml.Node, element reflect.Type) error {
	for _, n := range nodes {
		if err := checkKeys(file, n, element); err != nil {
			return err
		}
	}
	return nil
}

func checkFields(file string, node *yaml.Node, target reflect.Type) error {
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		field, names := fieldOf(target, key.Value)
		if field == nil {
			return fmt.Errorf("%s:%d: unknown key %q; known are %s", file, key.Line, key.Value, strings.Join(names, ", "))
		}
		if err := checkKeys(file, node.Content[i+1], field); err != nil {
			return err
		}
	}
	return nil
}

// fieldOf gives the type of the field with that yaml name, or nil and the names there are.
func fieldOf(target reflect.Type, key string) (reflect.Type, []string) {
	var names []string
	for i := range target.NumField() {
		name := target.Field(i).Tag.Get("yaml")
		if name == key {
			return target.Field(i).Type, nil
		}
		names = append(names, name)
	}
	return nil, names
}

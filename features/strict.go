package features

import (
	"errors"
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/internal/strictyaml"
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

// decodeStrict decodes a node; an error names the file, and the line of an unknown key.
func decodeStrict(file string, node *yaml.Node, into any) error {
	err := strictyaml.Decode(node, into)
	var unknown *strictyaml.UnknownKey
	switch {
	case errors.As(err, &unknown):
		return fmt.Errorf("%s:%d: %w", file, unknown.Line, err)
	case err != nil:
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

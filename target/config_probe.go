package target

import (
	"errors"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/dpop"
)

// probeSection is the request of an API that a good token makes succeed: a method and
// a path, or these with what tells its success.
type probeSection struct {
	Request string `yaml:"request"`
	Status  int    `yaml:"status"`
	JSON    string `yaml:"json"`
}

// UnmarshalYAML lets the request stand by itself.
func (p *probeSection) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		p.Request = node.Value
		return nil
	}
	type plain probeSection
	return node.Decode((*plain)(p))
}

func (p probeSection) success() (Success, error) {
	if p.Status != 0 && p.Status/100 != 2 {
		return Success{}, fmt.Errorf("probe.status %d is not a status of success", p.Status)
	}
	return Success{p.Status, p.JSON}, nil
}

// parseProbe reads a method and a path.
func parseProbe(text string) (Operation, error) {
	method, path, found := strings.Cut(text, " ")
	if !found || !strings.HasPrefix(path, "/") {
		return Operation{}, fmt.Errorf("probe %q is not a method and a path, such as GET /orders", text)
	}
	if _, err := dpop.NormalizeEscapes(path); err != nil {
		return Operation{}, fmt.Errorf("probe %q: %w", text, err)
	}
	return Operation{Method: method, Path: path}, nil
}

// parseProbes reads those beside the first.
func parseProbes(first Operation, list []string) ([]Operation, error) {
	whole := func(o Operation) string { return o.Method + " " + o.Path }
	seen := map[string]bool{whole(first): true}
	var probes []Operation
	for _, text := range list {
		o, err := parseProbe(text)
		if err != nil {
			return nil, fmt.Errorf("probes: %w", err)
		}
		if seen[whole(o)] {
			return nil, fmt.Errorf("probes: %s is named twice", whole(o))
		}
		seen[whole(o)] = true
		probes = append(probes, o)
	}
	return probes, nil
}

var errBehind = errors.New("upstream is where the API runs behind its gateway, and cannot be its url")

package strictyaml

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// LineError is something wrong at a line of a document.
type LineError struct {
	Line int
	What string
}

// Error implements error. It does not name the line.
func (e *LineError) Error() string { return e.What }

// Parse reads the one document of a text. Aliases and merge keys (<<) are replaced by what they stand for, so that
// whoever reads the document meets every key. A key that stands twice in a mapping, an
// alias of itself and a second document are errors of type *LineError. An empty text
// is a node of kind 0.
func Parse(text string) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var root yaml.Node
	if err := decoder.Decode(&root); errors.Is(err, io.EOF) {
		return &yaml.Node{}, nil
	} else if err != nil {
		return nil, withoutAnchor(err)
	}
	if err := alone(decoder); err != nil {
		return nil, err
	}
	r := resolver{left: mostValues}
	return r.node(&root)
}

// unknownAnchor is how the parser names what a value that begins with * should stand
// for: a password would be such a name.
var unknownAnchor = regexp.MustCompile(`unknown anchor '.*' referenced`)

func withoutAnchor(err error) error {
	const said = "a value that begins with * stands for one that is named by & before it, and there is none; " +
		"put a value that is meant as it is in quotes"
	if unknownAnchor.MatchString(err.Error()) {
		return errors.New(unknownAnchor.ReplaceAllLiteralString(err.Error(), said))
	}
	return err
}

// alone makes sure that no document follows but empty ones.
func alone(decoder *yaml.Decoder) error {
	for {
		var next yaml.Node
		if err := decoder.Decode(&next); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return withoutAnchor(err)
		}
		if content := next.Content[0]; content.Kind != yaml.ScalarNode || content.Tag != "!!null" || content.Value != "" {
			return &LineError{content.Line,
				"a second document begins here (behind ---), and only the first is read; make one document of them"}
		}
	}
}

// mostValues is how many values a document may have with its aliases replaced.
const mostValues = 100_000

// resolver replaces aliases and merge keys.
type resolver struct {
	left int
	open []*yaml.Node // the anchors whose aliases are being replaced
}

// node is the node with all that stands below it, as a copy: what an alias stands for
// is read at each of its places as if it had been written there.
func (r *resolver) node(n *yaml.Node) (*yaml.Node, error) {
	if r.left--; r.left < 0 {
		return nil, &LineError{n.Line, fmt.Sprintf("with its aliases replaced the document has more than %d values",
			mostValues)}
	}
	if n.Kind == yaml.AliasNode {
		for _, open := range r.open {
			if open == n.Alias {
				return nil, &LineError{n.Line, fmt.Sprintf("the alias *%s stands within what it stands for", n.Value)}
			}
		}
		r.open = append(r.open, n.Alias)
		defer func() { r.open = r.open[:len(r.open)-1] }()
		return r.node(n.Alias)
	}
	resolved := *n
	resolved.Anchor, resolved.Content = "", nil
	if n.Kind == yaml.MappingNode {
		return &resolved, r.mapping(n, &resolved)
	}
	for _, child := range n.Content {
		content, err := r.node(child)
		if err != nil {
			return nil, err
		}
		resolved.Content = append(resolved.Content, content)
	}
	return &resolved, nil
}

// mapping resolves the keys and values of a mapping: its own, then those that it
// merges and has not (YAML's merge key, https://yaml.org/type/merge.html).
func (r *resolver) mapping(n, into *yaml.Node) error {
	lines := map[string]int{}
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, err := r.node(n.Content[i])
		if err != nil {
			return err
		}
		value, err := r.node(n.Content[i+1])
		if err != nil {
			return err
		}
		if merges(key) {
			merged = append(merged, value)
			continue
		}
		if line, twice := lines[key.Value]; twice && key.Kind == yaml.ScalarNode {
			return &LineError{key.Line, fmt.Sprintf("the key %q stands in line %d already", key.Value, line)}
		}
		lines[key.Value] = key.Line
		into.Content = append(into.Content, key, value)
	}
	for _, other := range merged {
		if err := merge(other, into, lines); err != nil {
			return err
		}
	}
	return nil
}

// merges says whether a key is the merge key: << without quotes.
func merges(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" && key.ShortTag() == "!!merge"
}

// merge adds the keys of a mapping, or of each of a list of mappings, that are not
// there yet.
func merge(other, into *yaml.Node, lines map[string]int) error {
	switch other.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(other.Content); i += 2 {
			key := other.Content[i]
			if _, there := lines[key.Value]; !there {
				lines[key.Value] = key.Line
				into.Content = append(into.Content, key, other.Content[i+1])
			}
		}
		return nil
	case yaml.SequenceNode:
		for _, one := range other.Content {
			if one.Kind != yaml.MappingNode {
				return &LineError{one.Line, "<< merges mappings, and this is none"}
			}
			if err := merge(one, into, lines); err != nil {
				return err
			}
		}
		return nil
	}
	return &LineError{other.Line, "<< merges a mapping or a list of mappings, and this is neither"}
}

package runner

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/internal/spelling"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// apiNames are the APIs that a scenario may name: those of the configuration, or else the
// embedded ones.
func apiNames(configured []target.RealAPI) []string {
	if len(configured) == 0 {
		return world.APINames
	}
	var names []string
	for _, api := range configured {
		names = append(names, api.Name)
	}
	return names
}

// knows is an error for a step that names an API which is not there: skipped, a slip of the
// pen would look like something that the party lacks, and embedded it would be served.
func (x *expander) knows(s *Step) error {
	name := s.definition.Matched(s.Text, "api")
	if x.names == nil || name == "" || strings.Contains(name, "{") || slices.Contains(x.names, name) {
		return nil
	}
	where := "the configuration has no API called %q; did you mean %q? It has %s"
	if len(x.apis) == 0 {
		where = "no embedded API is called %q; did you mean %q? There are %s, and one of your own is named in apis"
	}
	return fmt.Errorf(where, mask.Head(name, maxShown), spelling.Nearest(name, x.names), strings.Join(x.names, ", "))
}

package runner

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/steps/world"
)

// knows is an error for a step that names an API which is not there. What stands in a
// value is known once the step runs, and looked at then.
func (x *expander) knows(s *Step) error {
	name := s.definition.Matched(s.Text, "api")
	written := strings.Contains(s.Text, ` of the API "`+name+`"`) || strings.Contains(s.Text, ` for the API "`+name+`"`)
	if x.target == nil || name == "" || !written {
		return nil // a group of that name in a step of somebody's own means what they like
	}
	if !world.Placeholder.MatchString(name) {
		return world.KnownAPI(name, x.target.APIs)
	}
	if s.protects() {
		return fmt.Errorf("the API %s is a value, and what is protected must be known before any step runs; write its name",
			name)
	}
	return nil
}

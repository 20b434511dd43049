package runner

import (
	"fmt"

	"github.com/dpopspec/dpopspec/target"
)

// variables looks up the environment variables that the steps of a case name.
// It returns their values, which no output may show. A variable that is not
// set is a mistake of the scenario.
func (c *Case) variables(env func(string) (string, bool)) []string {
	var secrets []string
	for _, step := range c.steps {
		for _, text := range step.texts() {
			_, used, missing := target.Variables(text, env)
			secrets = append(secrets, used...)
			if missing != "" && c.problem == nil {
				c.problem = fmt.Errorf("%s:%d:%d: the environment variable %s is not set; "+
					"set it or write ${%[4]s:-default}", c.Feature, step.Line, step.Column, missing)
			}
		}
	}
	return secrets
}

// texts are the text of a step and all that stands below it.
func (s Step) texts() []string {
	texts := []string{s.Text}
	if doc := s.below.DocString; doc != nil {
		texts = append(texts, doc.Content)
	}
	if table := s.below.Table; table != nil {
		for _, row := range table.Rows {
			for _, cell := range row.Cells {
				texts = append(texts, cell.Value)
			}
		}
	}
	return texts
}

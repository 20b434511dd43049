package runner

import (
	"fmt"
	"strings"

	messages "github.com/cucumber/messages/go/v34"
)

// How large a feature file may be. A row of a table takes some kilobytes once it is
// parsed, and each step is there once for each row of its scenario.
const (
	maxFeature = 4 << 20 // octets
	maxLines   = 20_000  // lines
	maxSteps   = 200_000 // steps of all scenarios, those of each row and of the background counted
)

// limitError says where a feature file is larger than it may be.
type limitError struct {
	line    int
	problem string
}

// Error implements error.
func (e *limitError) Error() string { return e.problem }

// tooLarge returns an error where the text of a file is too large to be parsed.
func (s Source) tooLarge() error {
	if len(s.Text) > maxFeature {
		return &limitError{1, fmt.Sprintf("the file has more than %d octets; split it into several", maxFeature)}
	}
	number := 0
	for range strings.Lines(string(s.Text)) {
		number++
		if number > maxLines {
			return &limitError{number, fmt.Sprintf("the file has more than %d lines; split it into several", maxLines)}
		}
	}
	return nil
}

// tooManySteps returns an error where rows and steps of a feature are too many together.
func tooManySteps(feature *messages.Feature) error {
	return new(stepCount).children(feature.Children, 0)
}

// stepCount counts the steps that the scenarios of a feature come to.
type stepCount struct{ all int }

func (n *stepCount) children(children []*messages.FeatureChild, before int) error {
	for _, child := range children {
		if child.Background != nil {
			before += len(child.Background.Steps)
		}
		if err := n.scenario(child.Scenario, before); err != nil {
			return err
		}
		if child.Rule == nil {
			continue
		}
		inRule := before
		for _, c := range child.Rule.Children {
			if c.Background != nil {
				inRule += len(c.Background.Steps)
			}
			if err := n.scenario(c.Scenario, inRule); err != nil {
				return err
			}
		}
	}
	return nil
}

func (n *stepCount) scenario(s *messages.Scenario, before int) error {
	if s == nil {
		return nil
	}
	rows := 0
	for _, examples := range s.Examples {
		rows += len(examples.TableBody)
	}
	if n.all += max(rows, 1) * (before + len(s.Steps)); n.all > maxSteps {
		return &limitError{int(s.Location.Line), fmt.Sprintf(
			"with the rows of this scenario the file comes to more than %d steps; split it into several", maxSteps)}
	}
	return nil
}

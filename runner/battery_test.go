package runner

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/features"
)

// forging are the ways in which a step names defects of the catalogue.
var forging = []*regexp.Regexp{
	regexp.MustCompile(`^the request carries a proof whose (?P<part>.+?) is (?P<value>.+)$`),
	regexp.MustCompile(`^the request carries a proof with two defects: its (.+?) is (.+), and its (.+?) is (.+)$`),
	regexp.MustCompile(`^an honest proof has the jti of one that was refused because its (.+?) is (.+)$`),
}

// forgedBy returns the defects that a step names, as pairs of part and value.
func forgedBy(step string) [][2]string {
	for _, pattern := range forging {
		if found := pattern.FindStringSubmatch(step); found != nil {
			var pairs [][2]string
			for pair := range slices.Chunk(found[1:], 2) {
				pairs = append(pairs, [2]string{pair[0], strings.Trim(pair[1], `"`)})
			}
			return pairs
		}
	}
	return nil
}

func TestEveryForgedDefectIsTriedByAScenario(t *testing.T) {
	tried := map[[2]string]bool{}
	for _, c := range builtIn(t).Cases {
		for _, step := range c.Steps() {
			for _, name := range forgedBy(step.Text) {
				if _, err := forge.Find(name[0], name[1]); err != nil {
					t.Errorf("%s:%d: %v", c.Feature, step.Line, err)
				}
				tried[name] = true
			}
		}
	}
	for _, d := range forge.All() {
		if !tried[[2]string{d.Part, d.Value}] {
			t.Errorf("no scenario sends a proof whose %s", d.Name())
		}
	}
}

// Sound variations and defects belong under different claims: a row that names
// the one under the claim of the other could only pass by mistake.
func TestARowExpectsWhatItsDefectIs(t *testing.T) {
	for _, c := range builtIn(t).Cases {
		if strings.Contains(c.Feature, "profiles") {
			continue // a profile may demand more than RFC 9449
		}
		steps := c.Steps()
		for i, step := range steps {
			names := forgedBy(step.Text)
			if len(names) != 1 || i+1 == len(steps) || !strings.HasPrefix(step.Text, "the request carries") {
				continue
			}
			d, err := forge.Find(names[0][0], names[0][1])
			if err != nil {
				continue
			}
			switch then := steps[i+1].Text; {
			case then == "it is refused" && (d.Sound || d.Open):
				t.Errorf("%s expects a refusal of what may be accepted: %s", c.ID, d.Name())
			case then == "it is accepted" && !d.Sound && !d.Open:
				t.Errorf("%s expects what must be refused to be accepted: %s", c.ID, d.Name())
			}
		}
	}
}

func TestEveryRequirementIsProbedAtEachOfItsEndpoints(t *testing.T) {
	for _, r := range builtIn(t).Coverage() {
		missing := endpointsOf(r.Missing)
		switch {
		case r.Waived != "" && len(r.Cases) > 0:
			t.Errorf("%s is waived and has %d cases: take the waiver out", r.ID, len(r.Cases))
		case r.Waived == "" && len(r.Cases) == 0:
			t.Errorf("%s has neither a case nor a waiver", r.ID)
		case r.Waived == "" && len(missing) > 0:
			t.Errorf("%s: %d cases, none at %v", r.ID, len(r.Cases), missing)
		}
	}
}

// endpointsOf leaves out the roles in a list of what is missing.
func endpointsOf(missing []string) []string {
	return slices.DeleteFunc(slices.Clone(missing), func(name string) bool {
		return !slices.Contains(features.Endpoints, name)
	})
}

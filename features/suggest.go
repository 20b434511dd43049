package features

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/internal/spelling"
)

const suggestions = 3

// Suggest gives the ids nearest to one that is unknown, best first, at most three: for an error message.
// A missing prefix ("4.3-43"), a leading @ and other letter case cost nothing; what resembles no id gets no suggestion.
func (c *Catalogue) Suggest(id string) []string {
	wanted := strings.ToUpper(strings.TrimPrefix(strings.TrimSpace(id), "@"))
	if wanted == "" {
		return nil
	}
	type candidate struct {
		id       string
		distance int
	}
	var near []candidate
	for _, r := range c.requirements {
		if d := idDistance(wanted, strings.ToUpper(r.ID)); d <= len(wanted)/3 {
			near = append(near, candidate{r.ID, d})
		}
	}
	slices.SortStableFunc(near, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	ids := make([]string, 0, suggestions)
	for _, n := range near[:min(len(near), suggestions)] {
		ids = append(ids, n.id)
	}
	return ids
}

func idDistance(wanted, id string) int {
	if _, rest, ok := strings.Cut(id, "-"); ok && rest == wanted {
		return 0
	}
	return spelling.Distance(wanted, id)
}

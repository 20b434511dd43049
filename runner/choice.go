package runner

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/spelling"
)

// ParseEndpoints reads the names of endpoints whose cases are to be run.
func (s *Selection) ParseEndpoints(names []string) error {
	for _, name := range names {
		if !slices.Contains(features.Endpoints, name) {
			return fmt.Errorf("--at: no endpoint is called %q; there are %s; %s",
				name, strings.Join(features.Endpoints, ", "), meant(name))
		}
		s.At = append(s.At, name)
	}
	return nil
}

// isAt reports whether the endpoint of a case is chosen.
func (s Selection) isAt(c *Case) bool { return s.At == nil || slices.Contains(s.At, c.Endpoint) }

// isTouched reports whether the feature and the party of a case are chosen.
func (s Selection) isTouched(c *Case) bool {
	return (s.Features == nil || slices.Contains(s.Features, c.Feature)) &&
		(s.Touched == nil || c.Subject == "" || slices.Contains(s.Touched, c.Subject))
}

// callings are what people call parties and endpoints, and how to choose them.
var callings = map[string]string{
	"as": "--subject as", "authorization server": "--subject as", "server": "--subject as", "issuer": "--subject as",
	"rs": "--subject rs", "resource server": "--subject rs", "resource": "--subject rs",
	"client": "--subject client", "sdk": "--subject client",
	"api": "--at api", "token": "--at token", "par": "--at par", "userinfo": "--at userinfo",
	"pushed authorization request": "--at par",
}

// meant says how to choose what a name that is no party or no endpoint may stand
// for.
func meant(name string) string {
	names := slices.Sorted(maps.Keys(callings))
	return "did you mean " + callings[spelling.Nearest(name, names)] + "?"
}

// nearest is the name of a set that resembles another most.
func nearest(name string, among map[string]bool) string {
	return spelling.Nearest(name, slices.Sorted(maps.Keys(among)))
}

// nearestID is the id of a requirement or of a case that resembles another most.
func nearestID(id string, cases []*Case, catalogue *features.Catalogue) string {
	if near := catalogue.Suggest(id); len(near) > 0 {
		return near[0]
	}
	ids := map[string]bool{}
	for _, c := range cases {
		ids[c.ID] = true
	}
	return nearest(id, ids)
}

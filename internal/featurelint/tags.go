package featurelint

import (
	"strings"

	"github.com/dpopspec/dpopspec/internal/spelling"
)

// meaning are the tags that mean something here, beside the ids of requirements; those
// with a colon take a value.
var meaning = []string{"aggressive", "probes", "client", "verdict:", "profile:", "not-profile:"}

// Misspelt returns the tag that somebody may have meant whose tag means nothing here;
// empty if it is more likely one of their own.
func Misspelt(tag string) string {
	kind, value, valued := strings.Cut(tag, ":")
	for _, known := range meaning {
		name, takes := strings.CutSuffix(known, ":")
		if takes != valued || kind == name {
			continue
		}
		if d := spelling.Distance(strings.ToLower(kind), name); d <= len(name)/5 {
			if takes {
				return known + value
			}
			return known
		}
	}
	return ""
}

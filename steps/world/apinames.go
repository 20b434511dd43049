package world

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/internal/spelling"
	"github.com/dpopspec/dpopspec/target"
)

// APINames are the embedded APIs that a scenario may name.
var APINames = []string{DefaultAPI, "invoices"}

// longestName is how many octets of a name are shown.
const longestName = 100

// KnownAPI returns an error, with the nearest name, unless a scenario may name the API:
// those of the configuration, or else the embedded ones. Skipped, a slip of the pen would
// look like something that the party lacks, and embedded it would be served.
func KnownAPI(name string, configured []target.RealAPI) error {
	names, where := APINames, "no embedded API is called %q; did you mean %q? "+
		"There are %s, and one of your own is named in apis"
	if len(configured) > 0 {
		names, where = nil, "the configuration has no API called %q; did you mean %q? It has %s"
		for _, api := range configured {
			names = append(names, api.Name)
		}
	}
	if slices.Contains(names, name) {
		return nil
	}
	return fmt.Errorf(where, mask.Head(name, longestName), spelling.Nearest(name, names), strings.Join(names, ", "))
}

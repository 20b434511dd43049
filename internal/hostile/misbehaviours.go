package hostile

import "slices"

// All lists every misbehaviour.
func All() []Misbehaviour {
	return slices.Concat(connections(), framings(), floods(), contents(), protocols())
}

// Named returns the misbehaviour of that name.
func Named(name string) (Misbehaviour, bool) {
	for _, m := range All() {
		if m.Name == name {
			return m, true
		}
	}
	return Misbehaviour{}, false
}

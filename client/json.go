package client

import (
	"encoding/json"

	"github.com/dpopspec/dpopspec/dpop"
)

// maxJSON bounds what is read of a JSON document.
const maxJSON = 1 << 20

// isTrue reports whether the member is the literal true: a string is not.
func isTrue(o dpop.Object, name string) bool {
	raw, _ := o.Get(name)
	return string(raw) == "true"
}

// stringList returns the member if it is a non-empty array of strings.
func stringList(o dpop.Object, name string) []string {
	raw, has := o.Get(name)
	if !has {
		return nil
	}
	var list []string
	if json.Unmarshal(raw, &list) != nil || len(list) == 0 {
		return nil
	}
	return list
}

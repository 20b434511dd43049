package forge

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/internal/spelling"
)

// tables are the defects, a table a concern, in the order of the catalogue. A new
// table is entered here, and nowhere else.
var tables = []func() []Defect{
	fieldDefects, formDefects, objectDefects,
	typDefects, algDefects, macDefects, extensionDefects, keySourceDefects,
	jwkDefects, pointDefects, otherCurveDefects, rsaDefects, privateKeyDefects,
	signatureDefects, ecdsaDefects, specialHalves, edwardsDefects, rsaSignatureDefects, pkcs1Defects, pssDefects,
	mismatchDefects, twoKeys,
	claimDefects, methodDefects, reflectionDefects,
	htuDefects, otherHosts, otherPaths, encodedDelimiters, sameTargets, noTargets,
	timeDefects, nonceDefects, tokenHashDefects,
}

// families know defects whose values are too many to be listed.
var families = []func(part, value string) (Defect, bool){literalDefect, distanceDefect}

var catalogue = sync.OnceValue(func() []Defect {
	var all []Defect
	for _, table := range tables {
		all = append(all, table()...)
	}
	return all
})

// All returns the whole catalogue, sound and open variations included.
func All() []Defect { return slices.Clone(catalogue()) }

// Find returns the defect of that name. Besides the catalogue it knows two
// families: "JSON <literal>" for any member of header or claims, and a distance
// from now such as "-3600 s" for iat, exp and nbf. The value may stand in quotes.
// The error for an unknown name says which known one comes nearest.
func Find(part, value string) (Defect, error) {
	if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' && !strings.Contains(value[1:n-1], `"`) {
		value = value[1 : n-1]
	}
	for _, d := range catalogue() {
		if d.Part == part && d.Value == value {
			return d, nil
		}
	}
	for _, family := range families {
		if d, found := family(part, value); found {
			return d, nil
		}
	}
	return Defect{}, unknown(part, value)
}

// unknown names what comes nearest, so that a typing error is mended at once.
func unknown(part, value string) error {
	var parts, values []string
	for _, d := range catalogue() {
		if !slices.Contains(parts, d.Part) {
			parts = append(parts, d.Part)
		}
		if d.Part == part {
			values = append(values, d.Value)
		}
	}
	if values == nil {
		return fmt.Errorf("forge: a proof has no part called %q; did you mean %q? The parts are %s",
			part, nearest(part, parts), strings.Join(parts, ", "))
	}
	return fmt.Errorf("forge: no defect %q of the part %s; did you mean %q?", value, part, nearest(value, values))
}

// nearest returns the word with the fewest edits from the one that was meant.
func nearest(word string, words []string) string {
	return slices.MinFunc(words, func(a, b string) int {
		return spelling.Distance(word, a) - spelling.Distance(word, b)
	})
}

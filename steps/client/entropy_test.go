package client

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/steps/world"
)

func identifiers(n int, make func(i int) string) []sentProof {
	var all []sentProof
	for i := range n {
		var claims dpop.Object
		claims.Add("jti", make(i))
		all = append(all, sentProof{claims: claims, text: strconv.Itoa(i)})
	}
	return all
}

func TestOnlyIdentifiersOfEnoughBitsAreUnguessable(t *testing.T) {
	profile, err := features.FindProfile("")
	if err != nil {
		t.Fatal(err)
	}
	uuid := func(int) string {
		id := []byte(fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64()))
		return fmt.Sprintf("%s-%s-4%s-a%s-%s", id[:8], id[8:12], id[13:16], id[17:20], id[20:])
	}
	for name, row := range map[string]struct {
		make  func(int) string
		sound bool
	}{
		"128 random bits":     {func(int) string { return dpop.NewID() }, true},
		"a UUID of version 4": {uuid, true},
		"96 random bits in hex": {func(int) string {
			return fmt.Sprintf("%016x%08x", rand.Uint64(), rand.Uint32())
		}, true},
		"a counter":             {func(i int) string { return strconv.Itoa(1000000 + i) }, false},
		"a long counter":        {func(i int) string { return fmt.Sprintf("%032d", i) }, false},
		"a time in nanoseconds": {func(i int) string { return strconv.Itoa(1795357506000000000 + i*1234567) }, false},
		"52 random bits":        {func(int) string { return strconv.FormatUint(rand.Uint64()>>12, 36) }, false},
		"64 random bits":        {func(int) string { return fmt.Sprintf("%016x", rand.Uint64()) }, false},
		"a long prefix, 32 bits": {func(int) string {
			return fmt.Sprintf("client-of-the-orders-api-%08x", rand.Uint32())
		}, false},
		"a UUID that mostly stands": {func(int) string {
			return fmt.Sprintf("6ba7b810-9dad-41d1-80b4-%012x", rand.Uint32())
		}, false},
		"the same again": {func(i int) string {
			return strconv.Itoa(i%50) + "-0123456789abcdefghijklmnop"
		}, false},
	} {
		w := world.NewWorld(t.Context(), nil, profile, world.Endpoint{}, "")
		problem := unguessable(&Actor{World: w}, identifiers(120, row.make))
		if (problem == "") != row.sound {
			t.Errorf("%s: sound %v, but %q", name, row.sound, problem)
		}
	}
}

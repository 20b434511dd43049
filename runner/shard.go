package runner

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/dpopspec/dpopspec/internal/shards"
)

// dealt are the cases of a shard. They are dealt in turn, in the order of a hash of their
// ids: dear cases stand together in a feature, and no shard is to get all of them, or none.
func dealt(cases []*Case, s shards.Shard) ([]*Case, error) {
	if s.Of <= 1 {
		return cases, nil
	}
	if len(cases) > 0 { // of none an empty selection tells
		if err := s.Deals(len(cases)); err != nil {
			return nil, err
		}
	}
	deck := slices.Clone(cases)
	slices.SortFunc(deck, func(a, b *Case) int {
		return cmp.Or(cmp.Compare(hash(a.ID), hash(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	mine := map[*Case]bool{}
	for i := s.N - 1; i < len(deck); i += s.Of {
		mine[deck[i]] = true
	}
	return slices.DeleteFunc(slices.Clone(cases), func(c *Case) bool { return !mine[c] }), nil
}

func hash(id string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(id))
	return h.Sum32()
}

// fingerprint is the same for two jobs that cut the same cases, and skip the same of them
// for the same reasons: another selection, another feature, a key of the configuration
// that only one of them has make another.
func fingerprint(cases []*Case) string {
	lines := make([]string, len(cases))
	for i, c := range cases {
		lines[i] = c.ID + "\x00" + c.Skip + "\n"
	}
	slices.Sort(lines)
	h := sha256.New()
	for _, line := range lines {
		h.Write([]byte(line))
	}
	return fmt.Sprintf("sha256:%x", h.Sum(nil)[:16])
}

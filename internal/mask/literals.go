package mask

import (
	"slices"
	"strings"
	"sync"
)

// shortest is the length of the shortest text that is looked for. So much of a
// secret less one octet may be seen where a text was cut.
const shortest = 4

// literals finds any of many texts in a text in one pass. The first four octets
// at a place tell, by a bitmap and then by a map, the lengths worth comparing.
type literals struct {
	mask func(found string) string

	mu      sync.RWMutex
	all     map[string]struct{}
	lengths map[uint32][]int    // by the first four octets; the longest first
	starts  map[uint32][]string // the same, the texts themselves
	ends    map[uint32][]string // the texts by their last four octets
	maybe   []uint64            // bitmap over a hash of the first four octets
	bits    int                 // of that hash
}

// newLiterals makes an empty set. Of 2^bits hashes few should be taken.
func newLiterals(bits int, mask func(string) string) *literals {
	return &literals{
		mask: mask, all: map[string]struct{}{}, lengths: map[uint32][]int{}, bits: bits,
		starts: map[uint32][]string{}, ends: map[uint32][]string{}, maybe: make([]uint64, 1<<bits/64),
	}
}

// add ignores a text that is too short or known.
func (l *literals) add(text string) {
	if len(text) < shortest {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.all[text]; known {
		return
	}
	l.all[text] = struct{}{}
	first, last := fourOctets(text), fourOctets(text[len(text)-4:])
	longer := func(a, b int) int { return b - a }
	if at, found := slices.BinarySearchFunc(l.lengths[first], len(text), longer); !found {
		l.lengths[first] = slices.Insert(l.lengths[first], at, len(text))
	}
	l.starts[first] = append(l.starts[first], text)
	l.ends[last] = append(l.ends[last], text)
	hash := l.hash(first)
	l.maybe[hash/64] |= 1 << (hash % 64)
}

// find appends a span for every occurrence. It goes on inside a find, since a
// second secret may begin there and end beyond.
func (l *literals) find(s string, spans []span) []span {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if len(l.all) == 0 {
		return spans
	}
	for i := 0; i+shortest <= len(s); i++ {
		first := fourOctets(s[i:])
		if hash := l.hash(first); l.maybe[hash/64]&(1<<(hash%64)) == 0 {
			continue
		}
		for _, length := range l.lengths[first] {
			if i+length > len(s) {
				continue
			}
			if _, found := l.all[s[i:i+length]]; found {
				spans = append(spans, span{i, i + length, l.mask(s[i : i+length])})
				break
			}
		}
	}
	return spans
}

// beginning is where the longest end of s begins that is the beginning of a
// literal; the length of s if there is none.
func (l *literals) beginning(s string) int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for i := 0; i+shortest <= len(s); i++ {
		rest := s[i:]
		begins := func(literal string) bool { return strings.HasPrefix(literal, rest) }
		if slices.ContainsFunc(l.starts[fourOctets(rest)], begins) {
			return i
		}
	}
	return len(s)
}

// ending is where the longest beginning of s ends that is the end of a
// literal; 0 if there is none.
func (l *literals) ending(s string) int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for i := len(s); i >= shortest; i-- {
		ends := func(literal string) bool { return strings.HasSuffix(literal, s[:i]) }
		if slices.ContainsFunc(l.ends[fourOctets(s[i-4:])], ends) {
			return i
		}
	}
	return 0
}

func fourOctets(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// hash is an index below 2^bits.
func (l *literals) hash(key uint32) uint32 { return key * 2654435761 >> (32 - l.bits) }

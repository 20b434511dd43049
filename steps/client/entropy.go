package client

import (
	"encoding/base64"
	"encoding/hex"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// uuid4 is a version 4 UUID (RFC 9562 §5.4): 122 random bits.
var uuid4 = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$`)

// uuid7 is a version 7 UUID (RFC 9562 §5.7): the time in milliseconds, and 74
// random bits that need to tell the proofs of one millisecond apart.
var uuid7 = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$`)

// enoughSamples is the least number of proofs from which something can be said
// of how a client chooses its jti.
const enoughSamples = 30

// unguessable judges whether jti values can collide or be guessed (RFC 9449
// §4.2): all different, with no common course, and made of enough bits that
// vary. What varies is estimated from the values, so the estimate is kind.
func unguessable(a *Actor, all []sentProof) string {
	ids := make([]string, len(all))
	for i, p := range all {
		ids[i] = p.claim("jti")
	}
	if problem := allNew(a, all); problem != "" {
		return problem
	}
	if a.early != nil || len(ids) < enoughSamples {
		return "" // not enough to tell
	}
	if idsCount(ids) {
		return "the values count up: " + strings.Join(ids[:3], ", ")
	}
	bits := variedBits(ids)
	want := float64(a.Profile.JTIBits())
	a.Observe("jti: about %.0f bits vary over %d proofs, such as %s", bits, len(ids), clipped(ids[0]))
	return unless(bits >= want*estimateTolerance,
		"about %.0f bits vary, %.0f are wanted; such as %s, %s", bits, want, ids[0], ids[1])
}

// estimateTolerance allows for what an estimate from few values misses.
const estimateTolerance = 0.9

// idsCount reports whether the values, or the numbers in them, go up from one
// to the next.
func idsCount(ids []string) bool {
	up, numbers := 0, 0
	var last float64
	for i, id := range ids {
		n, err := strconv.ParseFloat(id, 64)
		if err != nil {
			if raw, bad := strconv.ParseUint(id, 16, 64); bad == nil {
				n, err = float64(raw), nil
			}
		}
		if err == nil {
			numbers++
			if i > 0 && n >= last {
				up++
			}
			last = n
		}
	}
	return numbers == len(ids) && up >= len(ids)*9/10
}

// variedBits estimates the bits by which values differ: for each place, the
// entropy of the characters that stand there.
func variedBits(ids []string) float64 {
	switch {
	case uuid4.MatchString(ids[0]):
		return 122 * variedShare(ids)
	case uuid7.MatchString(ids[0]): // time and chance together are as good
		return 122 * variedShare(behindTime(ids))
	}
	total := 0.0
	for i := range longestID(ids) {
		counts := map[byte]int{}
		for _, id := range ids {
			if i < len(id) {
				counts[id[i]]++
			}
		}
		total += characterEntropy(counts, len(ids))
	}
	return total
}

// behindTime is what stands behind the time in version 7 UUIDs.
func behindTime(ids []string) []string {
	tails := make([]string, len(ids))
	for i, id := range ids {
		tails[i] = id[min(len(id), len("01234567-89ab-")):]
	}
	return tails
}

// variedShare is the share of the octets of UUIDs that vary at all.
func variedShare(ids []string) float64 {
	first := octetsOf(ids[0])
	varied := make([]bool, len(first))
	for _, id := range ids[1:] {
		for i, b := range octetsOf(id) {
			if i < len(first) && b != first[i] {
				varied[i] = true
			}
		}
	}
	count := 0.0
	for _, v := range varied {
		if v {
			count++
		}
	}
	return count / float64(max(1, len(first)))
}

func octetsOf(id string) []byte {
	if octets, err := hex.DecodeString(strings.ReplaceAll(id, "-", "")); err == nil {
		return octets
	}
	octets, _ := base64.RawURLEncoding.DecodeString(id)
	return octets
}

func longestID(ids []string) int {
	length := 0
	for _, id := range ids {
		length = max(length, len(id))
	}
	return length
}

// characterEntropy is Shannon's entropy, with the correction of Miller and Madow for few values,
// and never more than a base64url character can hold.
func characterEntropy(counts map[byte]int, n int) float64 {
	bits := 0.0
	for _, count := range counts {
		p := float64(count) / float64(n)
		bits -= p * math.Log2(p)
	}
	bits += float64(len(counts)-1) / (2 * float64(n) * math.Ln2)
	return math.Min(bits, 6)
}

// Package recent remembers what came lately, in bounded memory, for servers that
// run for as long as somebody pleases.
package recent

import (
	"crypto/sha256"
	"time"
)

// IDs remembers identifiers that must not come twice, such as the jti of a proof
// (RFC 9449 §4.2). Each is known for a time at least, so that none that comes again
// within it is taken for new, and longer as long as there is room. It keeps hashes:
// a long identifier costs no more than a short one.
type IDs struct {
	time time.Duration
	room int

	young, old map[[16]byte]struct{}
	turned     time.Time // when old was closed: none in it was used later
}

// NewIDs returns a memory that knows each identifier for a time at least, and the
// newest so many however old they are.
func NewIDs(atLeast time.Duration, room int) *IDs {
	return &IDs{time: atLeast, room: room, young: map[[16]byte]struct{}{}}
}

// Use remembers an identifier that is used now, and reports whether it was known.
func (m *IDs) Use(id string, now time.Time) (known bool) {
	sum := sha256.Sum256([]byte(id))
	key := [16]byte(sum[:16])
	_, isYoung := m.young[key]
	_, isOld := m.old[key]
	if len(m.young) >= m.room && now.Sub(m.turned) >= m.time {
		m.old, m.young, m.turned = m.young, make(map[[16]byte]struct{}, m.room), now
	}
	m.young[key] = struct{}{}
	return isYoung || isOld
}

// Len is how many identifiers are known. One that was used again may count twice.
func (m *IDs) Len() int { return len(m.young) + len(m.old) }

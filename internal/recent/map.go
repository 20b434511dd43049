package recent

import "iter"

// Map is a map that forgets what was not used for long: it keeps the so many values
// that were put or got last, and up to as many more. The zero value has no room; it
// costs nothing before the first Put. It is not safe for use by several goroutines.
type Map[K comparable, V any] struct {
	Room int        // how many values are kept at least
	Drop func(K, V) // told of each that is forgotten for want of room; may be nil

	young, old map[K]V
}

// Put keeps a value.
func (m *Map[K, V]) Put(key K, value V) {
	delete(m.old, key)
	if _, known := m.young[key]; !known && len(m.young) >= m.Room {
		for k, v := range m.old {
			if m.Drop != nil {
				m.Drop(k, v)
			}
		}
		m.old, m.young = m.young, nil
	}
	if m.young == nil {
		m.young = map[K]V{}
	}
	m.young[key] = value
}

// Get returns the value of a key, which is used by that.
func (m *Map[K, V]) Get(key K) (V, bool) {
	value, found := m.young[key]
	if found {
		return value, true
	}
	if value, found = m.old[key]; found {
		m.Put(key, value)
	}
	return value, found
}

// Delete forgets a value.
func (m *Map[K, V]) Delete(key K) {
	delete(m.young, key)
	delete(m.old, key)
}

// All are the values with their keys, in no order, and are not used by that. A value
// may be deleted on the way.
func (m *Map[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, part := range []map[K]V{m.young, m.old} {
			for k, v := range part {
				if !yield(k, v) {
					return
				}
			}
		}
	}
}

// Clear forgets everything.
func (m *Map[K, V]) Clear() { m.young, m.old = nil, nil }

// Len is how many values are kept.
func (m *Map[K, V]) Len() int { return len(m.young) + len(m.old) }

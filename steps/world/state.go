package world

import "reflect"

// Entrant is what a room of steps remembers of a case: it is told once of which.
type Entrant interface{ Enter(*World) }

// Of returns what a room of steps remembers of a case, made when it is first
// asked for.
func Of[T any](w *World) *T {
	return w.Room(reflect.TypeFor[T]()).(*T)
}

package steps

import "reflect"

// of returns what a group of steps remembers in a World: one zero T, made when
// it is first asked for. So each file of steps keeps its state to itself.
func of[T any](w *World) *T {
	return w.Room(reflect.TypeFor[T]()).(*T)
}

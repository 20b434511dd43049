package steps

import "reflect"

// of returns what a group of steps remembers in a World: one zero T, made when
// it is first asked for. So each file of steps keeps its state to itself.
func of[T any](w *World) *T {
	key := reflect.TypeFor[T]()
	if known, found := w.states[key]; found {
		return known.(*T)
	}
	fresh := new(T)
	w.states[key] = fresh
	return fresh
}

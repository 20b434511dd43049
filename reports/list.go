package reports

// list converts every element; an empty list is written [] and not null.
func list[A, B any](in []A, f func(A) B) []B {
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = f(a)
	}
	return out
}

// some converts every element; an empty list becomes nil again.
func some[A, B any](in []A, f func(A) B) []B {
	if len(in) == 0 {
		return nil
	}
	return list(in, f)
}

func identity(s string) string { return s }

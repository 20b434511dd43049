package mutants

func clients() []Mutant { return nil }

package mutants

func resourceServers() []Mutant { return nil }

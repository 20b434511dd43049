package mutants

func authorizationServers() []Mutant { return nil }

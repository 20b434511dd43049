package mutants

func authorizationServers() []Mutant { return nil }
func resourceServers() []Mutant      { return nil }
func clients() []Mutant              { return nil }

package dpop

// Finding is what one check says of a proof when all of them are asked.
type Finding struct {
	Check        string
	Requirements []string
	Problem      string // empty: the check holds
	Skipped      string // why it could not be asked; empty if it was
}

// needs names the checks that must hold before another can be asked.
var needs = map[string][]string{
	"size": {"field"}, "form": {"field", "size"}, "objects": {"form"},
	"typ": {"objects"}, "crit": {"objects"}, "alg": {"objects"}, "jwk": {"objects"},
	"private-key": {"jwk"}, "key": {"jwk"}, "alg-key": {"alg", "key"}, "key-use": {"alg", "jwk"},
	"signature": {"crit", "alg", "private-key", "key", "alg-key"},
	"jti":       {"objects"}, "htm": {"objects"}, "htu": {"objects"}, "iat": {"objects"},
	"lifetime": {"objects"}, "nonce": {"objects"}, "ath": {"objects"}, "binding": {"key"}, "replay": {"key", "jti",
		"htu", "iat"},
}

// Examine asks every check of a proof, also after one has failed, as far as
// those it rests on hold: what a person wants to know who looks at a proof that
// was refused. omit names checks that make no sense for lack of context.
func (v *Verifier) Examine(r Request, omit ...string) (*Proof, []Finding) {
	run := &Verification{Verifier: v, Request: r, Now: v.Clock()}
	failed := map[string]bool{}
	for _, name := range omit {
		failed[name] = true
	}
	var findings []Finding
	for _, check := range v.Checks {
		f := Finding{Check: check.Name, Requirements: check.Requirements}
		switch missing := firstFailed(needs[check.Name], failed); {
		case failed[check.Name]:
			f.Skipped = "not asked: the request it came with is not known"
		case missing != "":
			f.Skipped = "not asked: " + missing + " failed"
			failed[check.Name] = true
		default:
			if err := check.Do(run); err != nil {
				f.Problem = err.Error()
				failed[check.Name] = true
			}
		}
		findings = append(findings, f)
	}
	return &run.Proof, findings
}

func firstFailed(names []string, failed map[string]bool) string {
	for _, name := range names {
		if failed[name] {
			return name
		}
	}
	return ""
}

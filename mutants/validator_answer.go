package mutants

import (
	"fmt"
	"runtime"

	"github.com/dpopspec/dpopspec/dpop"
)

// verbose tells the sender where in the program its proof was refused.
func verbose(v *dpop.Verifier) {
	for _, check := range v.Checks {
		v.Replace(check.Name, func(p *dpop.Verification) error {
			err := check.Do(p)
			if err == nil {
				return nil
			}
			_, file, line, _ := runtime.Caller(0)
			return fmt.Errorf("goroutine 1 [running]: %s:%d: %w", file, line, err)
		})
	}
}

// descriptionBugs are bugs in saying why.
var descriptionBugs = []row{
	{id: "PV-116", does: "gives its inside away in error_description", breaks: ids{"RFC6749-5.2-02"},
		change: inVerifier(verbose)},
}

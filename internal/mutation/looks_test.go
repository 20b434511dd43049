package mutation

import (
	"slices"
	"testing"

	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

// looking opens a session whose embedded authorization server looks like a product.
func looking(t *testing.T, name string, parts target.Parts) *target.Session {
	t.Helper()
	configured := target.Default()
	configured.Parts = parts
	var err error
	if configured.Look, err = mockas.FindLook(name); err != nil {
		t.Fatal(err)
	}
	session, err := target.Open(t.Context(), configured)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.Close)
	return session
}

// What a server looks like is no matter of right and wrong.
func TestNoVerdictComesFromTheLookOfTheAuthorizationServer(t *testing.T) {
	for i, name := range mockas.LookNames() {
		t.Run(name, func(t *testing.T) {
			plan := builtIn(t)
			plan.Cases = eachOnce(plan.Cases, i)
			if part := len(mockas.LookNames()); i > 0 || !longtable.Whole { // one look is tried whole, of the others a part
				part *= longtable.Every(4, 1)
				plan.Cases = slices.DeleteFunc(plan.Cases, func(c *runner.Case) bool { return len(c.ID)%part != i })
			}
			for _, c := range runner.Execute(t.Context(), plan, looking(t, name, target.Parts{}), runner.Options{}) {
				if c.Verdict != reports.Passed && c.Verdict != reports.Skipped {
					t.Errorf("%s", reports.Block(c))
				}
			}
		})
	}
}

// A look must not hide a bug either: the client's are found behind TLS, HTTP/2,
// other paths and another issuer as well.
func TestBugsOfClientsAreFoundWhateverTheAuthorizationServerLooksLike(t *testing.T) {
	list, err := mutants.Select("client", "")
	if err != nil {
		t.Fatal(err)
	}
	plan := builtIn(t)
	for i, m := range list {
		if m.Profile != "" || i%longtable.Every(4, 2) != 0 {
			continue
		}
		name := mockas.LookNames()[i%len(mockas.LookNames())]
		session := looking(t, name, m.Parts)
		found := slices.ContainsFunc(plan.Cases, func(c *runner.Case) bool {
			return concerns(c, m) && runner.RunCase(t.Context(), c, session, plan.Profile, runner.Options{}).Verdict.Breaks()
		})
		if !found {
			t.Errorf("%s survived as %s: %s", m.Name(), name, m.Does)
		}
	}
}

package runner
import ("testing";"fmt";"github.com/dpopspec/dpopspec/features";"github.com/dpopspec/dpopspec/mutants";"github.com/dpopspec/dpopspec/reports")
func TestDbg(t *testing.T) {
	list, _ := mutants.Select("", "PV-014@par")
	sources, _ := ReadFS(features.FS)
	s, err := settings[0].stand(t.Context(), "", list[0].Parts)
	if err != nil { t.Fatal(err) }
	defer s.close()
	plan, _ := NewPlan(sources, s.target, Selection{IDs: []string{"proof-claims/a-proof-without-a-usable-jti-is-refused/missing@par"}})
	
	pr := func(string){}; _ = pr
	run, _ := Run(t.Context(), plan, s.target, Options{Parallel: 1, Trace: true})
	for _, c := range run.Cases { fmt.Println(c.ID, c.Verdict, c.Notes); fmt.Println(reports.Block(c)); for _, e := range c.Exchanges { fmt.Printf("%+v\n", e) } }
}

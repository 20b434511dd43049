package reports

import "fmt"

// setUp says what is wrong with the set-up, each problem once, with how many cases
// could not be tested for it.
func (p *page) setUp(run *Run) {
	for _, problem := range run.SetUp {
		p.line("")
		p.line("%s %s", p.sign(Errored), p.paint("1", oneLine(problem.What)))
		for _, part := range [][2]string{
			{"got", problem.Answer}, {"look at", problem.Key}, {"remedy", problem.Remedy}, {"costs", costs(run, problem)},
		} {
			if part[1] != "" {
				p.labelled(part[0], wrap(oneLine(part[1]), p.width()-labelWidth-2))
			}
		}
	}
}

// costs is what could not be tested for a problem.
func costs(run *Run, problem Problem) string {
	n := 0
	for _, c := range run.Cases {
		if c.Blocked == problem.Name {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s of %d could not be tested", plural(n, "case"), len(run.Cases))
}

// problem is a copy with every secret masked.
func (r *Redactor) problem(p Problem) Problem {
	return Problem{r.name(p.Name), r.Text(p.What), r.Text(p.Answer), r.Text(p.Key), r.Text(p.Remedy)}
}

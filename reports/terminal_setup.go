package reports

// How many problems of the set-up the terminal explains, and how many it names.
const (
	explainedProblems = 3
	namedProblems     = 15
)

// problems tell first what is wrong with the set-up: what does not work, what came
// instead, where to look, and what that costs. If there are many, of the later ones
// no more is told than where to look.
func (p *page) problems(run *Run) {
	for i, problem := range run.SetUp {
		if i == namedProblems {
			more := plural(len(run.SetUp)-i, "more problem") + " of the set-up " + inTheFiles
			p.line("%s", p.paint("2", "… and "+more))
			return
		}
		if i <= explainedProblems {
			p.line("")
		}
		said := []line{
			{label: "answer", text: problem.Answer}, {label: "look at", text: problem.Key},
			{label: "remedy", text: problem.Remedy}, {label: "not tested", text: run.cost(problem)},
		}
		if i >= explainedProblems {
			said = said[1:2]
		}
		p.heading(Errored, clip(oneLine(problem.What), 4*p.width()))
		for _, l := range said {
			if l.text != "" {
				p.labelled(l.label, wrap(oneLine(clip(l.text, setUpWidth)), p.width()-labelWidth-2))
			}
		}
	}
}

package reports

import (
	"slices"
	"strconv"
)

// htmlFilter is what the cases of the page are chosen by. It works by a script; without
// one it is not shown.
type htmlFilter struct {
	Cases     int
	Parties   []string
	Endpoints []string
	Verdicts  []Verdict
	Causes    []htmlChoice
}

// htmlChoice is a value with the words for it.
type htmlChoice struct{ Value, Words string }

// mostChoices is how many values a filter offers; the search finds the others.
const mostChoices = 200

// filterOf numbers the causes: their ids are long, and stand at each case.
func filterOf(causes []Cause, cases []htmlCase) htmlFilter {
	f := htmlFilter{Cases: len(cases)}
	numbers := map[string]string{}
	var cut titles
	for i, c := range causes {
		numbers[c.ID] = strconv.Itoa(i + 1)
		if i < mostChoices {
			words := cut.cut(oneLine(c.Title), 70) + " (" + thousands(len(c.Cases)) + ")"
			f.Causes = append(f.Causes, htmlChoice{numbers[c.ID], signs[c.Verdict] + " " + words})
		}
	}
	note := func(list *[]string, value string) {
		if value != "" && len(*list) < mostChoices && !slices.Contains(*list, value) {
			*list = append(*list, value)
		}
	}
	given := map[Verdict]bool{}
	for i := range cases {
		c := &cases[i]
		c.Party, c.At, c.By = shorten(oneLine(partyName(c.Subject)), 60), shorten(oneLine(c.Endpoint), 60), numbers[c.Cause()]
		note(&f.Parties, c.Party)
		note(&f.Endpoints, c.At)
		given[c.Verdict] = true
	}
	slices.Sort(f.Endpoints)
	for _, v := range Verdicts {
		if given[v] {
			f.Verdicts = append(f.Verdicts, v)
		}
	}
	return f
}

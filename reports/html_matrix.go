package reports

import (
	"slices"
	"strconv"
	"strings"
)

// htmlMatrix is what each party does about each requirement.
type htmlMatrix struct {
	Columns []string // parties
	Groups  []htmlGroup
}

// htmlGroup is the requirements of a chapter of a document.
type htmlGroup struct {
	Document, Chapter string
	Rows              []htmlRow
	Open              bool
	Counts            []htmlCount
}

type htmlRow struct {
	Requirement
	Worst Verdict // empty without a case
	Cells []htmlCell
}

// htmlCell is a requirement at a party.
type htmlCell struct {
	Column  string
	Binds   bool    // the requirement concerns the party
	Verdict Verdict // the gravest of the cases; empty without a case
	Cases   int
	Anchor  string // where the page tells of the gravest case
	Ratio   string // how many of the cases ended so: "1 of 3"; empty if all did
}

// partyNames are the parties as the matrix heads its columns.
var partyNames = map[string]string{
	"as": "Authorization server", "authorization server": "Authorization server",
	"rs": "API", "api": "API", "resource server": "API", "client": "Client",
}

func partyName(s string) string {
	if name, ok := partyNames[strings.ToLower(s)]; ok {
		return name
	}
	if s == "" {
		return "Target"
	}
	return s
}

func matrixOf(run *Run, cases []htmlCase) htmlMatrix {
	m := htmlMatrix{}
	requirements := definitions(*run).order
	m.Columns = columns(requirements, cases)
	byRequirement := map[string][]htmlCase{}
	for _, c := range cases {
		for _, q := range c.Requirements {
			byRequirement[q.ID] = append(byRequirement[q.ID], c)
		}
	}
	at := map[string]int{}
	for _, q := range requirements {
		document, chapter := chapterOf(q)
		i, ok := at[document+chapter]
		if !ok {
			i = len(m.Groups)
			at[document+chapter] = i
			m.Groups = append(m.Groups, htmlGroup{Document: document, Chapter: chapter})
		}
		m.Groups[i].Rows = append(m.Groups[i].Rows, rowOf(q, m.Columns, byRequirement[q.ID]))
	}
	for i := range m.Groups {
		m.Groups[i].summarise(len(requirements))
	}
	return m
}

// columns are the three parties, and any other that a case names.
func columns(requirements []Requirement, cases []htmlCase) []string {
	known := []string{"Authorization server", "API", "Client"}
	var list []string
	note := func(name string) {
		if name = partyName(name); !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	for _, q := range requirements {
		for _, party := range q.Binds {
			if partyNames[strings.ToLower(party)] != "" { // the catalogue writes a dash for nobody
				note(party)
			}
		}
	}
	for _, c := range cases {
		if len(c.Requirements) > 0 {
			note(c.Subject)
		}
	}
	order := func(name string) int {
		if i := slices.Index(known, name); i >= 0 {
			return i
		}
		return len(known)
	}
	slices.SortStableFunc(list, func(a, b string) int { return order(a) - order(b) })
	return list
}

func rowOf(q Requirement, columns []string, cases []htmlCase) htmlRow {
	row := htmlRow{Requirement: q}
	for _, column := range columns {
		cell := htmlCell{Column: column}
		for _, party := range q.Binds {
			cell.Binds = cell.Binds || partyName(party) == column
		}
		cell.judge(cases)
		if cell.Verdict != "" && (row.Worst == "" || graver(cell.Verdict, row.Worst)) {
			row.Worst = cell.Verdict
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// judge takes the gravest verdict of the party's cases. A case that was
// skipped tells nothing against one that passed: a requirement tested
// anywhere at a party is tested.
func (c *htmlCell) judge(cases []htmlCase) {
	same := 0
	for _, item := range cases {
		if partyName(item.Subject) != c.Column {
			continue
		}
		c.Binds = true
		c.Cases++
		switch {
		case item.Verdict == c.Verdict:
			same++
		case c.Verdict == "" || heavier(item.Verdict, c.Verdict):
			c.Verdict, c.Anchor, same = item.Verdict, item.target(), 1
		}
	}
	if same < c.Cases {
		c.Ratio = strconv.Itoa(same) + " of " + strconv.Itoa(c.Cases)
	}
}

func heavier(a, b Verdict) bool {
	if a == Skipped || b == Skipped {
		return b == Skipped
	}
	return graver(a, b)
}

// summarise counts the rows by verdict and opens the groups that hold something to see.
func (g *htmlGroup) summarise(all int) {
	var worst []Case
	for _, row := range g.Rows {
		if row.Worst != "" {
			worst = append(worst, Case{Verdict: row.Worst})
		}
		switch row.Worst {
		case Failed, Errored, Warned, Known, Inconclusive:
			g.Open = true
		}
	}
	g.Open = g.Open || all <= 40
	g.Counts = counts(worst)
}

// chapters are the chapters of RFC 9449.
var chapters = map[string]string{
	"2": "Objectives", "3": "Concept", "4": "DPoP proof JWTs", "5": "Access token request",
	"6": "Public key confirmation", "7": "Protected resource access", "8": "Nonces of the authorization server",
	"9": "Nonces of the resource server", "10": "Authorization code binding", "11": "Security considerations",
	"12": "IANA considerations",
}

// chapterOf is the document that a requirement's id begins with, and for
// RFC 9449 the chapter; the other documents have too few for chapters.
func chapterOf(q Requirement) (document, chapter string) {
	document, rest, _ := strings.Cut(q.ID, "-")
	if number, ok := strings.CutPrefix(document, "RFC"); ok {
		if document == "RFC9449" {
			chapter, _, _ = strings.Cut(rest, "-")
			chapter, _, _ = strings.Cut(chapter, ".")
			if title := chapters[chapter]; title != "" {
				chapter = "§" + chapter + " " + title
			} else {
				chapter = section(chapter)
			}
		}
		document = "RFC " + number
	}
	return document, chapter
}

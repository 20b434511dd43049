package runner

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dpopspec/dpopspec/internal/baseline"
	"github.com/dpopspec/dpopspec/internal/plaintext"
	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/reports"
)

// KnownDeviation is one line of a file of known deviations: the id of a case or
// of a requirement, and the reason why its failure is accepted for now.
type KnownDeviation struct {
	ID, Reason string
	File       string
	Line       int

	cases int // of the whole plan that it speaks of; 0: not known
}

// ReadKnown reads a file of known deviations: an id a line, two spaces, # and
// the reason; TODO where it is still to be found. Blank lines and lines that begin with # are left out. The file is text in
// UTF-8 or UTF-16; what cannot be seen in it is an error with its line.
func ReadKnown(file string) ([]KnownDeviation, error) {
	bytes, err := plaintext.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("known deviations: %w", err)
	}
	return parseKnown(file, bytes)
}

func parseKnown(file string, bytes []byte) ([]KnownDeviation, error) {
	text, err := plaintext.Decode(bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var list []KnownDeviation
	listed := map[string]int{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if at := strings.IndexFunc(line, unseen); at >= 0 {
			hidden, _ := utf8.DecodeRuneInString(line[at:])
			return nil, fmt.Errorf("%s:%d: it holds %U, which cannot be seen; take it out", file, i+1, hidden)
		}
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		id, reason, _ := strings.Cut(line, "#")
		k := KnownDeviation{ID: strings.TrimSpace(id), Reason: strings.TrimSpace(reason), File: file, Line: i + 1}
		if k.Reason == "" || strings.ContainsFunc(k.ID, unicode.IsSpace) || k.ID == "" {
			return nil, fmt.Errorf("%s:%d: write an id, two spaces and # with the reason", file, i+1)
		}
		if other, twice := listed[k.ID]; twice {
			return nil, fmt.Errorf("%s:%d: %s is listed twice, in line %d too", file, i+1, k.ID, other)
		}
		listed[k.ID] = k.Line
		list = append(list, k)
	}
	return list, nil
}

// unseen says that a character acts instead of being seen, or is none.
func unseen(r rune) bool { return r == utf8.RuneError || visible.Rune(r) != r }

// CheckKnown makes sure that every entry names a case or a requirement that
// the plan knows, so that no entry outlives what it speaks of; or a finding, of
// which no plan knows. It notes of how many cases an entry speaks, so that it is not taken
// for gone by a part of them.
func (p *Plan) CheckKnown(list []KnownDeviation) error {
	for i, k := range list {
		list[i].cases = p.speaksOf(k)
		_, requirement := p.Catalogue.Find(k.ID)
		if !requirement && !p.all[k.ID] && !isFinding(k.ID) {
			return fmt.Errorf("%s:%d: no case and no requirement has the id %s; take the line out or correct it",
				k.File, k.Line, k.ID)
		}
	}
	return nil
}

// speaksOf counts the cases of the whole plan that an entry speaks of.
func (p *Plan) speaksOf(k KnownDeviation) int {
	n := 0
	for _, c := range p.whole {
		if c.ID == k.ID || c.Has(k.ID) {
			n++
		}
	}
	return n
}

// unreasoned says that the reason is still to be filled in: the entry excuses what it
// speaks of, and reports say that nobody knows why.
func (k KnownDeviation) unreasoned() bool {
	word, _, _ := strings.Cut(k.Reason, " ")
	return strings.TrimSuffix(word, ":") == baseline.Todo
}

// matches reports whether the entry speaks of a case.
func (k KnownDeviation) matches(c reports.Case) bool {
	return c.ID == k.ID || slices.ContainsFunc(c.Requirements, func(r reports.Requirement) bool { return r.ID == k.ID })
}

// ApplyKnown turns failures and warnings that are known into known deviations.
// An entry none of whose cases deviates any more becomes a failed case of its
// own, of the kind reports.Outdated: the list must not rot. Of an entry that speaks of more
// cases than have run, a shard or a selection does not tell.
func ApplyKnown(cases []reports.Case, list []KnownDeviation) []reports.Case {
	cases = slices.Clone(cases)
	for _, k := range list {
		tested, alive, met := false, false, 0
		for i := range cases {
			c := &cases[i]
			if !k.matches(*c) {
				continue
			}
			if !c.Extra {
				met++
			}
			tested = tested || c.Verdict.Breaks() || c.Verdict == reports.Passed
			alive = alive || c.Verdict.Breaks() || c.Verdict == reports.Known
			if c.Verdict == reports.Failed || c.Verdict == reports.Warned {
				c.Verdict, c.Reason = reports.Known, k.Reason
				if k.unreasoned() {
					c.Reason, c.Kind = fmt.Sprintf("%s (%s:%d)", reports.NoReason, k.File, k.Line), reports.NoReason
				}
			}
		}
		if tested && !alive && met >= k.cases {
			cases = append(cases, k.stale())
		}
	}
	return cases
}

// Excuse is ApplyKnown for a run of which cases are missing: it does not tell of entries
// that are out of date.
func Excuse(cases []reports.Case, list []KnownDeviation) []reports.Case {
	return ApplyKnown(cases, list)[:len(cases)]
}

func (k KnownDeviation) stale() reports.Case {
	return reports.Case{
		ID: "known/" + k.ID, Feature: k.File, FeatureName: "The list of known deviations is out of date", Line: k.Line,
		Scenario: "Out of date: " + k.ID + " is listed as a known deviation, and deviates no more",
		Subject:  "list of known deviations", Verdict: reports.Failed, Kind: reports.Outdated, Extra: true,
		Expected: "a deviation: " + k.Reason, Actual: "every case of it passes",
		Reason: fmt.Sprintf("the deviation is gone, which is good news: take line %d out of %s", k.Line, k.File),
	}
}

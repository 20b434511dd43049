package features

import (
	"strings"
	"testing"
)

func TestARankingReadsBackAsItWasWritten(t *testing.T) {
	var r Ranking
	for _, c := range []Ranked{{"a/one@api", Quick}, {"a/two", Standard}, {"b/three", Full}} {
		if err := r.Add(c); err != nil {
			t.Fatal(err)
		}
	}
	read, err := parseRanking("levels.tsv", r.Text("a note"))
	if err != nil {
		t.Fatal(err)
	}
	if read.Text() != r.Text() || len(read.All()) != 3 {
		t.Error(read.Text())
	}
	if read.Level("a/one@api") != Quick || read.Place("b/three") != 2 {
		t.Error(read.Level("a/one@api"), read.Place("b/three"))
	}
	if read.Holds(Quick, "a/two") || !read.Holds(Full, "a/two") || !read.Holds(Standard, "a/one@api") {
		t.Error("a level holds what is in those before it, and no more")
	}
}

func TestACaseThatIsNotRankedIsOfTheStandardLevelAndLast(t *testing.T) {
	r, err := parseRanking("levels.tsv", "quick\ta/one\n")
	if err != nil {
		t.Fatal(err)
	}
	if r.Level("new/case") != Standard || r.Place("new/case") != 1 {
		t.Error(r.Level("new/case"), r.Place("new/case"))
	}
}

func TestAMistakeInTheRankingIsToldWithItsLine(t *testing.T) {
	for text, want := range map[string]string{
		"# head\nquik\ta":         "levels.tsv:2: want a level",
		"quick a":                 "levels.tsv:1: want a level",
		"quick\t":                 "levels.tsv:1: want a level",
		"quick\ta\nstandard\ta":   "levels.tsv:2: the case a is ranked twice",
		"standard\ta\n\nquick\tb": "levels.tsv:3: the case b of the level quick stands behind one of the level standard",
	} {
		if _, err := parseRanking("levels.tsv", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", text, err, want)
		}
	}
}

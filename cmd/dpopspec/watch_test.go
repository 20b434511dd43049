package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/dpopspec/dpopspec/runner"
)

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// replace writes a file so that nobody sees half of it.
func replace(t *testing.T, path, text string) {
	t.Helper()
	put(t, path+".new", text)
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

func TestAChangeIsSeenInWhatItTouches(t *testing.T) {
	dir := t.TempDir()
	config, feature := filepath.Join(dir, "dpopspec.yaml"), filepath.Join(dir, "f", "a.feature")
	if err := os.Mkdir(filepath.Dir(feature), 0o700); err != nil {
		t.Fatal(err)
	}
	const yaml = "apis:\n  a: {url: https://a.example}\nclient:\n  command: [node, adapter.mjs]\n"
	tests := []struct {
		name   string
		change func()
		want   []string
	}{
		{"a feature", func() { put(t, feature, "Feature: other\n") }, []string{filepath.ToSlash(feature)}},
		{"a file that a feature names", func() { put(t, filepath.Join(dir, "f", "body.json"), "{}") },
			[]string{filepath.ToSlash(feature)}},
		{"a new feature", func() { put(t, filepath.Join(dir, "f", "b.feature"), "") },
			[]string{filepath.ToSlash(filepath.Join(dir, "f", "b.feature"))}},
		{"a feature that is gone", func() { os.Remove(feature) }, []string{filepath.ToSlash(feature)}},
		{"a comment", func() { put(t, config, "# here\n"+yaml) }, nil},
		{"a section", func() { put(t, config, strings.Replace(yaml, "https", "http", 1)) },
			[]string{"apis of the configuration"}},
		{"a file that a section names", func() { put(t, filepath.Join(dir, "adapter.mjs"), "other") },
			[]string{"client of the configuration"}},
		{"a section more", func() { put(t, config, yaml+"profile: fapi2\n") }, []string{"profile of the configuration"}},
		{"no YAML any more", func() { put(t, config, "\t") }, []string{
			"apis of the configuration", "client of the configuration", "the whole file of the configuration"}},
	}
	for _, test := range tests {
		put(t, config, yaml)
		put(t, feature, "Feature: one\n| \"body.json\" |\n")
		put(t, filepath.Join(dir, "adapter.mjs"), "one")
		put(t, filepath.Join(dir, "f", "body.json"), "[]")
		before := look(config, []string{filepath.Join(dir, "f")})
		test.change()
		var got []string
		for _, s := range before.differs(look(config, []string{filepath.Join(dir, "f")})) {
			got = append(got, s.String())
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, not %q", test.name, got, test.want)
		}
	}
}

func TestAChangeOfOneSectionTouchesItsParties(t *testing.T) {
	tests := []struct {
		changes  []source
		features int
		roles    int
	}{
		{[]source{{feature: "a.feature"}, {feature: "b.feature"}}, 2, 0},
		{[]source{{section: "client"}}, 0, 1},
		{[]source{{section: "authorization_server"}}, 0, 2},
		{[]source{{section: "limits"}}, 0, 3},
		{[]source{{section: "client"}, {feature: "a.feature"}}, 0, 1},
	}
	for _, test := range tests {
		var s runner.Selection
		touch(&s, test.changes)
		if len(s.Features) != test.features || len(s.Touched) != test.roles || !strings.HasSuffix(s.How, " changed") {
			t.Errorf("%v: %+v", test.changes, s)
		}
	}
}

// lookingAt returns a look that sees one text of a file after the other, the last for
// good, and how often it has looked.
func lookingAt(texts ...string) (look func() state, looks *int) {
	looks = new(int)
	return func() state {
		text := texts[min(*looks, len(texts)-1)]
		*looks++
		return state{{feature: "a.feature"}: digestOf([]byte(text), nil)}
	}, looks
}

func TestAFileIsNotRunHalfWritten(t *testing.T) {
	never := make([]string, 2*mostUnlike) // does it come to rest
	for i := range never {
		never[i] = strings.Repeat("x", i+1)
	}
	tests := []struct {
		name  string
		texts []string
		looks int
	}{
		{"written at once", []string{"old", "old", "new"}, 4},
		{"emptied first", []string{"", "new"}, 3},
		{"in pieces", []string{"", "n", "ne", "new"}, 5},
		{"back again", []string{"", "old", "old", "new"}, 5},
		{"never at rest", never, mostUnlike},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			before := state{{feature: "a.feature"}: digestOf([]byte("old"), nil)}
			look, looks := lookingAt(test.texts...)
			now, differs, changed := change(t.Context(), before, look)
			if !changed || len(differs) != 1 || *looks != test.looks {
				t.Errorf("%s: %v, %v after %d looks", test.name, changed, differs, *looks)
			}
			last := test.texts[min(*looks, len(test.texts))-1]
			if d := now.differs(state{{feature: "a.feature"}: digestOf([]byte(last), nil)}); len(d) > 0 {
				t.Errorf("%s: it is not what was seen last", test.name)
			}
		})
	}
}

// watched is output that tells when a text has been printed.
type watched struct {
	mu    sync.Mutex
	out   bytes.Buffer
	wants string
	seen  chan struct{}
}

func (w *watched) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out.Write(b)
	if strings.Contains(w.out.String(), w.wants) {
		w.out.Reset()
		w.seen <- struct{}{}
	}
	return len(b), nil
}

func TestWatchRunsAgainWhatHasChanged(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.feature"), filepath.Join(dir, "b.feature")
	const scenario = "  Scenario: Nothing without a token\n" +
		"    When the client calls \"GET /orders\" without a token\n    Then the status is 401\n"
	put(t, a, "Feature: One\n"+scenario)
	put(t, b, "Feature: Two\n"+scenario)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &watched{wants: "watching for changes", seen: make(chan struct{}, 8)}
	command := root()
	command.SetArgs([]string{"run", "--watch", dir, "--format", "json:" + filepath.Join(dir, "run.json")})
	command.SetOut(out)
	command.SetErr(out)
	code := make(chan int)
	go func() { code <- execute(ctx, command) }()
	cases := func() (features []string, of int) {
		<-out.seen
		run, err := readReport(filepath.Join(dir, "run.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range run.Cases {
			if !slices.Contains(features, filepath.Base(c.Feature)) {
				features = append(features, filepath.Base(c.Feature))
			}
		}
		if run.Selection != nil {
			of = run.Selection.Of
		}
		return features, of
	}
	if got, of := cases(); len(got) != 2 || of != 0 {
		t.Errorf("at first: %q, a part of %d", got, of)
	}
	replace(t, b, "Feature: \n  Scenario: x\n    Given nonsense of no vocabulary\n")
	<-out.seen // a mistake is told, and does not end it
	replace(t, b, "Feature: Three\n"+scenario)
	if got, of := cases(); !slices.Equal(got, []string{"b.feature"}) || of == 0 {
		t.Errorf("after a change: %q, a part of %d", got, of)
	}
	cancel()
	if c := <-code; c != exitConformant {
		t.Errorf("exit code %d", c)
	}
}

package har

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/internal/wire"
)

type masker struct{ *mask.Secrets }

func (m masker) Text(text string) string { return m.Mask(text) }

const secret = "pl4nted-secret-value"

func sample() *wire.Exchange {
	return &wire.Exchange{
		Began: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Took: 1500 * time.Microsecond,
		URL: "https://as.example/token?code=" + secret + "&n=a%20b", Method: "POST",
		Fields: wire.Fields{{Name: "Authorization", Value: "DPoP some-opaque-token-0123456789"},
			{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}, {Name: "X-Echo", Value: secret}},
		Body: []byte("client_secret=" + secret), Status: 200,
		Answer: wire.Fields{{Name: "Location", Value: "/x?" + secret}}, Reply: []byte("\xff\x00binary"),
	}
}

func written(t *testing.T, m Masker, list ...*wire.Exchange) (path, text string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "new", "run.har")
	w := Create(path, "dpopspec", "1")
	for _, e := range list {
		w.Add("cases", "title "+secret, e, m)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(data) {
		t.Fatalf("no JSON: %s", data)
	}
	return path, string(data)
}

func TestNoSecretStandsInAnArchiveUnlessItIsRevealed(t *testing.T) {
	binary := sample()
	binary.Reply = []byte("\xff" + secret)
	path, text := written(t, masker{mask.NewSecrets(secret)}, sample(), binary)
	for _, s := range []string{secret, "some-opaque-token-0123456789"} {
		if strings.Contains(text, s) {
			t.Errorf("%q stands in %s", s, text)
		}
	}
	for _, want := range []string{`"time":1.5`, `"base64"`, `"name":"n","value":"a b"`, `"2026-01-02T03:04:05Z"`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in %s", want, text)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if _, text = written(t, Revealed{}, sample()); !strings.Contains(text, "client_secret="+secret) {
		t.Errorf("not revealed: %s", text)
	}
}

func TestASecretAtTheCutOfALongBodyIsMaskedBeforeIt(t *testing.T) {
	for at := range len(secret) {
		e := sample()
		e.Reply = []byte(strings.Repeat(".", mostShown-at) + secret + strings.Repeat(".", mostShown))
		_, text := written(t, masker{mask.NewSecrets(secret)}, e)
		if strings.Contains(text, "."+secret[:max(at, 4)]) || len(text) > 2*mostShown {
			t.Fatalf("cut at %d: %d octets", at, len(text))
		}
	}
}

func TestAnEmptyArchiveIsOne(t *testing.T) {
	if _, text := written(t, Revealed{}); !strings.Contains(text, `"version": "1.2"`) || !strings.Contains(text, `"pages": []`) {
		t.Error(text)
	}
}

func TestAnArchiveThatCannotBeWrittenTellsAtTheEnd(t *testing.T) {
	folder := t.TempDir()
	w := Create(folder, "dpopspec", "1")
	w.Add("cases", "x", sample(), Revealed{})
	if err := w.Close(); err == nil || !strings.Contains(err.Error(), folder) {
		t.Errorf("got %v", err)
	}
}

func TestEachEntryNamesAPageOfTheArchive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.har")
	w := Create(path, "dpopspec", "1")
	for _, group := range []string{"preflight", "cases", "preflight"} {
		w.Add(group, "x", sample(), Revealed{})
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(path)
	var read struct {
		Log struct {
			Pages   []struct{ ID, Title, StartedDateTime string }
			Entries []struct{ Pageref string }
		}
	}
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	if p := read.Log.Pages; len(p) != 2 || p[0].ID != "preflight" || p[1].ID != "cases" || p[0].StartedDateTime == "" {
		t.Errorf("pages %+v", p)
	}
	if e := read.Log.Entries; len(e) != 3 || e[0].Pageref != "preflight" || e[1].Pageref != "cases" || e[2].Pageref != "preflight" {
		t.Errorf("entries %+v", e)
	}
}

// An archive goes to terminals and into logs of builds too.
func TestWhatAStrangerSaysIsNoCommand(t *testing.T) {
	const commanding = "x\n::error::y\n##vso[task.z]##[group]a\x1b[2J\u202e\u2028\u009b1m"
	e := sample()
	e.Reply = []byte(commanding)
	e.Answer = wire.Fields{{Name: "Server", Value: "::error::x ##teamcity[c]\u202e"}}
	path, text := written(t, Revealed{}, e)
	if found := regexp.MustCompile("##[a-z]*\\[|(?m)^::|[\x1b\u202e\u2028\u009b]").FindString(text); found != "" {
		t.Errorf("%q stands in %s", found, text)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Log struct {
			Entries []struct {
				Response struct{ Content struct{ Text string } }
			}
		}
	}
	if err := json.Unmarshal(data, &read); err != nil || read.Log.Entries[0].Response.Content.Text != commanding {
		t.Errorf("%v: %+v", err, read)
	}
}

package places

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAFileIsOneHoweverItIsSpelledAndLinked(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("a", []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("not-yet", "link"); err != nil {
		t.Skip(err)
	}
	if err := os.Link("a", "hard"); err != nil {
		t.Skip(err)
	}
	whole, err := filepath.Abs("a")
	if err != nil {
		t.Fatal(err)
	}
	for first, others := range map[string][]string{
		"a": {"./a", "x/../a", whole, "hard"}, "not-yet": {"link", "./link"}, "new/a": {"new/./a", "new/b/../a"},
	} {
		for _, other := range others {
			var files Files
			if err := files.Writes("--one", first); err != nil {
				t.Error(err)
			}
			err := files.Writes("--two", other)
			if err == nil || !strings.Contains(err.Error(), "--one") || !strings.Contains(err.Error(), "--two") {
				t.Errorf("%s and %s: %v", first, other, err)
			}
		}
	}
}

func TestWhatIsReadIsOverwrittenOnlyByWhoMay(t *testing.T) {
	t.Chdir(t.TempDir())
	var files Files
	files.Reads("-c", "a")
	files.Reads("-c", "")
	if err := files.Writes("--out", "./a"); err == nil || !strings.Contains(err.Error(), "-c") {
		t.Error(err)
	}
	for path, except := range map[string]string{"a": "-c", "b": "", "-": "", "": ""} {
		if err := files.Writes("--out", path, except); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

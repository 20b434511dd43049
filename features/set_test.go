package features

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// TestTheSetHasAVersion fails when a requirement, a profile or a scenario has changed and
// the version has not been raised: two reports would name one set and ask different things.
func TestTheSetHasAVersion(t *testing.T) {
	set, err := LoadSet()
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(set.Version, "+changed") {
		t.Errorf("the set has changed since %s; add to features/set.txt, or put in the place of a line that was "+
			"not released yet:\nYYYY-MM.N %s", strings.TrimSuffix(set.Version, "+changed"), set.Digest)
	}
	versions, digests := map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(setText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		version, digest, err := newest(line)
		if err != nil || !regexp.MustCompile(`^20\d\d-[01]\d\.[1-9]\d*$`).MatchString(version) || versions[version] || digests[digest] {
			t.Errorf("%q: %v", line, err)
		}
		versions[version], digests[digest] = true, true
	}
}

func TestTheDigestOfTheSetChangesWithWhatItSays(t *testing.T) {
	const feature = "proof-method.feature"
	digest := func(file, from, to string) string {
		t.Helper()
		files := fstest.MapFS{}
		err := fs.WalkDir(FS, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := FS.ReadFile(path)
			if path == file {
				changed := strings.Replace(string(text), from, to, 1)
				if changed == string(text) {
					t.Fatalf("%s has no %q", file, from)
				}
				text = []byte(changed)
			}
			files[path] = &fstest.MapFile{Data: text}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		sum, err := digestOf(files)
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	set, err := LoadSet()
	if err != nil || digest("", "", "") != set.Digest {
		t.Fatalf("%+v, %v", set, err)
	}
	for name, change := range map[string][3]string{
		"what a violation is worth": {requirementsFile, "verdict: fail", "verdict: warn"},
		"what must hold":            {requirementsFile, "requirement: \"", "requirement: \"Really, "},
		"a profile":                 {profilesFile, "name: fapi2", "name: fapi3"},
		"a step":                    {feature, "Then it is refused", "Then it is accepted"},
		"a tag":                     {feature, "@at:token ", ""},
	} {
		if digest(change[0], change[1], change[2]) == set.Digest {
			t.Errorf("%s makes no difference", name)
		}
	}
	for name, change := range map[string][3]string{
		"why":         {requirementsFile, "why: \"", "why: \"You see: "},
		"indentation": {feature, "    Then it is refused", "      Then it is refused"},
		"a comment":   {feature, "    Then it is refused", "    # so it should be\n\n    Then it is refused"},
	} {
		if digest(change[0], change[1], change[2]) != set.Digest {
			t.Errorf("%s makes a difference", name)
		}
	}
}

func TestASetThatNoVersionDescribesSaysSo(t *testing.T) {
	for _, text := range []string{"", "# none\n", "2026-11.1\n", "2026-11.1 sha256:1 x\n"} {
		if version, _, err := newest(text); err == nil {
			t.Errorf("%q: %s", text, version)
		}
	}
	if version, digest, err := newest("# x\n2026-11.1 sha256:1\n\n2026-12.1 sha256:2\n"); version != "2026-12.1" || digest != "sha256:2" {
		t.Errorf("%s %s %v", version, digest, err)
	}
}

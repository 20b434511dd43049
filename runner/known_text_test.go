package runner

import (
	"slices"
	"strings"
	"testing"
)

func TestAFileOfKnownDeviationsIsTextOfWhichNothingIsHidden(t *testing.T) {
	const good = "# ours\nproof-key/a@token  # for now\n\nRFC9449-4.3-43  # until spring\n"
	want := []string{"proof-key/a@token", "RFC9449-4.3-43"}
	for name, text := range map[string]string{
		"plain": good, "a byte order mark": "\ufeff" + good, "CRLF": strings.ReplaceAll(good, "\n", "\r\n"),
		"UTF-16": inUTF16(good), "no end of line": strings.TrimSuffix(good, "\n"), "tabs": strings.ReplaceAll(good, "  ", "\t"),
		"words": strings.ReplaceAll(good, "spring", "frühling ✓"),
	} {
		list, err := parseKnown("known.txt", []byte(text))
		var ids []string
		for _, k := range list {
			ids = append(ids, k.ID)
		}
		if err != nil || !slices.Equal(ids, want) || list[1].Line != 4 {
			t.Errorf("%s: %v, %v", name, list, err)
		}
	}
	for text, want := range map[string]string{
		"a/b  # x\n\x1b[2Jc/d  # y\n":    "known.txt:2: it holds U+001B, which cannot be seen",
		"a/b  # x\u202e\n":               "known.txt:1: it holds U+202E",
		"a/\u200bb  # x\n":               "known.txt:1: it holds U+200B",
		"# x\u2028a/b  # c\n":            "known.txt:1: it holds U+2028",
		"a/b  # x\ra/c  # y\n":           "known.txt:1: it holds U+000D",
		"a/b  # x\n\nc/d  # \u009b31m\n": "known.txt:3: it holds U+009B",
		"a/b  # \xff\n":                  "known.txt:1: it holds U+FFFD",
		"a/b  # x\n\ufeffa/c  # y\n":     "known.txt:2: it holds U+FEFF",
		"a/b\x00  # x\n":                 "known.txt: it holds NUL",
		"\xff\xfea\x00 ":                 "known.txt: the text is in UTF-16 and has half a character",
		"\xff\xfe\x00\x00a\x00\x00\x00":  "known.txt: the text is in UTF-32",
		"a/b c  # x\n":                   "known.txt:1: write an id",
		"a/b\u00a0c  # x\n":              "known.txt:1: write an id",
		"a/b\n":                          "known.txt:1: write an id",
		"a/b  #\n":                       "known.txt:1: write an id",
		"a/b  # x\na/c  # x\na/b  # y\n": "known.txt:3: a/b is listed twice, in line 1 too",
	} {
		if _, err := parseKnown("known.txt", []byte(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

// inUTF16 is a text of ASCII in UTF-16, with its mark.
func inUTF16(text string) string {
	var b strings.Builder
	b.WriteString("\xff\xfe")
	for i := range len(text) {
		b.Write([]byte{text[i], 0})
	}
	return b.String()
}

func TestAFeatureFileMayBeginWithAByteOrderMark(t *testing.T) {
	const text = "Feature: a\n\n  Scenario: b\n    Given c\n"
	for name, row := range map[string][2]string{
		"plain": {text, ""}, "a mark": {"\ufeff" + text, ""}, "UTF-16": {inUTF16(text), ""},
		"CRLF": {strings.ReplaceAll(text, "\n", "\r\n"), ""}, "NUL": {text + "\x00", "NUL"},
		"UTF-32": {"\xff\xfe\x00\x00F", "UTF-32"}, "half of UTF-16": {inUTF16(text) + "x", "half a character"},
	} {
		scenarios, err := parse(Source{Path: "own.feature", Text: []byte(row[0])})
		if row[1] == "" && (err != nil || len(scenarios) != 1 || scenarios[0].scenario.Location.Line != 3) {
			t.Errorf("%s: %v", name, err)
		}
		if row[1] != "" && (err == nil || !strings.HasPrefix(err.Error(), "own.feature: ") ||
			!strings.Contains(err.Error(), row[1])) {
			t.Errorf("%s: got %v, want %q", name, err, row[1])
		}
	}
}

// FuzzParseKnown looks for an entry that says something else than the line it stands in.
func FuzzParseKnown(f *testing.F) {
	for _, text := range []string{
		"a/b  # x\n", "\ufeff# y\r\na/b\t# c # d\r\n", inUTF16("a  # b\n"), "a  # \u202eb\n", "#\n\n a # b ",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		list, err := parseKnown("known.txt", bytes)
		if err != nil {
			if len(list) > 0 || !strings.HasPrefix(err.Error(), "known.txt:") || strings.ContainsFunc(err.Error(), unseen) {
				t.Errorf("%q: %v, %v", bytes, list, err)
			}
			return
		}
		var again strings.Builder
		for i, k := range list {
			if k.ID == "" || k.Reason == "" || strings.ContainsFunc(k.ID+k.Reason, unseen) ||
				i > 0 && k.Line <= list[i-1].Line || strings.ContainsAny(k.ID, "# \t") {
				t.Errorf("%q: entry %+v", bytes, k)
			}
			again.WriteString(k.ID + "  # " + k.Reason + "\n")
		}
		same, err := parseKnown("known.txt", []byte(again.String()))
		if err != nil || len(same) != len(list) {
			t.Errorf("%q: written again it is %q: %v", bytes, again.String(), err)
		}
	})
}

package visible

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
)

// obeyed is what a system that runs builds takes for a command, written anew: by line,
// behind white space and colours, and anywhere in a line.
var obeyed = regexp.MustCompile(`(?m)^(?:[\s\p{Z}\x{85}\v]|\x1b\[[ -?]*[@-~])*(?:::|` +
	`(?:---|\+\+\+|~~~|===)(?:[\t\v\f \p{Z}\x{85}]|\x1b\[[ -?]*[@-~])|\^\^\^ \+\+\+|` +
	`section_(?:start|end):|travis_(?:fold|time):|\[command\])|##[\w.-]{0,38}\[`)

// commands are lines, each of which somebody obeys.
var commands = []string{
	"::error::x", "::stop-commands::x", "  ::add-mask::x", "\t\u00a0\u3000::set-env name=PATH::x", "::",
	"##[error]x", "x ##[group]y", "##vso[task.setvariable variable=a]b", "x ##vso[task.complete]",
	"##teamcity[buildStatus status='SUCCESS']", "a ##TeamCity[x]", "###[x]", "##gha-x.y_z[x]",
	"--- x", "+++ x", "~~~\tx", "^^^ +++", "    --- PASS: TestX (0.00s)", "=== RUN   TestX", "===\u00a0x",
	"section_start:1:x", "section_end:1:x", "travis_fold:start:x", "travis_time:start:x", "[command]/bin/sh",
}

func TestNoLineOfAStrangerIsACommand(t *testing.T) {
	for _, command := range commands {
		for _, text := range []string{command, "a\n" + command, "a\r\n" + command + "\r\n", "\n\n " + command + "\n::b"} {
			if !obeyed.MatchString(text) {
				t.Errorf("the test does not know %q", text)
			}
			got := Text(text)
			if obeyed.MatchString(got) || Text(got) != got {
				t.Errorf("%q is left of %q", got, text)
			}
		}
	}
}

func TestACommandIsSeenAsWhatItIs(t *testing.T) {
	for text, want := range map[string]string{
		"a\n ::error::b ::c": "a\n ：:error::b ::c",
		"##vso[x]":           "＃#vso[x]",
		"###[x]":             "#＃#[x]",
		"a\n--- b":           "a\n－-- b",
		"a :: b, [::1]":      "a :: b, [::1]",
		"---":                "---",
		"a\n---\n+++\n":      "a\n---\n+++\n",
		"-----BEGIN KEY":     "-----BEGIN KEY",
		"## a heading [x]":   "## a heading [x]",
		"#[x] # [x]":         "#[x] # [x]",
	} {
		if got := Text(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestACommandThatComesInPiecesIsNoCommand(t *testing.T) {
	for _, command := range commands {
		for _, text := range []string{command, "a\n" + command + "\nb", "\x1b[31m" + command, "a: " + command} {
			var out, page bytes.Buffer
			for writer, want := range map[*Writer]string{
				NewWriter(&out): inLines(characters(text)), NewPageWriter(&page): inLines(text),
			} {
				if _, err := io.Copy(writer, iotest.OneByteReader(strings.NewReader(text))); err != nil {
					t.Fatal(err)
				}
				if err := writer.Flush(); err != nil {
					t.Fatal(err)
				}
				if got := writer.Raw.(*bytes.Buffer).String(); got != want || obeyed.MatchString(got) {
					t.Errorf("%q became %q, want %q", text, got, want)
				}
			}
		}
	}
}

// inLines takes commands out of a text that is given whole.
func inLines(s string) string {
	text, _ := (&disarmer{picture: wide}).disarm(s, false)
	return text
}

func TestWhatEndsLikeACommandIsNotLost(t *testing.T) {
	for _, text := range []string{"a #", "a ##", "a ##vso", ":", "--", "section_", "\x1b[3", "é\xc3"} {
		var out bytes.Buffer
		w := NewWriter(&out)
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil || out.String() != Text(text) {
			t.Errorf("%q became %q, %v", text, out.String(), err)
		}
	}
}

func TestACommandInJSONKeepsItsMeaning(t *testing.T) {
	said := strings.Join(commands, "\n")
	text, err := json.MarshalIndent(map[string]string{said: said}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	var back map[string]string
	got := JSON(string(text))
	if err := json.Unmarshal([]byte(got), &back); err != nil || back[said] != said || obeyed.MatchString(got) {
		t.Errorf("%s: %q, %v", got, back, err)
	}
}

// FuzzText looks for a text of which something is left that a terminal or a system that
// runs builds obeys; whole, in two pieces, behind paint, and in JSON.
func FuzzText(f *testing.F) {
	for _, command := range append(commands, stranger) {
		f.Add(command, 1, "\x1b[31m")
		f.Add("a\r\n"+command+"\n", 3, "│ ")
	}
	f.Fuzz(func(t *testing.T, text string, cut int, before string) {
		whole := Text(text)
		if acts(whole) != "" || obeyed.MatchString(whole) || Text(whole) != whole {
			t.Errorf("%q became %q", text, whole)
		}
		at := min(max(cut, 0), len(text))
		var out, page bytes.Buffer
		w, p := NewWriter(&out), NewPageWriter(&page)
		for _, piece := range []string{text[:at], text[at:]} {
			if _, err := io.WriteString(w, piece); err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(p, colourOf(before)+characters(piece)); err != nil {
				t.Fatal(err)
			}
		}
		if w.Flush() != nil || acts(out.String()) != "" || obeyed.MatchString(out.String()) {
			t.Errorf("%q, cut at %d, became %q", text, at, out.String())
		}
		if p.Flush() != nil || obeyed.MatchString(page.String()) {
			t.Errorf("%q, painted and cut at %d, became %q", text, at, page.String())
		}
		document, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var said, back string
		if json.Unmarshal(document, &said) != nil || json.Unmarshal([]byte(JSON(string(document))), &back) != nil ||
			said != back || acts(JSON(string(document))) != "" || obeyed.MatchString(JSON(string(document))) {
			t.Errorf("%s became %s", document, JSON(string(document)))
		}
	})
}

var colourAlone = regexp.MustCompile(`^\x1b\[[0-9;]*m$`)

// colourOf is a control sequence of the terminal if the text is one, and else nothing.
func colourOf(s string) string {
	if colourAlone.MatchString(s) {
		return s
	}
	return ""
}

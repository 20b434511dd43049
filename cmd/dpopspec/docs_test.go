package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/fixtures"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

// pages are the documents that show commands and configurations.
func pages(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(files) == 0 {
		t.Fatal("no documents", err)
	}
	return append(files, "../../README.md")
}

var fenced = regexp.MustCompile("(?ms)^ *```([a-z]*)\n(.*?)^ *```$")

// blocks are the fenced blocks of a language in a document.
func blocks(t *testing.T, file, language string) (list []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range fenced.FindAllStringSubmatch(string(text), -1) {
		if m[1] == language {
			list = append(list, m[2])
		}
	}
	return list
}

// shellWords are those of a command line, as a shell would have them as far as documents need it.
var shellWords = regexp.MustCompile(`'[^']*'|"[^"]*"|\S+`)

// TestTheCommandsOfTheDocumentsExist: each command that a document shows is one, with the
// flags that it has there.
func TestTheCommandsOfTheDocumentsExist(t *testing.T) {
	seen := 0
	for _, file := range pages(t) {
		for _, block := range blocks(t, file, "sh") {
			for line := range strings.Lines(block) {
				line, _, _ = strings.Cut(line, "  #")
				_, rest, found := strings.Cut(" "+line, " dpopspec ")
				if !found {
					continue
				}
				rest, _, _ = strings.Cut(rest, " && ")
				rest, _, _ = strings.Cut(rest, " > ")
				rest, _, _ = strings.Cut(rest, " | ")
				var args []string
				for _, word := range shellWords.FindAllString(rest, -1) {
					args = append(args, strings.Trim(word, `'"`))
				}
				seen++
				command, args, err := root().Find(args)
				if err == nil {
					err = command.ParseFlags(args)
				}
				if err != nil {
					t.Errorf("%s: dpopspec %s: %v", filepath.Base(file), strings.TrimSpace(rest), err)
				}
			}
		}
	}
	if seen < 25 {
		t.Errorf("only %d commands were found", seen)
	}
}

// TestTheConfigurationsOfTheDocumentsLoad: each configuration that a document shows is
// valid, with an environment in which every variable is set.
func TestTheConfigurationsOfTheDocumentsLoad(t *testing.T) {
	authority, err := wire.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	seen, certificate := 0, authority.PEM()
	for _, file := range pages(t) {
		for _, block := range blocks(t, file, "yaml") {
			if !regexp.MustCompile(`(?m)^(authorization_server|apis|client|as|connection|limits|key|profile):`).MatchString(block) {
				continue // a part of one, which the text speaks of
			}
			seen++
			folder := t.TempDir()
			for _, m := range regexp.MustCompile(`(ca|x5c|): ?([a-z]+\.pem)`).FindAllStringSubmatch(block, -1) {
				text := fixtures.RSAKey
				if m[1] != "" {
					text = certificate
				}
				if err := os.WriteFile(filepath.Join(folder, m[2]), text, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			config := filepath.Join(folder, "tenant.yaml")
			if err := os.WriteFile(config, []byte(block), 0o600); err != nil {
				t.Fatal(err)
			}
			anything := func(name string) (string, bool) {
				if strings.HasSuffix(name, "_KEY") {
					return string(fixtures.RSAKey), true
				}
				return "a-value-of-" + strings.ToLower(name), true
			}
			if _, err := target.Load(config, anything); err != nil {
				t.Errorf("%s: %v\n%s", filepath.Base(file), err, block)
			}
		}
	}
	if seen < 5 {
		t.Errorf("only %d configurations were found", seen)
	}
}

var (
	code    = regexp.MustCompile("(?m)^    .*$|`[^`\n]*`")
	link    = regexp.MustCompile(`\]\(([^)\s]*)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

// TestTheLinksOfTheDocumentsLeadSomewhere: to a file that is there, and to a heading of it.
func TestTheLinksOfTheDocumentsLeadSomewhere(t *testing.T) {
	for _, file := range pages(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		plain := code.ReplaceAllString(fenced.ReplaceAllString(string(text), ""), "")
		for _, m := range link.FindAllStringSubmatch(plain, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			path, anchor, _ := strings.Cut(m[1], "#")
			to := file
			if path != "" {
				to = filepath.Join(filepath.Dir(file), path)
			}
			there, err := os.Stat(to)
			switch {
			case err != nil:
				t.Errorf("%s links to %s, which is not there", filepath.Base(file), m[1])
			case anchor != "" && (there.IsDir() || !slices.Contains(anchors(t, to), anchor)):
				t.Errorf("%s links to %s, and there is no such heading", filepath.Base(file), m[1])
			}
		}
	}
}

// anchors are the headings of a document as links name them.
func anchors(t *testing.T, file string) (list []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range heading.FindAllStringSubmatch(string(text), -1) {
		name := regexp.MustCompile("[^a-z0-9 _-]").ReplaceAllString(strings.ToLower(m[1]), "")
		list = append(list, strings.ReplaceAll(name, " ", "-"))
	}
	return list
}

// TestTheOutputsOfTheDocumentsAreThoseOfToday types what docs/live-tenant.md says to try
// at `dpopspec serve`, and compares what it shows.
func TestTheOutputsOfTheDocumentsAreThoseOfToday(t *testing.T) {
	const page = "../../docs/live-tenant.md"
	served, err := runner.Serve(t.Context(), runner.ServeOptions{
		AuthorizationServer: "127.0.0.1:0", API: "127.0.0.1:0",
		RedirectURIs: []string{"http://localhost:3000/callback"}, Judged: func(runner.Watched) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(served.Close)
	api, _, _ := strings.Cut(strings.TrimPrefix(served.API, "http://"), "/")
	there := strings.NewReplacer("http://127.0.0.1:9440", served.Issuer, "127.0.0.1:9441", api)
	file := filepath.Join(t.TempDir(), "tenant.yaml")
	if err := os.WriteFile(file, []byte(there.Replace(blockWith(t, page, "yaml", "127.0.0.1:9440"))), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out := call(t, "check", "-c", file, "--try")
	if want := blockWith(t, page, "text", "Ready:"); code != exitConformant || out != want {
		t.Errorf("exit code %d\ngot\n%s\nwant\n%s", code, out, want)
	}
}

// blockWith is the first block of a language that has a text in it.
func blockWith(t *testing.T, file, language, text string) string {
	t.Helper()
	for _, block := range blocks(t, file, language) {
		if strings.Contains(block, text) {
			return block
		}
	}
	t.Fatalf("%s shows nothing with %q", filepath.Base(file), text)
	return ""
}

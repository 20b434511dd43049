package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

// state is what the files of a run hold: a digest for each feature file and each
// section of the configuration, together with the files that it names.
type state map[source]digest

// source is a feature file, or else a section of the configuration.
type source struct{ feature, section string }

type digest [sha256.Size]byte

const (
	betweenLooks = 300 * time.Millisecond // at the files
	mostUnlike   = 10                     // looks in a row, each at another state than the last
	largest      = 16 << 20               // octets that are looked at of a file
	wholeFile    = "the whole file"       // stands for the sections of what is no YAML
)

// look reads the files. What cannot be read is taken for empty: the run says so. They
// are read again and again instead of waiting for events of the system, which do not
// come where a folder is mounted from elsewhere.
func look(config string, features []string) state {
	now := state{}
	for _, root := range features {
		// Who cannot be walked has no feature file; the run says that.
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && filepath.Ext(path) == ".feature" {
				text := read(path)
				now[source{feature: filepath.ToSlash(path)}] = digestOf(text, named(filepath.Dir(path), words(text)))
			}
			return nil
		})
	}
	if config == "" {
		return now
	}
	text := read(config)
	var root yaml.Node
	if yaml.Unmarshal(text, &root) != nil || root.Kind == 0 || root.Content[0].Kind != yaml.MappingNode {
		now[source{section: wholeFile}] = digestOf(text, nil)
		return now
	}
	sections := root.Content[0].Content
	for i := 0; i+1 < len(sections); i += 2 {
		said, err := yaml.Marshal(sections[i+1]) // without the comments of others
		if err != nil {
			said = text
		}
		files := named(filepath.Dir(config), scalars(sections[i+1]))
		now[source{section: sections[i].Value}] = digestOf(said, files)
	}
	return now
}

// read returns what a regular file holds; a pipe would never end.
func read(path string) []byte {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() || info.Size() > largest {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return text
}

func digestOf(text []byte, files []string) (d digest) {
	h := sha256.New()
	h.Write(text)
	for _, file := range files {
		fmt.Fprintf(h, "\x00%s\x00", file)
		h.Write(read(file))
	}
	h.Sum(d[:0])
	return d
}

// words are what may be names of files in a feature.
func words(text []byte) []string {
	return strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune(" \t\r\n\"|", r) })
}

// scalars are the values below a node.
func scalars(node *yaml.Node) []string {
	if node.Kind == yaml.ScalarNode {
		return []string{node.Value}
	}
	var list []string
	for _, child := range node.Content {
		list = append(list, scalars(child)...)
	}
	return list
}

// named are the regular files beside a file that these words name.
func named(folder string, words []string) []string {
	found := map[string]bool{}
	for _, word := range words {
		path := word
		if !filepath.IsAbs(path) {
			path = filepath.Join(folder, path)
		}
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			found[path] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// change waits until the files are another state, and returns it with what differs. A
// file may be half written, or one of several: two looks in a row must see the same,
// unless the files never come to rest. It reports false if the context ends before.
func change(ctx context.Context, before state, look func() state) (now state, differs []source, changed bool) {
	ticker := time.NewTicker(betweenLooks)
	defer ticker.Stop()
	last, unlike := before, 0
	for {
		now = look()
		if len(last.differs(now)) > 0 {
			unlike++
		} else {
			unlike = 0
		}
		differs = before.differs(now)
		if len(differs) > 0 && (unlike == 0 || unlike == mostUnlike) {
			return now, differs, true
		}
		last = now
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return now, nil, false
		}
	}
}

// differs are the sources in which two states differ, in order.
func (s state) differs(now state) []source {
	found := map[source]bool{}
	for _, all := range []state{s, now} {
		for one := range all {
			before, was := s[one]
			after, is := now[one]
			if was != is || before != after {
				found[one] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b source) int {
		return strings.Compare(a.String(), b.String())
	})
}

// String names a source for a person.
func (s source) String() string {
	if s.feature != "" {
		return s.feature
	}
	return s.section + " of the configuration"
}

// judged are the parties whose cases a section of the configuration touches; every
// other touches all. An API is asked with tokens of the authorization server.
var judged = map[string][]target.Role{
	"client":               {target.ClientRole},
	"apis":                 {target.ResourceServer},
	"authorization_server": {target.AuthorizationServer, target.ResourceServer},
}

// touch restricts a selection to what changes touch: the cases of the features that
// have changed, or those of the parties of which the configuration has.
func touch(s *runner.Selection, changes []source) {
	s.How = "--watch:"
	var roles []target.Role
	for i, c := range changes {
		if i > 0 {
			s.How += ","
		}
		s.How += " " + c.String() + " changed"
		if c.feature != "" {
			s.Features = append(s.Features, c.feature)
			continue
		}
		touched, known := judged[c.section]
		if !known { // whoever is under test
			touched = []target.Role{target.AuthorizationServer, target.ResourceServer, target.ClientRole}
		}
		roles = append(roles, touched...)
	}
	if roles != nil { // all features then, those that have changed too
		s.Features = nil
		s.Touched = roles
	}
}

package features

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/internal/spelling"
)

const (
	profilesFile = "profiles.yaml"

	// DefaultProfile weighs the requirements as RFC 9449 and the specifications around it do.
	DefaultProfile = "rfc9449"

	profileGroup = "N" // its requirements apply only under a profile that names them
)

// Profile is how a community reads the requirements: the verdicts it gives, the requirements it adds or
// contradicts, and its parameters.
type Profile struct {
	Name        string
	Revision    string // of the text that it reads, as its publisher names it
	Description string

	Parameters

	parent   *Profile
	verdicts map[string]string // id or pattern → verdict
	includes []string          // ids or patterns of group N
	excludes []string          // ids or patterns that the profile contradicts
}

var loadProfiles = sync.OnceValues(func() ([]Profile, error) {
	text, err := FS.ReadFile(profilesFile)
	if err != nil {
		return nil, err
	}
	catalogue, err := Load()
	if err != nil {
		return nil, err
	}
	return parseProfiles(profilesFile, text, catalogue)
})

// Profiles gives all profiles, the default first. They are parsed once; an error names file and line.
func Profiles() ([]Profile, error) {
	profiles, err := loadProfiles()
	return slices.Clone(profiles), err
}

// FindProfile gives the profile with that name; no name means the default. The error for an unknown one lists the
// names.
func FindProfile(name string) (Profile, error) {
	profiles, err := loadProfiles()
	if err != nil {
		return Profile{}, err
	}
	if name == "" {
		name = DefaultProfile
	}
	names := make([]string, len(profiles))
	for i, p := range profiles {
		if p.Name == name {
			return p, nil
		}
		names[i] = p.Name
	}
	return Profile{}, fmt.Errorf("unknown profile %q; known are %s; did you mean %s?",
		name, strings.Join(names, ", "), spelling.Nearest(name, names))
}

// Verdict says what a violation of the requirement is worth under this profile: [Fail], [Warn] or [Info].
// What the profile says itself wins over the one it extends, and there the more exact pattern over the other.
func (p Profile) Verdict(r Requirement) string {
	for q := &p; q != nil; q = q.parent {
		if verdict, ok := mostExact(q.verdicts, r.ID); ok {
			return verdict
		}
	}
	return r.Verdict
}

// Applies says whether the requirement counts under this profile at all. Whether it applies to a given party is
// not for a profile to say: group S, for one, binds only clients that follow that documentation.
func (p Profile) Applies(r Requirement) bool {
	for q := &p; q != nil; q = q.parent {
		if matchesAny(q.excludes, r.ID) {
			return false
		}
		if matchesAny(q.includes, r.ID) {
			return true
		}
	}
	return r.Group != profileGroup
}

func mostExact(verdicts map[string]string, id string) (string, bool) {
	var verdict, best string
	for pattern, v := range verdicts {
		if matches(pattern, id) && exactness(pattern) > exactness(best) {
			verdict, best = v, pattern
		}
	}
	return verdict, best != ""
}

// exactness counts what a pattern spells out; an id without any wildcard beats every pattern.
func exactness(pattern string) int {
	literal := len(pattern) - strings.Count(pattern, "*")
	if literal == len(pattern) {
		literal *= 2
	}
	return literal
}

func matchesAny(patterns []string, id string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, id) })
}

// matches takes patterns as path.Match does; an id holds no slash, so * stands for any run of characters.
func matches(pattern, id string) bool {
	ok, err := path.Match(pattern, id)
	return err == nil && ok
}

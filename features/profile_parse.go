package features

import (
	"errors"
	"fmt"
	"path"
	"slices"

	"gopkg.in/yaml.v3"
)

// profileEntry is one profile as profiles.yaml spells it.
type profileEntry struct {
	Name        string            `yaml:"name"`
	Extends     string            `yaml:"extends"`
	Revision    string            `yaml:"revision"`
	Description string            `yaml:"description"`
	Includes    []string          `yaml:"includes"`
	Excludes    []string          `yaml:"excludes"`
	Verdicts    map[string]string `yaml:"verdicts"`
	Parameters  yaml.Node         `yaml:"parameters"`
}

func parseProfiles(file string, text []byte, catalogue *Catalogue) ([]Profile, error) {
	root, err := parseYAML(file, text)
	if err != nil {
		return nil, err
	}
	var doc struct {
		Profiles []yaml.Node `yaml:"profiles"`
	}
	if err := decodeStrict(file, root, &doc); err != nil {
		return nil, err
	}
	var profiles []Profile
	for i := range doc.Profiles {
		p, err := parseProfile(file, &doc.Profiles[i], profiles)
		if err != nil {
			return nil, err
		}
		if err := p.check(catalogue); err != nil {
			return nil, fmt.Errorf("%s:%d: profile %s: %w", file, doc.Profiles[i].Line, p.Name, err)
		}
		profiles = append(profiles, p)
	}
	return profiles, nil
}

// parseProfile reads one profile; what it leaves out it has from the profile it extends.
func parseProfile(file string, node *yaml.Node, before []Profile) (Profile, error) {
	var e profileEntry
	if err := decodeStrict(file, node, &e); err != nil {
		return Profile{}, err
	}
	at := func(format string, args ...any) error {
		return fmt.Errorf("%s:%d: profile %s: %w", file, node.Line, e.Name, fmt.Errorf(format, args...))
	}
	if e.Name == "" || e.Description == "" || e.Revision == "" {
		return Profile{}, at("name, revision and description are needed")
	}
	if named(before, e.Name) != nil {
		return Profile{}, at("the name is given twice")
	}
	p := Profile{
		Name: e.Name, Revision: e.Revision, Description: e.Description,
		verdicts: e.Verdicts, includes: e.Includes, excludes: e.Excludes,
	}
	if e.Extends != "" {
		if p.parent = named(before, e.Extends); p.parent == nil {
			return Profile{}, at("extends %q, which is no profile above it", e.Extends)
		}
		p.settings = p.parent.settings
	}
	if e.Parameters.IsZero() {
		return p, nil
	}
	return p, decodeStrict(file, &e.Parameters, &p.settings)
}

func named(profiles []Profile, name string) *Profile {
	i := slices.IndexFunc(profiles, func(p Profile) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	p := profiles[i]
	return &p
}

// check refuses what could not take effect: a pattern without a match, an override that changes nothing anywhere.
func (p Profile) check(catalogue *Catalogue) error {
	for pattern, verdict := range p.verdicts {
		if err := errors.Join(known("verdicts", verdicts, verdict), matchesSome(pattern, catalogue)); err != nil {
			return err
		}
	}
	for _, pattern := range slices.Concat(p.includes, p.excludes) {
		if err := matchesSome(pattern, catalogue); err != nil {
			return err
		}
	}
	return p.settings.check()
}

func matchesSome(pattern string, catalogue *Catalogue) error {
	if _, err := path.Match(pattern, ""); err != nil {
		return fmt.Errorf("pattern %q: %w", pattern, err)
	}
	for _, r := range catalogue.requirements {
		if matches(pattern, r.ID) {
			return nil
		}
	}
	return fmt.Errorf("%q matches no requirement; nearest are %v", pattern, catalogue.Suggest(pattern))
}

func (s settings) check() error {
	return errors.Join(
		s.IatPast.check("iat_past"),
		s.IatFuture.check("iat_future"),
		known("htu_query", []string{"ignored", "refused"}, s.HTUQuery),
		known("nonces.authorization_server", nonceWords, s.Nonces.AuthorizationServer),
		known("nonces.api", nonceWords, s.Nonces.API),
		known("pushed_binding",
			[]string{string(BindingOptional), string(BindingEither), string(BindingByProof)}, s.PushedBinding),
		known("login_keys", []string{"any", "one"}, s.LoginKeys),
		positive("access_token_lifetime", s.TokenLifetime),
		positive("jti_bits", s.JTIBits),
		s.NonceLifetime.check(),
		s.RefusalStatus.ProofMissing.check(ProofMissing),
		s.RefusalStatus.ProofBad.check(ProofBad),
		s.RefusalStatus.TokenBad.check(TokenBad),
	)
}

var nonceWords = []string{"optional", required}

func (n nonceLifetime) check() error {
	if n.Accept < 0 || n.Refuse < 0 || n.Refuse > 0 && n.Accept > n.Refuse {
		return fmt.Errorf("nonce_lifetime: want 0 <= accept <= refuse in seconds (0: nothing is said), got %d, %d",
			n.Accept, n.Refuse)
	}
	return nil
}

func (w window) check(key string) error {
	if w.Accept < 0 || w.Accept > w.Warn || w.Warn > w.Refuse || w.Refuse == 0 {
		return fmt.Errorf("%s: want 0 <= accept <= warn <= refuse in seconds, got %d, %d, %d",
			key, w.Accept, w.Warn, w.Refuse)
	}
	return nil
}

func (s statuses) check(cause Cause) error {
	if len(s.Expected) == 0 {
		return fmt.Errorf("refusal_status.%s: at least one status code is expected", cause)
	}
	for _, code := range slices.Concat(s.Expected, s.Tolerated) {
		if code < 400 || code > 499 {
			return fmt.Errorf("refusal_status.%s: %d is no client error; a refusal is 4xx", cause, code)
		}
	}
	return nil
}

func positive(key string, n int) error {
	if n <= 0 {
		return fmt.Errorf("%s: want more than 0, got %d", key, n)
	}
	return nil
}

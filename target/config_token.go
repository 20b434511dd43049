package target

import (
	"errors"
	"fmt"

	"gopkg.in/yaml.v3"
)

// tokenSection is an access token of a person's own: itself, or a command that prints
// one. A plain text instead of the mapping is the token.
type tokenSection struct {
	Value   string            `yaml:"value"`
	Command []string          `yaml:"command"`
	Env     map[string]string `yaml:"env"`

	line int
}

// UnmarshalYAML takes the short form too.
func (s *tokenSection) UnmarshalYAML(node *yaml.Node) error {
	s.line = node.Line
	if node.Kind == yaml.ScalarNode {
		s.Value = node.Value
		return nil
	}
	type plain tokenSection
	return node.Decode((*plain)(s))
}

// boundTokenSection is a further token, with the key that it is bound to.
type boundTokenSection struct {
	Token *tokenSection `yaml:"token"`
	Key   *keySection   `yaml:"key"`
}

// token reads an access token of a person's own.
func (s *tokenSection) read(t *Target) (OwnToken, error) {
	if (s.Value == "") == (len(s.Command) == 0) {
		return OwnToken{}, errors.New(`give the token, such as "${TOKEN}", or command, a program that prints one`)
	}
	if s.Value != "" && s.Env != nil {
		return OwnToken{}, errors.New("env is for a command")
	}
	if s.Value != "" {
		t.Secrets = append(t.Secrets, s.Value)
		if !isToken68(s.Value) {
			return OwnToken{}, errors.New("it is no access token: it has a space or another character that none has; " +
				"leave out the scheme")
		}
	}
	own := OwnToken{Text: s.Value}
	if s.Command != nil {
		own.Command = t.command(s.Command, s.Env)
	}
	return own, nil
}

// bound reads a token with the key that it is bound to.
func (s *tokenSection) bound(t *Target, key *keySection) (own OwnToken, err error) {
	if own, err = s.read(t); err != nil {
		return own, err
	}
	if key == nil {
		return own, errors.New("it needs the key that it is bound to: key: client.pem, beside it")
	}
	if own.Key, err = t.key(*key); err != nil {
		return own, fmt.Errorf("key: %w", err)
	}
	return own, own.fits()
}

// readTokens reads the tokens of a person's own for an API.
func (a apiSection) readTokens(t *Target, api *RealAPI) (err error) {
	if a.Token == nil {
		if a.Key != nil || a.UnboundToken != nil || a.OtherTokens != nil {
			return errors.New("key, unbound_token and other_tokens go with token, an access token of your own")
		}
		return nil
	}
	if len(a.Command) > 0 {
		return errors.New("token is for an API that takes the tokens of another issuer; " +
			"one that is started by command takes those of the embedded one")
	}
	own, err := a.Token.bound(t, a.Key)
	if err != nil {
		return fmt.Errorf("token: %w", err)
	}
	api.Tokens = []OwnToken{own}
	for i, other := range a.OtherTokens {
		if other.Token == nil {
			return fmt.Errorf("other_tokens: number %d has no token", i+1)
		}
		further, err := other.Token.bound(t, other.Key)
		if err != nil {
			return fmt.Errorf("other_tokens: number %d: %w", i+1, err)
		}
		api.Tokens = append(api.Tokens, further)
	}
	if a.UnboundToken != nil {
		unbound, err := a.UnboundToken.read(t)
		if err == nil && confirmed(unbound.Text) != "" {
			err = errors.New("it is bound to a key (cnf.jkt)")
		}
		if err != nil {
			return fmt.Errorf("unbound_token: %w", err)
		}
		api.Unbound = &unbound
	}
	return nil
}

// unissued makes the authorization server one that nothing is asked of, where the
// configuration names none and brings the tokens of its APIs.
func (t *Target) unissued(line int) error {
	if t.AuthorizationServer != nil {
		return nil
	}
	without, own := "", false
	for _, api := range t.APIs {
		if api.Tokens == nil {
			without = api.Name
		}
		own = own || api.Tokens != nil
	}
	if own && without != "" {
		return &ConfigError{t.File, line, fmt.Sprintf("the API %s has no token, and another API has one of its own: "+
			"either all have one, or there is the authorization_server whose tokens they take", without)}
	}
	if own {
		t.AuthorizationServer = &RealAuthorizationServer{Unused: true}
	}
	return nil
}

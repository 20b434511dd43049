package target

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/dpop"
)

// keySection is a private key: a file, or the key itself out of an environment
// variable. A plain text instead of the mapping may be either.
type keySection struct {
	File      string `yaml:"file"`
	Value     string `yaml:"value"`
	Algorithm string `yaml:"alg"`
	ID        string `yaml:"kid"`
}

// UnmarshalYAML takes the short form too.
func (k *keySection) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		if looksLikeKey(node.Value) {
			k.Value = node.Value
		} else {
			k.File = node.Value
		}
		return nil
	}
	type plain keySection
	return node.Decode((*plain)(k))
}

// certificateSection is a client certificate with its private key, each a PEM
// file or the PEM text itself.
type certificateSection struct {
	File string `yaml:"file"`
	Key  string `yaml:"key"`
}

// looksLikeKey tells the material from the name of a file that holds it.
func looksLikeKey(value string) bool {
	value = strings.TrimSpace(value)
	return strings.HasPrefix(value, "{") || strings.HasPrefix(value, "-----BEGIN")
}

func (t *Target) readKey(what string, k keySection, line int) (*dpop.Key, error) {
	key, err := t.key(k)
	if err != nil {
		return nil, &ConfigError{t.File, line, what + "." + err.Error()}
	}
	return key, nil
}

// key reads a private key and registers what is secret in it. Errors begin
// with the name of the member that is meant.
func (t *Target) key(k keySection) (*dpop.Key, error) {
	if (k.File == "") == (k.Value == "") {
		return nil, errors.New("file or value: give exactly one of the two; dpopspec keys generate makes a key")
	}
	member, text := "value", k.Value
	if k.File != "" {
		member = "file " + k.File
		read, err := t.read(k.File)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w; make one with dpopspec keys generate", member, err)
		}
		text = read
		t.KeyFiles = append(t.KeyFiles, t.beside(k.File))
	}
	t.Secrets = append(t.Secrets, text)
	key, err := dpop.ParseKey([]byte(text))
	if err == nil && k.Algorithm != "" {
		key, err = key.WithAlgorithm(k.Algorithm)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", member, err)
	}
	t.Secrets = append(t.Secrets, privateMembers(key)...)
	return key, nil
}

// privateMembers are the secret values of a key as a JWK spells them (RFC 7518
// §6.2.2, §6.3.2): its file may have spelled them otherwise.
func privateMembers(key *dpop.Key) []string {
	jwk, err := key.PrivateJWK()
	if err != nil {
		return nil
	}
	var values []string
	for _, name := range []string{"d", "p", "q", "dp", "dq", "qi"} {
		var text string
		if value, found := jwk.Get(name); found && json.Unmarshal(value, &text) == nil {
			values = append(values, text)
		}
	}
	return values
}

// certificate reads a client certificate.
func (t *Target) certificate(c certificateSection) (*tls.Certificate, error) {
	var texts [2]string
	for i, part := range []struct{ name, value string }{{"file", c.File}, {"key", c.Key}} {
		switch {
		case part.value == "":
			return nil, fmt.Errorf("certificate.%s is missing; certificate needs file and key, both PEM", part.name)
		case looksLikeKey(part.value):
			texts[i] = part.value
		default:
			text, err := t.read(part.value)
			if err != nil {
				return nil, fmt.Errorf("certificate.%s %s cannot be read: %w; name a PEM file", part.name, part.value, err)
			}
			texts[i] = text
		}
	}
	t.Secrets = append(t.Secrets, texts[1])
	pair, err := tls.X509KeyPair([]byte(texts[0]), []byte(texts[1]))
	if err != nil {
		return nil, fmt.Errorf("certificate (file %s, key %s): %s; each is PEM, and one goes with the other",
			nameOfPEM(c.File), nameOfPEM(c.Key), strings.TrimPrefix(err.Error(), "tls: "))
	}
	return &pair, nil
}

// nameOfPEM says where a PEM is from, which may be the configuration itself.
func nameOfPEM(value string) string {
	if looksLikeKey(value) {
		return "given as text"
	}
	return value
}

package target

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/mockas"
)

// embeddedSection is the section as: how the embedded authorization server shows
// itself to a client or an API that knows another product's.
type embeddedSection struct {
	Like          string            `yaml:"like"`
	Algorithm     string            `yaml:"alg"`
	TrailingSlash *bool             `yaml:"trailing_slash"`
	TLS           *bool             `yaml:"tls"`
	Paths         map[string]string `yaml:"paths"`

	Certificate *certificateSection `yaml:"certificate"`
}

func (e *embeddedSection) apply(t *Target, line int) error {
	look, err := e.read()
	if err == nil && t.AuthorizationServer != nil {
		err = errors.New("it says how the embedded authorization server looks, and authorization_server names " +
			"a real one, which looks as it does; leave one of them out")
	}
	if err == nil && e.Certificate != nil {
		if !look.TLS {
			err = errors.New("a certificate is for an https server; add tls: true")
		} else {
			t.LookCertificate, err = t.certificate(*e.Certificate)
		}
	}
	if err != nil {
		return &ConfigError{t.File, line, "as: " + err.Error()}
	}
	t.Look = look
	return nil
}

// issuerMember is the name among paths for that of the issuer identifier.
const issuerMember = "issuer"

// read takes the look of a product and changes what else is said.
func (e *embeddedSection) read() (look mockas.Look, err error) {
	if e.Like != "" {
		if look, err = mockas.FindLook(e.Like); err != nil {
			return look, fmt.Errorf("like: %w", err)
		}
	}
	if e.Algorithm != "" {
		look.Algorithm = e.Algorithm
	}
	if e.TLS != nil {
		look.TLS = *e.TLS
	}
	paths := map[string]string{}
	for endpoint, path := range look.Paths {
		paths[endpoint] = path
	}
	for name, path := range e.Paths {
		if name == issuerMember {
			look.Issuer = path
			continue
		}
		endpoint, err := endpointOf(name)
		if err != nil {
			return look, fmt.Errorf("paths: %w", err)
		}
		paths[endpoint] = path
	}
	look.Paths = paths
	if e.TrailingSlash != nil {
		look = look.SlashAtEnd(*e.TrailingSlash)
	}
	return look, look.Check()
}

// endpointOf finds an endpoint by its member of the metadata (RFC 8414 §2).
func endpointOf(member string) (path string, err error) {
	names := []string{issuerMember}
	for _, p := range mockas.Published {
		if p.Member == member {
			return p.Path, nil
		}
		names = append(names, p.Member)
	}
	slices.Sort(names)
	return "", fmt.Errorf("%q is not one of %s", member, strings.Join(names, ", "))
}

// lookLike is what a flag or a variable says: the whole look of a product.
func lookLike(t *Target, name string) error {
	if t.AuthorizationServer != nil {
		return errors.New("the authorization server is a real one, which looks as it does")
	}
	look, err := mockas.FindLook(name)
	if err == nil {
		t.Look = look
	}
	return err
}

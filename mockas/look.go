package mockas

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// Look is how a server shows itself where the specifications leave it the
// choice: by what it signs, how its issuer identifier is spelled and where its
// endpoints are. What the server decides is no matter of its look. The zero
// value is the server's own: ES256, an issuer without a path, the Path constants.
type Look struct {
	Name      string
	Algorithm string            // of access and ID tokens; empty: ES256
	Issuer    string            // what follows the origin in the issuer identifier: nothing, "/", "/realms/one"
	Paths     map[string]string // where endpoints are, by Path constant; one left out is where that says
	TLS       bool              // it is an https server; the certificate is for whoever listens
}

// defaultAlgorithm is that of a look that names none.
const defaultAlgorithm = "ES256"

// GenerateKey makes a key that signs as the look wants it.
func (l Look) GenerateKey() (*dpop.Key, error) {
	return dpop.GenerateKey(cmp.Or(l.Algorithm, defaultAlgorithm))
}

// IssuerAt is the issuer identifier of a server with this look at an origin.
func (l Look) IssuerAt(origin string) string { return origin + l.Issuer }

// Path is where a server with this look has an endpoint, by Path constant.
func (l Look) Path(endpoint string) string { return cmp.Or(l.Paths[endpoint], endpoint) }

// endpoint names the endpoint behind a path. One that has moved is no longer
// where it was.
func (l Look) endpoint(path string) (endpoint string, moved bool) {
	for endpoint, at := range l.Paths {
		if at == path {
			return endpoint, true
		}
	}
	_, moved = l.Paths[path]
	return "", moved
}

// SlashAtEnd returns the look with or without a slash at the end of its issuer.
func (l Look) SlashAtEnd(with bool) Look {
	l.Issuer = strings.TrimRight(l.Issuer, "/")
	if with {
		l.Issuer += "/"
	}
	return l
}

// Published are the members of the metadata that name an endpoint (RFC 8414 §2),
// with the Path constant of each.
var Published = []struct{ Member, Path string }{
	{"authorization_endpoint", PathAuthorize},
	{"token_endpoint", PathToken},
	{"jwks_uri", PathJWKS},
	{"userinfo_endpoint", PathUserinfo},
	{"pushed_authorization_request_endpoint", PathPAR},
	{"device_authorization_endpoint", PathDevice},
	{"introspection_endpoint", PathIntrospect},
	{"revocation_endpoint", PathRevoke},
	{"registration_endpoint", PathRegister},
}

// Check refuses a look that could not work.
func (l Look) Check() error {
	if l.Algorithm != "" {
		if _, known := dpop.FindAlgorithm(l.Algorithm); !known {
			return fmt.Errorf("alg %q is not one of %s", l.Algorithm, strings.Join(dpop.AlgorithmNames(), ", "))
		}
	}
	if l.Issuer != "" {
		if err := checkPath(l.Issuer); err != nil {
			return fmt.Errorf("the path of the issuer: %w", err)
		}
	}
	taken := map[string]string{}
	for _, p := range Published {
		at := l.Path(p.Path)
		if err := checkPath(at); err != nil {
			return fmt.Errorf("%s: %w", p.Member, err)
		}
		if other, twice := taken[at]; twice {
			return fmt.Errorf("%s and %s are both at %s; each endpoint needs a path of its own", other, p.Member, at)
		}
		taken[at] = p.Member
	}
	return nil
}

// checkPath wants a path as routing normalises it, so that it is found again.
func checkPath(path string) error {
	normal, err := dpop.NormalizePath(path)
	switch {
	case !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "?#"):
		return fmt.Errorf("%q is not a path such as /oauth/token", path)
	case err != nil:
		return fmt.Errorf("%q: %w", path, err)
	case normal != path:
		return fmt.Errorf("write the path %q as %q", path, normal)
	case isMetadata(path):
		return errors.New("the metadata have their place below /.well-known")
	}
	return nil
}

// isMetadata reports whether a path is where the metadata of some issuer are.
func isMetadata(path string) bool {
	return strings.HasPrefix(path, pathOAuthMetadata) || strings.HasSuffix(path, pathOIDCMetadata)
}

// FindLook returns the look of a name.
func FindLook(name string) (Look, error) {
	i := slices.IndexFunc(looks, func(l Look) bool { return l.Name == name })
	if i < 0 {
		return Look{}, fmt.Errorf("the look %q is not known; there are %s", name, strings.Join(LookNames(), ", "))
	}
	return looks[i], nil
}

// LookNames lists the looks there are.
func LookNames() []string {
	var names []string
	for _, l := range looks {
		names = append(names, l.Name)
	}
	return names
}

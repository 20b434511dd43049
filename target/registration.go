package target

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// Registration is how the client under test wants to be registered at the embedded
// authorization server: many a client has an id, a redirect URI or a method of
// authentication that it cannot be talked out of. What is left out the harness
// chooses.
type Registration struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
	Auth   string `json:"auth"` // one of ClientAuthentications
	// JWKS are the public keys that verify its assertions (private_key_jwt); without
	// them it is given a private key.
	JWKS        json.RawMessage `json:"jwks,omitempty"`
	RedirectURI string          `json:"redirect_uri"`
	Subject     string          `json:"subject"` // the person who signs in
	// AudienceParameter is by what it names the audience of a token, one of
	// AudienceParameters. A client that names none gets the default audience of the
	// server, which is that of the first API.
	AudienceParameter string `json:"audience_parameter"`

	Key *dpop.Key `json:"-"` // of the configuration; signs its assertions
}

// UnmarshalJSON takes what is null for left out. A json.RawMessage would keep it.
func (r *Registration) UnmarshalJSON(text []byte) error {
	type members Registration
	if err := json.Unmarshal(text, (*members)(r)); err != nil {
		return err
	}
	if string(r.JWKS) == "null" {
		r.JWKS = nil
	}
	return nil
}

// ClientAuthentications are the methods by which a client under test may
// authenticate.
var ClientAuthentications = []string{
	mockas.AuthNone, mockas.AuthBasic, mockas.AuthPost, mockas.AuthPrivateKeyJWT,
}

// AudienceParameters are the ways to name the audience of a token: by the
// parameter audience, by resource (RFC 8707), or not at all.
var AudienceParameters = []string{"audience", "resource", NoAudience}

// NoAudience is the AudienceParameter of a client that names no audience.
const NoAudience = "none"

// says reports whether it says anything.
func (r Registration) says() bool {
	return r.Fixed() || r.RedirectURI != "" || r.Subject != "" || r.AudienceParameter != ""
}

// Fixed reports whether the client is to be who it wants to be, so that no scenario
// may register it as another.
func (r Registration) Fixed() bool {
	return r.ID != "" || r.Secret != "" || r.Auth != "" || r.JWKS != nil || r.Key != nil
}

// over is the registration with what another one says where it says nothing.
func (r Registration) over(other Registration) Registration {
	for _, field := range []struct {
		own   *string
		other string
	}{
		{&r.ID, other.ID}, {&r.Secret, other.Secret}, {&r.Auth, other.Auth}, {&r.RedirectURI, other.RedirectURI},
		{&r.Subject, other.Subject}, {&r.AudienceParameter, other.AudienceParameter},
	} {
		if *field.own == "" {
			*field.own = field.other
		}
	}
	if r.Key == nil && r.JWKS == nil {
		r.JWKS = other.JWKS
	}
	return r
}

// check refuses what could not work.
func (r Registration) check() error {
	signs := r.Key != nil || r.JWKS != nil
	switch {
	case r.Auth != "" && !slices.Contains(ClientAuthentications, r.Auth):
		return fmt.Errorf("auth %q is not one of %s", r.Auth, strings.Join(ClientAuthentications, ", "))
	case r.Secret != "" && (r.Auth == mockas.AuthNone || r.Auth == mockas.AuthPrivateKeyJWT):
		return fmt.Errorf("auth %s has no secret", r.Auth)
	case r.Secret != "" && signs:
		return errors.New("a client authenticates by its secret or by its key, not by both")
	case signs && r.Auth != "" && r.Auth != mockas.AuthPrivateKeyJWT:
		return fmt.Errorf("auth %s has no key", r.Auth)
	case r.AudienceParameter != "" && !slices.Contains(AudienceParameters, r.AudienceParameter):
		return fmt.Errorf("audience_parameter %q is not one of %s",
			r.AudienceParameter, strings.Join(AudienceParameters, ", "))
	}
	if r.JWKS != nil {
		if _, err := dpop.ParseObject(r.JWKS); err != nil {
			return fmt.Errorf("jwks is no JWK set: %w", err)
		}
	}
	if r.RedirectURI != "" { // RFC 6749 §3.1.2; apps have schemes of their own (RFC 8252 §7.1)
		if u, err := url.Parse(r.RedirectURI); err != nil || !u.IsAbs() || strings.Contains(r.RedirectURI, "#") {
			return fmt.Errorf("redirect_uri %q is not an absolute URI without a fragment", r.RedirectURI)
		}
	}
	return nil
}

// Method is by what the client authenticates: what it says, or what it has the
// means for.
func (r Registration) Method() string {
	switch {
	case r.Auth != "":
		return r.Auth
	case r.Key != nil || r.JWKS != nil:
		return mockas.AuthPrivateKeyJWT
	}
	return mockas.AuthPost
}

package mockas

import (
	"errors"
	"fmt"
	"time"
)

// Constraint says whether access tokens for an API are bound to a key.
type Constraint string

// The constraints. The empty one means ConstraintAllowed.
const (
	ConstraintNone              Constraint = "none"
	ConstraintAllowed           Constraint = "allowed"
	ConstraintRequired          Constraint = "required"
	ConstraintRequiredForPublic Constraint = "required for public clients"
)

// The formats of access tokens. The empty one means FormatJWT.
const (
	FormatJWT    = "jwt"    // RFC 9068
	FormatOpaque = "opaque" // a reference that only introspection explains
)

// API is a protected resource that access tokens can be issued for.
type API struct {
	Audience    string
	Policy      Constraint
	TokenFormat string        // one of the Format constants; empty: the server's
	Scopes      []string      // nil: any scope
	Lifetime    time.Duration // of its access tokens; 0: the server's
}

// check refuses an API that could not work.
func (a *API) check() error {
	if a.Audience == "" {
		return errors.New("mockas: an API has no audience; give it one")
	}
	switch a.Policy {
	case "", ConstraintNone, ConstraintAllowed, ConstraintRequired, ConstraintRequiredForPublic:
	default:
		return fmt.Errorf("mockas: API %s: policy %q is not known; use %s, %s, %s or %q",
			a.Audience, a.Policy, ConstraintNone, ConstraintAllowed, ConstraintRequired, ConstraintRequiredForPublic)
	}
	if err := checkFormat(a.TokenFormat); err != nil {
		return fmt.Errorf("mockas: API %s: %w", a.Audience, err)
	}
	return nil
}

func checkFormat(format string) error {
	switch format {
	case "", FormatJWT, FormatOpaque:
		return nil
	}
	return fmt.Errorf("token format %q is not known; use %s or %s", format, FormatJWT, FormatOpaque)
}

package mockrs

import (
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// New returns an API that listens at the given origin. Clients know it by that
// origin too, unless the configuration names another base.
func New(origin string, c Config) *API {
	if c.Base != "" {
		origin = strings.TrimSuffix(c.Base, "/")
	}
	if c.Audience == "" {
		c.Audience = origin
	}
	if c.Mode == "" {
		c.Mode = Required
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Verifier == nil {
		c.Verifier = dpop.NewVerifier(c.Clock)
	}
	if c.Policy == nil {
		c.Policy = HonestPolicy()
	}
	return &API{Config: c, Origin: origin}
}

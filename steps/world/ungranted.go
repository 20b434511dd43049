package world

import (
	"errors"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// Ungranted is a request of a client to the token or PAR endpoint that was meant to
// succeed and did not.
type Ungranted struct {
	Client   target.RegisteredClient
	Grant    string
	Endpoint Endpoint
	Exchange *wire.Exchange
}

// Error implements error.
func (u *Ungranted) Error() string {
	return u.Endpoint.Title + ": " + u.Endpoint.Describe(u.Exchange, nil)
}

// because adds to an inconclusive outcome what was refused.
func because(cause, outcome error) error {
	var unsure *Inconclusive
	if errors.As(outcome, &unsure) {
		unsure.Because = cause
	}
	return outcome
}

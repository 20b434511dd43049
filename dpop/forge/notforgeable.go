package forge

import "fmt"

// NotForgeable says why a defect makes no sense on this occasion.
type NotForgeable struct {
	Part, Value string // of the defect
	Reason      string
	// ByChance: it is the text of this very key, token or nonce that stands in
	// the way, and another one may do.
	ByChance bool
}

// Error implements error.
func (e *NotForgeable) Error() string {
	return fmt.Sprintf("a proof whose %s is %s cannot be forged here: %s", e.Part, e.Value, e.Reason)
}

// lacking says what the occasion does not offer, before the defect has a name.
func lacking(reason string) error { return &NotForgeable{Reason: reason} }

// unlucky is lacking where another key, token or nonce may do.
func unlucky(reason string) error { return &NotForgeable{Reason: reason, ByChance: true} }

package mockas

import "github.com/dpopspec/dpopspec/dpop"

// PushedBinding says what a pushed authorization request must be bound by. RFC
// 9449 §10.1 leaves it free; profiles do not.
type PushedBinding string

// The bindings of pushed requests. The zero value demands none.
const (
	BindingOptional PushedBinding = ""
	BindingEither   PushedBinding = "either" // a proof or dpop_jkt
	BindingByProof  PushedBinding = "proof"
)

var pushedBindings = []PushedBinding{BindingOptional, BindingEither, BindingByProof}

// checkPushed is honest: it refuses a pushed request without the binding that is
// demanded.
func checkPushed(demanded PushedBinding, dpopJKT string, proof *dpop.Proof) *Error {
	switch {
	case demanded == BindingByProof && proof == nil:
		return missingProof("a pushed authorization request needs a proof of possession here")
	case demanded == BindingEither && proof == nil && dpopJKT == "":
		return missingProof("a pushed authorization request needs a proof of possession or dpop_jkt here")
	}
	return nil
}

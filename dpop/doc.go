// Package dpop makes, forges and judges DPoP proofs (RFC 9449).
//
// It keeps two worlds apart on purpose. What the harness sends is signed with
// jwx, which only jwx.go imports, and may be malformed in any way (Draft,
// Forgery). What the harness receives is read by strict parsing of its own
// (Object, Reader) and its signatures are checked with go-jose (Verifier). A
// bug in one of the two libraries cannot hide itself in the other.
package dpop

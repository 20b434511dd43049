// Package dpop makes and judges DPoP proofs (RFC 9449); package forge, beside it,
// makes bad ones.
//
// It keeps two worlds apart on purpose. What the harness sends is signed with
// jwx, which only jwx.go imports (Key, Draft). What the harness receives is read
// by strict parsing of its own (Object, ParsePublicKey) and its signatures are
// checked with go-jose (Verifier). A bug in one of the two libraries cannot hide
// itself in the other.
package dpop

// Package mockrs is the embedded API: a resource server that takes DPoP-bound
// access tokens as RFC 9449 §7 demands, strict in everything. How it reads a
// request, judges a token and words a refusal are policies, so that a mutant
// can exchange one of them.
//
// A request goes through these files, in this order:
//
//	serve.go        metadata, the count of effects, or an echo behind the guard
//	authorize.go    the request is judged
//	credentials.go  its one access token is found
//	claims.go       the token is validated (jwt.go, introspect.go) and its binding read (token.go)
//	refusal.go      what speaks against it (failure.go) is worded as challenges
//	answer.go       a nonce and CORS go with every answer
//
// api.go and policy.go stand below all of these; honest.go and new.go put the
// honest decisions in.
package mockrs

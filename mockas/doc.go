// Package mockas is the embedded authorization server: complete, honest and
// strict, one http.Handler without goroutines or outside state.
//
// It offers discovery (RFC 8414 and OpenID Connect), the token endpoint with
// five grants, pushed authorization requests (RFC 9126), request objects (RFC
// 9101), introspection (RFC 7662), revocation (RFC 7009), registration (RFC
// 7591, 7592) and userinfo, and binds tokens to keys as RFC 9449 demands.
//
// What it decides is collected in Policy. A faulty server is this one with one
// field of its Policy exchanged.
//
// A token request goes through these files, in this order:
//
//	routes.go      the table of endpoints
//	token.go       the token endpoint, and the table of grants
//	call.go        the form of the request is read
//	clientauth.go  the client is authenticated (credentials.go, assertion.go, certificate.go)
//	proof.go       its proof is judged (gate.go says how)
//	grant_code.go  the code is looked at; each other grant_*.go has its own
//	order.go       audience, scope and binding are decided (permission.go, binding.go)
//	issue.go       the tokens are made and written down (store.go)
//	answer.go      a refusal is answered, with a nonce where it is a challenge (nonce.go)
//
// The files stand in layers, and none names one above it: what is remembered
// (client.go, api.go, issued.go, store.go), the server and its policies
// (server.go, config.go, policy.go), what all endpoints share, the endpoints
// and grants, the two tables, and on top the honest policy and New (honest.go,
// new.go).
package mockas

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
package mockas

// Package client is an OAuth client that binds its tokens to a key with DPoP
// (RFC 9449): it gets tokens (client credentials, login with PKCE and PAR,
// refresh for one or several audiences) and calls APIs with them, a new proof
// in every request, a nonce for every server, and one retry where a server
// asks for a nonce.
//
// It offers in Go's idiom what the documentation of a well-known client SDK
// promises: key pairs from the environment or from code, fetchers that inherit
// the client's DPoP setting, clock skew and tolerance, retry delay and jitter,
// custom token sources and transports, errors with codes.
//
// Where that documentation is silent, the client fails closed. A key that
// cannot be used, half a key pair, a token of an unexpected type or an answer
// that redirects to another origin is an error; a token that was meant to be
// bound is never sent as a Bearer token.
//
// A Client and its Fetchers are safe for use by several goroutines.
package client

// How to read it. A file names only files that stand before it here:
//
//	errors, environment, jwt, mask, url, json, body     what all of them use
//	metadata, destination, answer, proof, nonce         what a decision is made from
//	policy                                              the decisions
//	challenge, clock, trusted, audience, token          how an honest client decides; keys, proof and nonce, too
//	options, settings, pem, keys, session               what a Client is made of
//	honest, defaults, client, logging                   HonestPolicy, New
//	call, attempt, retry                                a request with its proof, its answer, the retry with a nonce
//	discovery, clientauth, post, grant, acquire         a token
//	authorization, callback, idtoken, login, register   a user's token; a new client
//	fetcher, resource, apicall, redirect                a call of an API
//	fetch, transport, debug                             how a program makes one
//
// A Fetch goes through fetch, apicall, acquire and grant for its token, then
// through call, attempt, proof, answer, nonce and retry, and through redirect.

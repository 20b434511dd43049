// Package wire is where requests and answers are seen as bytes: it serves a
// handler on loopback and records what arrives, plays scripted answers, and
// sends requests whose every field line is chosen by the caller.
//
// A server of this process is a port (port.go) with a recording of what passes
// (recording.go, exchange.go, raw.go) and a script of what it answers instead
// (script.go). A client (client.go, request.go) reaches it by a connection of
// its own (direct.go, link.go, memory.go), and everybody else's by a network
// (connection.go).
package wire

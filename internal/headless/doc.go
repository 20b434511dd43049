// Package headless logs a test person in by a Chromium that nobody sits at, for login
// pages that need scripts. It is a [login.Way].
//
// All that the browser sends goes through a [guard] on loopback: to hosts that the
// configuration names by the connections of the run, and nowhere else. The guard is also
// what sees the answer to an authorization request, so that the redirect URI is never
// asked for. What it lets through it reads: TLS ends there, by a key that lives as long as
// the run and that this one browser alone takes.
package headless

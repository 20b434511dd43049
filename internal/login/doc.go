// Package login gets codes from authorization servers whose login is a page,
// without a person: it follows redirects, fills HTML forms, and stops at the
// redirect that answers the authorization request (RFC 6749 §4.1.2). A program of
// the user's, or a browser, does the same behind one interface, [Way].
//
// Nothing is sent to a host that the configuration does not name, and a password
// least of all. Pages are a stranger's: how many are read, how large they may be and
// how long it all may take is bounded, and what is quoted of them is one short line.
package login

// Package approval says yes to devices in the place of a person (RFC 8628 §3.3), as the
// configuration says: by a request of its own, or by a program of the user's.
package approval

// Package version holds the version of dpopspec, for every package that tells it.
package version

// Number is the version of dpopspec.
const Number = "0.1.0"

// Agent is what requests say in User-Agent (RFC 9110 §10.1.5), so that whoever
// finds them in a log knows what they are.
const Agent = "dpopspec/" + Number + " (+https://github.com/dpopspec/dpopspec)"

package login

import (
	"fmt"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// Failure says that a login cannot be done: not now, and not for the next code
// either.
type Failure struct {
	What   string // that happened: "the password was not taken"
	Said   string // the words of the page about it, in one line; may be empty
	At     string // origin and path of the page; may be empty
	Key    string // of the configuration, below login: "form.password"
	Remedy string // what can be done about it
	Final  bool   // no other way would do better: what is typed is wrong
}

// Error implements error.
func (f *Failure) Error() string {
	text := f.What
	if f.At != "" {
		text += " at " + f.At
	}
	if f.Said != "" {
		text += fmt.Sprintf(" (it says %q)", f.Said)
	}
	return text
}

// Answered says that an authorization request was answered by something else than a
// redirect, and by nothing that a person could go on with: what a server shows that
// refuses a request without trusting its redirect URI (RFC 6749 §4.1.2.1).
type Answered struct {
	Status  int    // 0: unknown, for a program has seen it
	Said    string // in one line; may be empty
	At      string
	Scripts bool   // the page has scripts, which may make something of it
	Typed   bool   // it came after something of the person's was sent: the login ends in it
	Page    []byte // as it came
}

// Error implements error.
func (a *Answered) Error() string {
	text := fmt.Sprintf("a page with status %d", a.Status)
	if a.Said != "" {
		text += fmt.Sprintf(" that says %q", a.Said)
	}
	return text
}

// Broken says that a request of a login had no whole answer.
type Broken struct {
	At  string // origin and path that it went to
	Err error
}

// Error implements error.
func (b *Broken) Error() string { return "request to " + b.At + ": " + b.Err.Error() }

// Unwrap gives what the connection broke by.
func (b *Broken) Unwrap() error { return b.Err }

// Stuck is the failure that such an answer is to a request that ought to be granted.
func (a *Answered) Stuck() *Failure {
	if a.Status == 0 { // a program has seen it
		return &Failure{What: a.Said, Key: "command", Remedy: "see what the server shows it in the place of a redirect"}
	}
	f := &Failure{
		What: fmt.Sprintf("there is no form to log in by on the page with status %d", a.Status), Said: a.Said, At: a.At,
		Key: "form", Remedy: "see what the page shows in a browser; login: {command: […]} can deal with any page",
	}
	if a.Scripts {
		return a.needsScripts()
	}
	return f
}

// needsScripts is the failure of who has none.
func (a *Answered) needsScripts() *Failure {
	return &Failure{
		What: fmt.Sprintf("the page with status %d has no form to log in by, it needs scripts", a.Status),
		Said: a.Said, At: a.At, Key: "browser",
		Remedy: "let a browser log in: login: {browser: headless, …}, or login: {command: […]}",
	}
}

// foreign is the failure of a login that leads to where nothing may be sent.
func foreign(what, origin, at string) *Failure {
	return &Failure{
		What: fmt.Sprintf("%s to %s, which the configuration does not name; nothing was sent there", what,
			wire.Brief(origin)),
		At: at, Key: "hosts", Remedy: "if that host belongs to the login, name it in login.hosts, with its scheme",
	}
}

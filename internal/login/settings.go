package login

import (
	"net/url"
	"time"
)

// Settings say how the test person of a client logs in. Ways that are set are tried
// in this order: Form, Command, Browser, Cookies.
type Settings struct {
	Form    *Form
	Command []string // see [Program]
	Dir     string   // where that runs; empty: here
	Browser *Browser
	Cookies string // of one login, as the Cookie field has them (RFC 6265 §4.2.1)

	Hosts      []string      // besides those of the authorization server
	Parameters url.Values    // of each authorization request, besides the harness's own
	Push       Push          // what a pushed request of a login is bound by
	Timeout    time.Duration // for one login; 0: 2 minutes
}

// Push says what the pushed authorization request of a login carries (RFC 9126).
type Push string

// What the pushed request of a login carries, where requests must be pushed or the
// configuration wants it.
const (
	PushAsProfile Push = ""      // pushed where the server demands it, bound as the profile demands
	PushPlain     Push = "plain" // pushed, and bound to nothing
	PushProof     Push = "proof" // pushed with a proof by the client's key (RFC 9449 §10.1)
	PushNever     Push = "never" // the request goes to the authorization endpoint as it is
)

// Form is what a person types into the forms that come.
type Form struct {
	Username, Password string
	Fields             map[string]string // of further fields, by name, id or label
	Submit, Consent    string            // the button of the login, and of the consent; empty: the obvious one
}

// Browser is what a browser does that no person sits at.
type Browser struct {
	Program string // the Chromium to be started; empty: one that is found on this machine
	Form    *Form  // what is typed where there are no steps; may be nil
	// Sandboxed says whether the browser keeps pages in its sandbox; nil: unless we are
	// root, for whom it has none.
	Sandboxed *bool
	Steps     []Step // in their order; empty: fields are recognised as those of forms are
}

// UserCode stands in the value of a step for the user code of a device.
const UserCode = "{user_code}"

// Step is one thing that a browser does on a page: one of Fill, Click and Wait.
type Step struct {
	Fill  string // the selector of a field, into which Value goes
	Value string
	Click string // the selector of what is clicked
	Wait  string // the selector of what must be there before the next step
	// Optional lets the step be passed over on a page that does not have the selector.
	Optional bool
}

// Any reports whether there is a way.
func (s *Settings) Any() bool {
	return s.Names() != nil
}

// Names lists the ways, in the order in which they are tried.
func (s *Settings) Names() (list []string) {
	for _, way := range []struct {
		name string
		set  bool
	}{
		{"form", s.Form != nil}, {"command", len(s.Command) > 0}, {"headless browser", s.Browser != nil},
		{"cookies", s.Cookies != ""},
	} {
		if way.set {
			list = append(list, way.name)
		}
	}
	return list
}

// patience is how long one login may take unless the configuration says otherwise.
const patience = 2 * time.Minute

// Patience is how long one login may take.
func (s *Settings) Patience() time.Duration {
	if s.Timeout > 0 {
		return s.Timeout
	}
	return patience
}

// Secrets are what no output may show.
func (s *Settings) Secrets() (list []string) {
	for _, form := range []*Form{s.Form, s.browserForm()} {
		if form == nil {
			continue
		}
		list = append(list, spellings(form.Password)...)
		for name, value := range form.Fields {
			if anyOf(wordsOf(name), secretWords...) {
				list = append(list, spellings(value)...)
			}
		}
	}
	if s.Browser != nil {
		for _, step := range s.Browser.Steps {
			if step.Value != "" && step.Value != UserCode {
				list = append(list, step.Value)
			}
		}
	}
	if s.Cookies != "" {
		list = append(list, s.Cookies)
		for _, c := range cookiesIn(s.Cookies) {
			list = append(list, c.Value)
		}
	}
	return list
}

// secretWords are in the names of fields whose values nobody may see.
var secretWords = words(`password passwd passphrase passcode pass pwd pw secret pin tan code token otp totp
	key answer kennwort`)

// spellings are a secret as it is, and as it stands in what is quoted of a page in one
// line; an empty text has none.
func spellings(secret string) (list []string) {
	if secret != "" {
		list = append(list, secret)
	}
	if line := collapse(secret); line != secret && line != "" {
		list = append(list, line)
	}
	return list
}

func (s *Settings) browserForm() *Form {
	if s.Browser == nil {
		return nil
	}
	return s.Browser.Form
}

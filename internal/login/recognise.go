package login

import (
	"slices"
	"strings"
)

// userWords are what fields for a user name are called.
var userWords = words(`user username userid userident login loginname loginfmt loginid email mail emailaddress identifier
	account accountname uid upn principal benutzername benutzer kennung anmeldename utilisateur identifiant usuario
	correo utente gebruiker gebruikersnaam användarnamn ユーザー名 用户名`)

// onceWords are what fields for a second factor are called.
var onceWords = words(`otp totp mfa 2fa tfa one-time onetime passcode verification twofactor authenticator smscode
	onetimecode securitycode einmalkennwort`)

// otherWords are what fields are called that no login has.
var otherWords = words(`search query newsletter subscribe coupon suche`)

// fields are the fields of a form that a login knows what to do with.
type fields struct {
	username, password, again, once *control
	others                          []*control // that are to be typed into, and nobody knows what
}

// understand finds out which field is which. What the configuration names is not
// guessed at.
func (f *form) understand(known *Form) fields {
	var found fields
	var typed []*control
	for _, c := range f.controls {
		if c.typed() && known.valueFor(c) == nil {
			typed = append(typed, c)
		}
	}
	for _, c := range typed {
		switch {
		case isOnce(c):
			found.once = first(found.once, c)
		case c.kind == "password" && found.password == nil:
			found.password = c
		case c.kind == "password":
			found.again = c
		}
	}
	if found.password != nil && hasToken(found.password.complete, "new-password") {
		found.again = found.password
	}
	found.username = userField(typed, found)
	for _, c := range typed {
		if c != found.username && c != found.password && c != found.again && c != found.once {
			found.others = append(found.others, c)
		}
	}
	return found
}

func first(known, next *control) *control {
	if known != nil {
		return known
	}
	return next
}

// isOnce reports whether a field wants a code of a second factor.
func isOnce(c *control) bool {
	return hasToken(c.complete, "one-time-code") || anyOf(wordsOf(c.name+" "+c.id), onceWords...) ||
		anyOf(wordsOf(c.label+" "+c.hints), onceWords...) && c.kind != "password"
}

// userField is the field for the user name: the one that says so, else the last
// before the password.
func userField(typed []*control, found fields) *control {
	var called, before *control
	passed := false
	for _, c := range typed {
		switch {
		case c == found.password:
			passed = true
			continue
		case c.kind == "password", c == found.once, anyOf(c.names(), otherWords...), c.kind == "search":
			continue
		case hasToken(c.complete, "username"):
			return c
		}
		if called == nil && (hasToken(c.complete, "email") || c.kind == "email" || anyOf(c.names(), userWords...)) {
			called = c
		}
		if !passed {
			before = c
		}
	}
	if called == nil && found.password != nil {
		return before
	}
	return called
}

// hasToken reports whether an autocomplete has a token (HTML, autofill detail tokens).
func hasToken(complete, token string) bool { return slices.Contains(strings.Fields(complete), token) }

// asks reports whether somebody is to say who he is in the form.
func (f fields) asks() bool { return f.username != nil || f.password != nil }

// valueFor is what the configuration says that goes into a control; nil: nothing.
func (k *Form) valueFor(c *control) *string {
	if k == nil {
		return nil
	}
	for name, value := range k.Fields {
		if c.called(name) {
			return &value
		}
	}
	return nil
}

// named reports whether the configuration names a field of the form.
func (f *form) named(known *Form) bool {
	return slices.ContainsFunc(f.controls, func(c *control) bool { return c.typed() && known.valueFor(c) != nil })
}

// loginForm is the form of the page that asks who somebody is; nil: there is none.
func (p *page) loginForm(known *Form) (best *form, with fields) {
	top := 0
	for _, f := range p.forms {
		found := f.understand(known)
		if score := f.scored(found, known); score > top {
			best, with, top = f, found, score
		}
	}
	return best, with
}

// scored tells how much a form looks like that of a login; 0: it is none.
func (f *form) scored(found fields, known *Form) int {
	score := 0
	switch {
	case found.password != nil && found.again == nil:
		score = 100
	case found.password != nil:
		score = 40
	case found.username != nil:
		score = 60
	case found.once != nil:
		score = 50
	}
	if f.named(known) {
		score += 80
	}
	if score == 0 {
		return 0
	}
	if found.username != nil {
		score += 10
	}
	score += 5 * bent(f.id+" "+f.name+" "+f.action)
	if button := f.button(known, known.submitName()); button != nil && button.bent() > 0 {
		score += 15
	}
	if anyOf(wordsOf(f.id+" "+f.name), "search", "newsletter", "subscribe") {
		return 0
	}
	return max(score, 1)
}

func (k *Form) submitName() string {
	if k == nil {
		return ""
	}
	return k.Submit
}

func (k *Form) consentName() string {
	if k == nil {
		return ""
	}
	return k.Consent
}

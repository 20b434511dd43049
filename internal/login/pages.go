package login

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// read finds out what to do on a page: what is next, or the redirect that a form of it
// carries (OAuth 2.0 Form Post Response Mode §2).
func (w *walk) read(ctx context.Context, p *page) (next order, redirect string, err error) {
	if redirect := w.posted(p); redirect != "" {
		return next, redirect, nil
	}
	if w.bare {
		return next, "", w.answered(p)
	}
	form, found := p.loginForm(w.form)
	if p.status >= 400 && (form == nil || !found.asks()) {
		return next, "", w.turnedAway(p)
	}
	decided, button := p.decision(w.form)
	if code := decided.wantsCode(w.form); code != nil && form == nil && w.sentPassword {
		return next, "", w.second(p, fmt.Sprintf("%q", wire.Brief(code.shown())))
	}
	leads := p.refresh != "" && (p.hurried || form == nil && decided == nil)
	if form == nil && decided == nil && !leads && p.onward() == "" {
		return next, "", w.nothing(p)
	}
	if w.pages++; w.pages > mostPages {
		return next, "", w.lost(p.at, fmt.Sprintf("the login came to no end after %d pages", mostPages))
	}
	if !w.paused && w.page != nil && (form != nil || decided != nil) {
		w.paused = true
		if err := w.page(ctx); err != nil {
			return next, "", err
		}
	}
	switch {
	case form != nil:
		next, err = w.types(p, form, found)
	case leads:
		next, redirect, err = w.goes(p, p.refresh)
	case decided != nil:
		next, err = w.decides(p, decided, button)
	default:
		next, redirect, err = w.goes(p, p.onward())
	}
	return next, redirect, err
}

// posted is the redirect that a form of the page carries.
func (w *walk) posted(p *page) string {
	for _, f := range p.forms {
		at, _, _, err := f.target(nil)
		if err != nil || !w.Answers(at.String()) || w.turnsBack(p, f) {
			continue
		}
		query := at.Query()
		for _, e := range f.entries(nil) {
			query.Add(e.name, e.value)
		}
		to := *at
		to.RawQuery = query.Encode()
		return to.String()
	}
	return ""
}

// turnsBack reports whether a form that carries an error is only there for who does not
// want to go on: one that says so, or one beside what the page is about.
func (w *walk) turnsBack(p *page, f *form) bool {
	if !slices.ContainsFunc(f.controls, func(c *control) bool { return c.name == "error" }) {
		return false
	}
	login, _ := p.loginForm(w.form)
	decided, _ := p.decision(w.form)
	return login != nil && login != f || decided != nil && decided != f ||
		slices.ContainsFunc(f.controls, func(c *control) bool { return c.submits() && c.bent() < 0 })
}

// goes follows what a page leads to without a form, which may be the redirect.
func (w *walk) goes(p *page, address string) (next order, redirect string, err error) {
	to, err := p.resolve(address)
	if err != nil {
		return next, "", w.lost(p.at, "the page leads to what is no address")
	}
	if w.Answers(to.String()) {
		return next, to.String(), nil
	}
	return order{title: "login: the next page", method: "GET", at: to, from: p.at}, "", nil
}

// turnedAway is what a page of an error means.
func (w *walk) turnedAway(p *page) error {
	if p.captcha == "Cloudflare challenge" || p.captcha != "" && p.widget {
		return w.puzzle(p)
	}
	if w.sentPassword && (p.status == 403 || p.status == 423 || p.status == 429 || p.status == 401) {
		return &rejected{locked(p.status, p.words, p.at), w.answered(p)}
	}
	return w.answered(p)
}

// nothing is what a page without anything to go on by means.
func (w *walk) nothing(p *page) error {
	if p.captcha != "" {
		return w.puzzle(p)
	}
	if p.passkeys && w.sentUser {
		return w.second(p, "a passkey")
	}
	return w.answered(p)
}

func (w *walk) answered(p *page) *Answered {
	return &Answered{Status: p.status, Said: p.words, At: p.place(), Scripts: p.scripts, Page: p.reply,
		Typed: w.typed()}
}

func (w *walk) puzzle(p *page) *Failure {
	return &Failure{
		What: "the page has a captcha (" + p.captcha + ")", Said: p.words, At: p.place(), Key: "form",
		Remedy: "switch it off for the test client or this address, or give the cookies of a login: login: {cookies: …}",
	}
}

func (w *walk) second(p *page, factor string) *Failure {
	return &Failure{
		What: "the login asks for a second factor, " + factor, Said: p.words, At: p.place(), Key: "form",
		Remedy: "use a test person without one, or login: {command: […]} with a program that knows it",
	}
}

// types fills a form that asks who somebody is.
func (w *walk) types(p *page, f *form, found fields) (order, error) {
	switch {
	case found.again != nil && found.username == nil:
		return order{}, &Failure{What: "the login asks for a new password", Said: p.words, At: p.place(),
			Key: "form.password", Remedy: "log in by hand once, and give the new one"}
	case w.sentPassword && found.password != nil:
		if p.captcha != "" {
			return order{}, w.puzzle(p)
		}
		return order{}, &Failure{
			What: "the login form came again after user name and password were sent", Said: p.words, At: p.place(),
			Final: true, Key: "form.password",
			Remedy: "see whether user name and password are right; they are not sent again",
		}
	case p.captcha != "" && p.widget:
		return order{}, w.puzzle(p)
	case !found.asks() && !f.named(w.form) && found.once != nil:
		return order{}, w.second(p, fmt.Sprintf("%q", wire.Brief(found.once.shown())))
	case w.form == nil || w.form.Username == "" && w.form.Password == "" && !f.named(w.form):
		return order{}, w.wantsPerson(p)
	case w.sentUser && !w.sentPassword && found.password == nil && found.username != nil:
		return order{}, &Failure{
			What: "the page asks for the user name again", Said: p.words, At: p.place(), Key: "form.username",
			Remedy: "see whether it is right; it is not sent again", Final: true,
		}
	}
	if found.once != nil && found.once.required && found.once.value == "" {
		return order{}, w.second(p, fmt.Sprintf("%q", wire.Brief(found.once.shown())))
	}
	for _, c := range found.others {
		if c.required && c.value == "" {
			return order{}, &Failure{
				What: fmt.Sprintf("the login form asks for %q, which the configuration does not have",
					wire.Brief(c.shown())),
				At: p.place(), Key: "form.fields",
				Remedy: "name it there with its value: fields: {" + wire.Brief(c.handle()) + ": …}",
			}
		}
	}
	return w.filled(p, f, found)
}

// handle is the name by which the configuration can call a control.
func (c *control) handle() string {
	for _, name := range []string{c.name, c.id, c.label} {
		if name != "" {
			return name
		}
	}
	return "NAME"
}

// wantsPerson is the failure of a login page where nothing can be typed.
func (w *walk) wantsPerson(p *page) *Failure {
	if w.cookies {
		return &Failure{What: "the login page came: the cookies are not, or no longer, those of a login", Said: p.words,
			At: p.place(), Key: "cookies", Remedy: "log in by hand, and give the Cookie field of the authorization server"}
	}
	return &Failure{What: "the login page asks for a user name", Said: p.words, At: p.place(), Key: "form",
		Remedy: "give those of a test person: login: {form: {username: …, password: …}}"}
}

// filled types what the configuration has and presses the button.
func (w *walk) filled(p *page, f *form, found fields) (order, error) {
	for _, c := range f.controls {
		if value := w.form.valueFor(c); value != nil {
			c.fill(*value)
		}
	}
	if found.username != nil && w.form.Username != "" {
		found.username.value = w.form.Username
		w.sentUser = true
	}
	if found.password != nil {
		found.password.value = w.form.Password
		w.sentPassword = true
	}
	f.consent()
	button := f.button(w.form, w.form.Submit)
	next, err := w.submits(p, f, button)
	if err != nil {
		return next, err
	}
	if next.method == "GET" && f.holdsPassword() {
		failure := w.answered(p).needsScripts()
		failure.What = "the login form would write the password into an address (method GET), so a script must send it"
		return next, failure
	}
	next.title = "login: a form is filled"
	next.secret = found.password != nil || f.named(w.form)
	return next, nil
}

// holdsPassword reports whether something stands in a field for a password.
func (f *form) holdsPassword() bool {
	return slices.ContainsFunc(f.controls, func(c *control) bool {
		return c.kind == "password" && c.value != "" && !c.disabled
	})
}

// submits makes the request of a form, if that does not take a script.
func (w *walk) submits(p *page, f *form, button *control) (order, error) {
	next, err := f.submission(button)
	if err != nil {
		return next, &Failure{What: err.Error(), At: p.place(), Key: "form", Remedy: "see the page in a browser"}
	}
	if next.at.Scheme == "javascript" {
		failure := w.answered(p).needsScripts()
		failure.What = "the form of the page is sent by a script"
		return next, failure
	}
	return next, nil
}

// fill puts a value of the configuration into a control.
func (c *control) fill(value string) {
	switch c.kind {
	case "checkbox", "radio":
		c.checked = value == c.value || value == "true" && c.kind == "checkbox"
	case "select":
		for i, o := range c.options {
			c.options[i].selected = o.value == value || strings.EqualFold(o.text, value)
		}
	default:
		c.value = value
	}
}

// decides presses the button that goes on.
func (w *walk) decides(p *page, f *form, button *control) (order, error) {
	f.consent()
	next, err := w.submits(p, f, button)
	if err != nil {
		return next, err
	}
	once := next.method + " " + next.at.String() + " " + string(next.body)
	if w.pressed[once] {
		return next, &Failure{What: "the same page comes again after its button was pressed", Said: p.words,
			At: p.place(), Key: "form.consent", Remedy: "name the button to be pressed there, by its name, id or text"}
	}
	w.pressed[once] = true
	next.title = "login: a page is agreed to"
	return next, nil
}

package headless

import (
	"context"
	"net/url"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/dpopspec/dpopspec/internal/login"
)

// How long a page may be quiet, with no request under way, until something is made of
// it. None of it is waited for where a page does what it should.
const (
	tick     = 100 * time.Millisecond
	settled  = 300 * time.Millisecond // it is built, and what it shows can be acted on
	refused  = time.Second            // an error page is taken for one
	finished = 2 * time.Second        // a page with nothing to do ends an approval
	ignored  = 4 * time.Second        // what was typed or pressed has come to nothing
	barren   = 10 * time.Second       // a page with nothing to do will not get better
	restless = 10 * time.Second       // a page that is never quiet is acted on all the same
)

// mostConsents is how many pages in a row may want a consent.
const mostConsents = 5

// visit is one way through the pages of a login or an approval.
type visit struct {
	guard    *guard
	tab      context.Context
	settings login.Browser
	patience time.Duration
	hosts    login.Hosts
	answers  func(address string) bool // nil: there will be none
	userCode string
	greeted  bool // somebody is logged in already, so pages may be passed over

	typed     map[string]bool // kinds of pages that were filled, each once
	consents  int
	acted     look // the page that was acted on last
	actedAt   time.Time
	seen      look // the page as it was looked at last
	seenSince time.Time
}

// authorize goes to an authorization request and on to its answer.
func (v *visit) authorize(address string) (string, error) {
	if err := v.open(address); err != nil {
		return "", err
	}
	if err := v.walk(); err != nil {
		return "", err
	}
	return v.guard.state().answer, nil
}

// approve goes to a verification page and on until there is nothing left to do.
func (v *visit) approve(address string) error {
	if err := v.open(address); err != nil {
		return err
	}
	return v.walk()
}

// open goes to the first page. That it fails is seen by the guard, which has the
// better words for it.
func (v *visit) open(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return &login.Failure{What: "the login begins at what is no web address", Key: "browser",
			Remedy: "look at the metadata of the server"}
	}
	if !v.hosts.Name(u) {
		return v.foreign(u.Scheme+"://"+u.Host, "")
	}
	v.guard.expect(v.hosts, v.answers)
	_, err = chromedp.Call(v.tab, page.Navigate, page.NavigateParams{URL: address})
	if err != nil && v.guard.state().answer == "" {
		return err
	}
	return nil
}

// walk does what the pages want, one after another.
func (v *visit) walk() error {
	steps := v.settings.Steps
	for {
		s, now, err := v.next()
		if err != nil || s.answer != "" {
			return err
		}
		if err := v.ended(s); err != nil {
			return err
		}
		if !v.calm(s, now) {
			continue
		}
		if len(v.settings.Steps) > 0 {
			done := false
			if steps, done, err = v.step(steps, s, now); err != nil || done {
				return err
			}
			continue
		}
		if done, err := v.judge(s, now); err != nil || done {
			return err
		}
	}
}

// next waits a moment and looks at the traffic and the page. While the page changes
// there is nothing to be seen: then the look is empty.
func (v *visit) next() (state, look, error) {
	timer := time.NewTimer(tick)
	defer timer.Stop()
	v.guard.mu.Lock()
	arrived := v.guard.arrived
	v.guard.mu.Unlock()
	select {
	case <-v.tab.Done():
		return state{}, look{}, v.tab.Err()
	case <-arrived:
		return v.guard.state(), look{}, nil
	case <-timer.C:
	}
	now, err := perform[look](v.tab, v.looking())
	if v.tab.Err() != nil {
		return state{}, look{}, v.tab.Err()
	}
	if err != nil {
		now = look{}
	}
	return v.guard.state(), now, nil
}

// looking is the task of a look: what there is to do depends on what there is to type.
func (v *visit) looking() task {
	t := task{Do: "look", UserCode: v.userCode}
	if form := v.settings.Form; form != nil {
		t.Submit, t.Consent = form.Submit, form.Consent
	}
	return t
}

// ended reports why there is nothing to go on with on the way to a page.
func (v *visit) ended(s state) error {
	switch d := s.document; {
	case d.foreign != "":
		return v.foreign(d.foreign, v.seen.Address)
	case d.err != nil:
		return d.err
	}
	return nil
}

// calm reports whether a page is built: it looks as it did a moment ago, and no
// request is under way.
func (v *visit) calm(s state, now look) bool {
	if now.Document != v.seen.Document || now.Shape != v.seen.Shape || !now.Ready {
		v.seen, v.seenSince = now, time.Now()
		return false
	}
	v.seen = now
	same := time.Since(v.seenSince)
	return now.Ready && same > settled && (s.quiet > settled || same > restless)
}

// judge decides what a page is, and does what it wants. It reports whether all is done.
func (v *visit) judge(s state, now look) (done bool, err error) {
	if v.waiting(s, now) {
		return false, nil
	}
	if v.again(now) {
		return false, v.refusal(s, now)
	}
	u, err := url.Parse(now.Origin)
	if err != nil || !v.hosts.Name(u) {
		return false, v.unknown(s, now) // a blank page, or one that a page has written
	}
	if now.Captcha && (now.Kind == asksPassword || now.Kind == asksUsername) {
		return false, v.failure(now, "the login page wants a captcha to be solved", "browser",
			"take the captcha off for the test account or from the test tenant; or give cookies of a login: login: {cookies: …}")
	}
	switch {
	case now.Kind == asksOneTime:
		return false, v.failure(now, "the login wants a one-time code", "browser",
			"use a test account without a second factor, or login: {command: […]}")
	case now.Kind == asksNewPassword:
		return false, v.failure(now, "the page wants a new password", "browser",
			"log the test account in once by hand, and do what the server wants")
	case s.document.status >= 400 && (now.Kind == "" || now.Kind == asksConsent):
		if s.quiet < refused {
			return false, nil
		}
		return false, &login.Answered{Status: s.document.status, Said: v.words(now), At: now.Address}
	case now.Kind == "":
		if v.answers == nil && !v.actedAt.IsZero() && s.quiet > finished {
			return true, nil
		}
		return false, v.unknown(s, now)
	case now.Kind != asksConsent && now.Kind != asksUserCode && v.settings.Form == nil:
		return false, v.failure(now, "the page wants a login, and there is no account to log in with", "browser",
			"give form: {username: …, password: …} beside browser: headless, or steps")
	}
	return false, v.act(now)
}

// waiting reports whether a page may still make something of what was done there.
func (v *visit) waiting(s state, now look) bool {
	return !v.actedAt.IsZero() && now.Document == v.acted.Document && now.Shape == v.acted.Shape &&
		(s.quiet < ignored || time.Since(v.actedAt) < ignored) && time.Since(v.actedAt) < 2*restless
}

// again reports whether a page wants what it has been given.
func (v *visit) again(now look) bool {
	if now.Kind == asksConsent {
		return v.consents >= mostConsents || now.Document == v.acted.Document && now.Shape == v.acted.Shape
	}
	return v.typed[now.Kind]
}

// refusal is what a page that wants the same again says.
func (v *visit) refusal(s state, now look) error {
	switch now.Kind {
	case asksPassword:
		if now.Captcha {
			return v.failure(now, "the login page wants a captcha to be solved", "browser",
				"take the captcha off for the test account or from the test tenant")
		}
		return v.wrong(now, "the password was not taken", "form.password", "see that username and password are those of the "+
			"test account, and that it is not locked; they are not typed again")
	case asksUsername:
		return v.wrong(now, "the user name was not taken", "form.username", "see that it is that of the test account; "+
			"it is not typed again")
	case asksUserCode:
		return v.stuck(s, now, "the user code was not taken")
	}
	return v.stuck(s, now, "the consent was not taken")
}

// unknown is a page on which nothing is recognised: an error once it is sure that it
// stays so. Before somebody who is logged in it is the answer to this one request.
func (v *visit) unknown(s state, now look) error {
	if v.greeted && v.actedAt.IsZero() && now.Ready && s.quiet > ignored && s.document.status != 0 {
		return &login.Answered{Status: s.document.status, Said: v.words(now), At: now.Address}
	}
	if s.quiet < barren || time.Since(v.seenSince) < barren {
		return nil
	}
	return v.stuck(s, now, "the page has nothing to fill in or to press that is recognised")
}

// act does what a page wants, if all of it stays at hosts that are named.
func (v *visit) act(now look) error {
	if err := v.leads(now.Action, now.Address); err != nil {
		return err
	}
	t := task{Do: "act", Origin: now.Origin, Action: now.Action, Shape: now.Shape, UserCode: v.userCode}
	if form := v.settings.Form; form != nil {
		t.Username, t.Password, t.Fields = form.Username, form.Password, form.Fields
		t.Submit, t.Consent = form.Submit, form.Consent
	}
	result, err := perform[outcome](v.tab, t)
	if err != nil {
		v.acted, v.actedAt = now, time.Now() // it may have been done, and the page gone with it
		v.note(now.Kind)
		return v.tab.Err()
	}
	switch result.Done {
	case "done":
		v.acted, v.actedAt = now, time.Now()
		v.note(now.Kind)
	case "not typed":
		v.note(now.Kind)
		return v.failure(now, "the page does not take what is typed", "browser", "give steps")
	case "no button":
		v.note(now.Kind)
		return v.failure(now, "there is no button to send what was typed", "browser", "give steps, with click")
	}
	return nil // the page has changed meanwhile: it is looked at again
}

// note remembers what was done on a page of a kind.
func (v *visit) note(kind string) {
	if kind == asksConsent {
		v.consents++
		return
	}
	v.typed[kind] = true
}

// leads reports where a form would lead that is not named.
func (v *visit) leads(origin, at string) error {
	u, err := url.Parse(origin)
	if err != nil || !v.hosts.Name(u) {
		return v.foreign(origin, at)
	}
	return nil
}

package login

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// Bounds of one login.
const (
	mostPages = 15 // forms that are sent
	mostHops  = 20 // redirects in a row
)

// walk is the way of one authorization request to its answer.
type walk struct {
	Request
	jar       *jar
	away      *jar  // for other hosts than cookiesTo
	cookiesTo Hosts // that jar serves; nil: all hosts of the request
	form      *Form // what is typed; nil: nothing
	cookies   bool  // the person is logged in by cookies of the configuration
	bare      bool  // pages are no business of this way

	// page is told before the first form is dealt with.
	page func(ctx context.Context) error

	paused       bool // page has been told
	sentUser     bool
	sentPassword bool
	pages, hops  int
	safe         bool            // the request came over TLS, and so must all that follows
	pressed      map[string]bool // what was sent without anything being typed
}

// to follows the request to the redirect that answers it.
func (w *walk) to(ctx context.Context) (string, error) {
	bounded, cancel := w.within(ctx)
	defer cancel()
	redirect, err := w.on(bounded)
	return redirect, w.late(ctx, bounded, err)
}

func (w *walk) on(ctx context.Context) (string, error) {
	at, err := url.Parse(w.Address)
	if err != nil {
		return "", fmt.Errorf("the authorization request %s is no address", wire.Brief(w.Address))
	}
	if err := namesItself(w.Request); err != nil {
		return "", err
	}
	w.safe = strings.EqualFold(at.Scheme, "https")
	w.pressed = map[string]bool{}
	next := order{title: "authorization request", method: "GET", at: at}
	for {
		e, err := w.send(ctx, next)
		if err != nil {
			return "", err
		}
		var redirect string
		if next, redirect, err = w.after(ctx, next, e); err != nil || redirect != "" {
			return redirect, err
		}
	}
}

// after is what follows from an answer: a request, or the redirect that was looked
// for.
func (w *walk) after(ctx context.Context, sent order, e *wire.Exchange) (next order, redirect string, err error) {
	location, is := locationOf(e)
	if !is {
		w.hops = 0
		p, err := readPage(e, sent.at)
		if err != nil { // it is nested too deep
			return next, "", w.lost(sent.at, "the page cannot be read: "+wire.Brief(err.Error()))
		}
		return w.read(ctx, p)
	}
	if w.hops++; w.hops > mostHops {
		return next, "", w.lost(sent.at, fmt.Sprintf("the server redirects in a loop, %d times and more", mostHops))
	}
	to, err := sent.at.Parse(location)
	if err != nil {
		return next, "", &Failure{What: "the server redirects to what is no address", At: placeOf(sent.at), Key: "form",
			Remedy: "see in a browser where the login leads"}
	}
	if to.Fragment == "" && sent.at.Fragment != "" {
		to.Fragment, to.RawFragment = sent.at.Fragment, sent.at.RawFragment // RFC 9110 §10.2.2
	}
	if w.Answers(to.String()) {
		return next, to.String(), nil
	}
	next = order{title: "login: a redirect", method: "GET", at: to}
	if e.Status == 307 || e.Status == 308 {
		next.method, next.kind, next.body, next.secret = sent.method, sent.kind, sent.body, sent.secret
	}
	return next, "", nil
}

// locationOf is where a redirect leads (RFC 9110 §15.4).
func locationOf(e *wire.Exchange) (string, bool) {
	location, one := e.Answer.One("Location")
	switch e.Status {
	case 301, 302, 303, 307, 308:
		return location, one && location != ""
	}
	return "", false
}

// send sends a request, if the configuration names where it goes.
func (w *walk) send(ctx context.Context, o order) (*wire.Exchange, error) {
	if err := w.may(o); err != nil {
		return nil, err
	}
	bare := *o.at
	bare.Fragment, bare.RawFragment = "", ""
	r := wire.Request{Method: o.method, URL: bare.String(), Body: o.body, Fields: wire.Fields{
		{Name: "Accept", Value: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"},
		{Name: "Accept-Language", Value: "en"},
	}}
	if o.kind != "" {
		r.Fields = append(r.Fields, wire.Field{Name: "Content-Type", Value: o.kind})
	}
	if o.from != nil {
		r.Fields = append(r.Fields, referrer(o)...)
	}
	jar := w.jar
	if w.cookiesTo != nil && !w.cookiesTo.Name(o.at) {
		jar = w.away
	}
	if cookies := jar.field(o.at); cookies != "" {
		r.Fields = append(r.Fields, wire.Field{Name: "Cookie", Value: cookies})
	}
	e, err := w.Send(ctx, o.title, r)
	if err != nil {
		return e, w.refused(o, e, err)
	}
	jar.keep(o.at, e.Answer)
	return e, nil
}

// may reports whether a request may leave.
func (w *walk) may(o order) error {
	place := ""
	if o.from != nil {
		place = placeOf(o.from)
	}
	switch {
	case o.at.Scheme != "https" && o.at.Scheme != "http":
		return foreign("the login leads", originOf(o.at), place)
	case w.safe && o.at.Scheme != "https" && !wire.Loopback(o.at.Hostname()):
		return &Failure{What: "the login leads from https to " + wire.Brief(originOf(o.at)) + "; nothing was sent there",
			At: place, Key: "hosts", Remedy: "let the server keep to https"}
	case !w.Hosts.Name(o.at) && o.from != nil && o.method != "GET":
		return foreign("the form goes", originOf(o.at), place)
	case !w.Hosts.Name(o.at):
		return foreign("the login leads", originOf(o.at), place)
	}
	return nil
}

// referrer is what a browser says of the page that a request comes from (Fetch: Origin;
// Referrer Policy: strict-origin-when-cross-origin).
func referrer(o order) (list wire.Fields) {
	if o.method != "GET" {
		list = append(list, wire.Field{Name: "Origin", Value: originOf(o.from)})
	}
	page := *o.from
	page.Fragment, page.RawFragment, page.User = "", "", nil
	if originOf(o.from) != originOf(o.at) {
		return append(list, wire.Field{Name: "Referer", Value: originOf(o.from) + "/"})
	}
	return append(list, wire.Field{Name: "Referer", Value: page.String()})
}

// refused tells of a request without a whole answer.
func (w *walk) refused(o order, e *wire.Exchange, err error) error {
	var large *wire.TooLarge
	if errors.As(err, &large) {
		return w.lost(o.at, fmt.Sprintf("the page is larger than %d octets", large.Octets))
	}
	if e != nil && e.Status == 429 && o.secret {
		return &rejected{locked(e.Status, "", o.at), err}
	}
	return &Broken{At: placeOf(o.at), Err: err}
}

// rejected says that user name and password were answered with a refusal that names no
// reason: once, it may be haste, or something on the way. Where it comes again the
// person is locked out.
type rejected struct {
	*Failure
	once error // what it is the first time
}

// locked is the failure of a person who is not let in any more.
func locked(status int, said string, at *url.URL) *Failure {
	return &Failure{
		What: fmt.Sprintf("user name and password were answered with status %d", status), Said: said, At: placeOf(at),
		Final: true, Key: "form",
		Remedy: "see whether the account is locked, or logins from here are; no further password is sent",
	}
}

// typed reports whether something of the person's was sent.
func (w *walk) typed() bool { return w.sentUser || w.sentPassword }

// inVain is the failure of a login that leads to an error each time something is typed.
func (w *walk) inVain(err error) *Failure {
	f := &Failure{
		What: fmt.Sprintf("%d times in a row no redirect came after the login form was sent, but: %v", mostInVain, err),
		Key:  "form", Remedy: "see what the authorization server logs of these logins; no further password is sent",
	}
	var page *Answered
	if errors.As(err, &page) {
		f.What = fmt.Sprintf("%d times in a row the login ended in a page with status %d", mostInVain, page.Status)
		f.Said, f.At = page.Said, page.At
	}
	return f
}

// lost is the failure of a login that comes to no end.
func (w *walk) lost(at *url.URL, what string) *Failure {
	return &Failure{What: what, At: placeOf(at), Key: "form", Remedy: "see in a browser where the login leads"}
}

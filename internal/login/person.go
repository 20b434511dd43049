package login

import (
	"context"
	"errors"
	"net/url"
	"sync"
)

// session is the login of one person in one jar, which serves many codes. While each
// request is answered by a redirect, any number of them may be under way; pages are
// dealt with one after another, for a server may keep in its session which request
// they belong to.
type session struct {
	jar  *jar
	away *jar          // for hosts that get none of the cookies of the configuration
	turn chan struct{} // full while somebody deals with pages

	mu       sync.Mutex
	quiet    bool     // the latest request was answered without a page
	works    bool     // a request was ever answered
	rejected int      // times in a row that the password was rejected without a reason
	vain     int      // times in a row that something was typed and no redirect came
	failed   *Failure // by which nobody needs to try again
}

func newSession() *session {
	return &session{jar: newJar(), away: newJar(), turn: make(chan struct{}, 1)}
}

// take waits for the turn to deal with pages, and returns how to pass it on.
func (s *session) take(ctx context.Context) (pass func(), err error) {
	select {
	case s.turn <- struct{}{}:
		return sync.OnceFunc(func() { <-s.turn }), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *session) isQuiet() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.quiet
}

func (s *session) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed == nil {
		return nil
	}
	return s.failed
}

// walk lets a request have its answer in the session.
func (s *session) walk(ctx context.Context, w *walk) (redirect string, err error) {
	if err := s.failure(); err != nil {
		return "", err
	}
	pass, quiet := func() {}, s.isQuiet()
	defer func() { pass() }()
	if !quiet {
		if pass, err = s.take(ctx); err != nil {
			return "", err
		}
		if err := s.failure(); err != nil { // of the one before
			return "", err
		}
	}
	w.jar, w.away = s.jar, s.away
	w.page = func(ctx context.Context) (err error) {
		if !quiet {
			return nil
		}
		s.mu.Lock()
		s.quiet = false
		s.mu.Unlock()
		pass, err = s.take(ctx)
		if err == nil {
			err = s.failure()
		}
		return err
	}
	redirect, err = w.to(ctx)
	if ctx.Err() != nil && err != nil {
		return redirect, err // the run has ended, which tells nothing
	}
	return redirect, s.learn(w, err)
}

// mostInVain is how often in a row something is typed and leads to no redirect until
// the login is given up: one answer may come from something on the way, but a password
// that is sent all the time locks its person out.
const mostInVain = 3

// learn keeps what came of a request.
func (s *session) learn(w *walk, err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var failed *Failure
	var turned *rejected
	switch {
	case err == nil:
		s.quiet, s.works, s.rejected, s.vain = !w.paused, true, 0, 0
	case w.Doubtful && s.works:
		if errors.As(err, &turned) {
			return turned.once
		}
	case errors.As(err, &turned):
		if s.rejected++; s.rejected == 1 {
			return turned.once
		}
		s.failed = turned.Failure
		return s.failed
	case errors.As(err, &failed) && (!s.works || w.sentPassword || w.sentUser):
		s.failed = failed
	case !errors.As(err, &failed) && w.typed():
		if s.vain++; s.vain >= mostInVain {
			s.failed = w.inVain(err)
			return s.failed
		}
	}
	return err
}

// forms is the way by HTML forms.
type forms struct {
	*session
	form *Form
}

// ByForms is the way that fills HTML forms.
func ByForms(form *Form) Way { return &forms{newSession(), form} }

// Authorize implements Way.
func (f *forms) Authorize(ctx context.Context, r Request) (string, error) {
	return f.session.walk(ctx, &walk{Request: r, form: f.form})
}

// cookies is the way by the cookies of one login.
type cookies struct {
	*session
	field string
	named Hosts
	once  sync.Once
}

// ByCookies is the way of somebody who is logged in: cookies are those of the login, as
// the Cookie field has them. They go to the host of the authorization endpoint, and to
// those of named.
func ByCookies(field string, named Hosts) Way {
	return &cookies{session: newSession(), field: field, named: named}
}

// Authorize implements Way.
func (c *cookies) Authorize(ctx context.Context, r Request) (string, error) {
	c.begin(r)
	return c.session.walk(ctx, &walk{Request: r, cookies: true, cookiesTo: c.named})
}

// begin puts the cookies in, once.
func (c *cookies) begin(r Request) {
	c.once.Do(func() {
		c.named = append(HostsOf(r.Address), c.named...)
		for _, origin := range c.named {
			if u, err := url.Parse(origin); err == nil && r.Hosts.Name(u) {
				c.jar.put(u, cookiesIn(c.field))
			}
		}
	})
}

// ByRedirects is the way of a server that logs in a test person without a page: its
// redirects are followed, and pages are none of it.
func ByRedirects() Way { return redirects{} }

type redirects struct{}

// Authorize implements Way. Each request has a jar of its own, for there is no login
// that it could keep.
func (redirects) Authorize(ctx context.Context, r Request) (string, error) {
	w := &walk{Request: r, bare: true, jar: newJar()}
	return w.to(ctx)
}

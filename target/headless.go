package target

import (
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/internal/headless"
	"github.com/dpopspec/dpopspec/internal/login"
	"github.com/dpopspec/dpopspec/internal/version"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// headlessBrowser is the way by a browser that nobody sits at. It is started for the
// first login and ends with the session.
func (s *Session) headlessBrowser(ways login.Settings) login.Way {
	b := headless.New(headless.Options{
		Settings:  *ways.Browser,
		Transport: &browsing{session: s, by: s.secured.trusting(s.Connection).RoundTripper()},
	})
	s.persons.ends = append(s.persons.ends, b.Close)
	return b
}

// browsing carries what a browser sends by the way to the target, within the limits of
// the run and under our name.
type browsing struct {
	session *Session
	by      http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (b *browsing) RoundTrip(r *http.Request) (*http.Response, error) {
	s, address := b.session, r.URL.String()
	if err := s.answers(address); err != nil {
		return nil, err
	}
	if err := s.leaves(r.Context()); err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", strings.TrimSpace(r.Header.Get("User-Agent")+" "+version.Agent))
	for _, field := range s.Connection.Fields {
		r.Header[http.CanonicalHeaderKey(field.Name)] = []string{field.Value}
	}
	response, err := b.by.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	e := &wire.Exchange{URL: address, Method: r.Method, Status: response.StatusCode, Answer: wire.FieldsOf(response.Header)}
	if err := s.limiter.judge(e); err != nil {
		response.Body.Close()
		return nil, err
	}
	return response, nil
}

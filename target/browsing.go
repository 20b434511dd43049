package target

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/internal/version"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// browsing carries what a browser sends by the way to the target, within the limits of
// the run and under our name.
type browsing struct {
	session *Session
	once    sync.Once
	by      http.RoundTripper
}

// join adds the fields of the configuration to those of a browser. Each takes the place
// of the browser's own, but cookies: a session is not lost for one that opens a gate.
func join(header http.Header, fields wire.Fields) {
	for _, field := range fields {
		name, value := http.CanonicalHeaderKey(field.Name), field.Value
		if own := header.Values(name); name == "Cookie" && len(own) > 0 {
			value = strings.Join(append(slices.Clone(own), value), "; ") // RFC 6265 §5.4: one field
		}
		header[name] = []string{value}
	}
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
	join(r.Header, s.Connection.Fields)
	b.once.Do(func() { b.by = s.secured.trusting(s.Connection).RoundTripper() })
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

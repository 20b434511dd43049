package login

import (
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// jar keeps the cookies of one person. It is safe for use by several goroutines.
type jar struct{ cookies *cookiejar.Jar }

func newJar() *jar {
	cookies, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	if err != nil {
		panic(err) // it never fails
	}
	return &jar{cookies}
}

// secured is an address as the jar is told it: this machine counts as safe, as for
// browsers (Secure Contexts §3.1), so that Secure cookies work there without TLS.
func secured(u *url.URL) *url.URL {
	if u.Scheme == "http" && wire.Loopback(u.Hostname()) {
		safe := *u
		safe.Scheme = "https"
		return &safe
	}
	return u
}

// field is the Cookie field of a request to an address; empty: there is none.
func (j *jar) field(u *url.URL) string {
	r := http.Request{Header: http.Header{}}
	for _, c := range j.cookies.Cookies(secured(u)) {
		r.AddCookie(c)
	}
	return strings.Join(r.Header["Cookie"], "; ")
}

// keep takes the cookies of an answer.
func (j *jar) keep(u *url.URL, answer wire.Fields) {
	r := http.Response{Header: http.Header{"Set-Cookie": answer.Values("Set-Cookie")}}
	if cookies := r.Cookies(); len(cookies) > 0 {
		j.cookies.SetCookies(secured(u), cookies)
	}
}

// put puts cookies of the configuration in, for one host each.
func (j *jar) put(u *url.URL, cookies []*http.Cookie) {
	list := make([]*http.Cookie, len(cookies))
	for i, c := range cookies {
		list[i] = &http.Cookie{Name: c.Name, Value: c.Value, Quoted: c.Quoted, Path: "/"}
	}
	j.cookies.SetCookies(secured(u), list)
}

// CheckCookies makes sure that a Cookie field can be read to its end.
func CheckCookies(field string) error {
	field = strings.Trim(strings.TrimSpace(field), ";")
	pairs := strings.Count(field, ";") + 1
	if len(cookiesIn(field)) != pairs || strings.Count(field, "=") < pairs {
		return errors.New("this is no Cookie field; write name=value; name=value, as a browser sends it")
	}
	return nil
}

// cookiesIn reads a Cookie field (RFC 6265 §4.2.1), with its name before it or not.
func cookiesIn(field string) []*http.Cookie {
	field = strings.TrimSpace(field)
	if name, rest, found := strings.Cut(field, ":"); found && strings.EqualFold(strings.TrimSpace(name), "Cookie") {
		field = rest
	}
	r := http.Request{Header: http.Header{"Cookie": {field}}}
	return r.Cookies()
}

package login

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// neighbour is a server that nobody named. It counts what reaches it.
func neighbour(t *testing.T) (url string, reached *atomic.Int32) {
	t.Helper()
	reached = &atomic.Int32{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reached.Add(1)
		fmt.Fprint(w, `<form method=post><input name=username><input type=password name=password><button>Log in</button></form>`)
	}))
	t.Cleanup(s.Close)
	return s.URL, reached
}

const passwordForm = `<input name=username><input type=password name=password><button>Log in</button></form>`

// TestNothingGoesToAHostThatNobodyNamed tries each means by which a page can lead
// somewhere else.
func TestNothingGoesToAHostThatNobodyNamed(t *testing.T) {
	for name, leads := range map[string]func(w http.ResponseWriter, elsewhere string){
		"a redirect": func(w http.ResponseWriter, elsewhere string) {
			w.Header().Set("Location", elsewhere+"/login")
			w.WriteHeader(http.StatusFound)
		},
		"a redirect without scheme": func(w http.ResponseWriter, elsewhere string) {
			w.Header().Set("Location", strings.TrimPrefix(elsewhere, "http:")+"/login")
			w.WriteHeader(http.StatusSeeOther)
		},
		"an action": func(w http.ResponseWriter, elsewhere string) {
			fmt.Fprintf(w, `<form method=post action=%s/login>%s`, elsewhere, passwordForm)
		},
		"a base": func(w http.ResponseWriter, elsewhere string) {
			fmt.Fprintf(w, `<base href=%s/><form method=post action=login>%s`, elsewhere, passwordForm)
		},
		"a formaction": func(w http.ResponseWriter, elsewhere string) {
			fmt.Fprintf(w, `<form method=post><input name=username><input type=password name=password>`+
				`<button formaction=%s/login>Log in</button></form>`, elsewhere)
		},
		"an outer button": func(w http.ResponseWriter, elsewhere string) {
			fmt.Fprintf(w, `<form id=f method=post><input name=username><input type=password name=password></form>`+
				`<button form=f formaction=%s/login>Log in</button>`, elsewhere)
		},
		"a refresh": func(w http.ResponseWriter, elsewhere string) {
			fmt.Fprintf(w, `<meta http-equiv=refresh content="0;url=%s/login">`, elsewhere)
		},
		"the field Refresh": func(w http.ResponseWriter, elsewhere string) {
			w.Header().Set("Refresh", "0; url="+elsewhere+"/login")
			fmt.Fprint(w, "<p>wait</p>")
		},
		"a link": func(w http.ResponseWriter, elsewhere string) {
			fmt.Fprintf(w, `<a href=%s/login>Continue</a>`, elsewhere)
		},
		"a consent": func(w http.ResponseWriter, elsewhere string) {
			fmt.Fprintf(w, `<form method=post action=%s/consent><input type=hidden name=secret value=s><button>Allow</button></form>`, elsewhere)
		},
	} {
		t.Run(name, func(t *testing.T) {
			elsewhere, reached := neighbour(t)
			s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				leads(w, elsewhere)
			}))
			_, err := ByForms(typed()).Authorize(t.Context(), s.request())
			var failed *Failure
			if !errors.As(err, &failed) || failed.Key != "hosts" || !strings.Contains(err.Error(), elsewhere) {
				t.Errorf("%v", err)
			}
			if reached.Load() != 0 || s.has(person.Password) {
				t.Errorf("%d requests elsewhere; the password was sent: %v", reached.Load(), s.has(person.Password))
			}
		})
	}
}

func TestARedirectOfAFilledFormTakesThePasswordNowhereElse(t *testing.T) {
	elsewhere, reached := neighbour(t)
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.Header().Set("Location", elsewhere+"/login")
			w.WriteHeader(http.StatusTemporaryRedirect) // with the body
			return
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<form method=post>"+passwordForm)
	}))
	_, err := ByForms(typed()).Authorize(t.Context(), s.request())
	var failed *Failure
	if !errors.As(err, &failed) || failed.Key != "hosts" || reached.Load() != 0 {
		t.Errorf("%v; %d requests elsewhere", err, reached.Load())
	}
}

func TestMetadataThatPlaceTheLoginElsewhereGetNothing(t *testing.T) {
	for name, way := range map[string]Way{
		"form": ByForms(typed()), "cookies": ByCookies("sso=the-value-of-sso", nil),
		"command": ByProgram([]string{"/bin/sh", "-c", "exit 1"}, ""),
	} {
		elsewhere, reached := neighbour(t)
		s := serve(t, issuing)
		r := s.request()
		r.Address = elsewhere + "/authorize?client_id=app"
		_, err := way.Authorize(t.Context(), r)
		var failed *Failure
		if !errors.As(err, &failed) || failed.Key != "hosts" || reached.Load() != 0 {
			t.Errorf("%s: %v; %d requests elsewhere", name, err, reached.Load())
		}
	}
}

func TestNothingGoesFromHTTPSToHTTP(t *testing.T) {
	w := walk{Request: Request{Hosts: HostsOf("https://as.example", "http://as.example")}, safe: true}
	at, err := (&page{base: mustParse("https://as.example/")}).resolve("http://as.example/login")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.may(order{method: "POST", at: at, from: mustParse("https://as.example/")}); err == nil ||
		!strings.Contains(err.Error(), "from https to http://as.example") {
		t.Error(err)
	}
}

func TestCookiesOfTheConfigurationGoToTheAuthorizationEndpointAlone(t *testing.T) {
	var got [2]atomic.Value
	var second *httptest.Server
	first := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got[0].Store(r.Header.Get("Cookie"))
		if r.URL.Query().Get("back") == "" {
			w.Header().Set("Location", second.URL+"/sso")
			w.WriteHeader(http.StatusFound)
			return
		}
		w.Header().Set("Location", redirectURI+"?code=1")
		w.WriteHeader(http.StatusFound)
	}))
	second = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got[1].Store(r.Header.Get("Cookie"))
		w.Header().Set("Location", first.URL+"/authorize?back=1")
		w.WriteHeader(http.StatusFound)
	}))
	t.Cleanup(second.Close)
	r := first.request()
	r.Hosts = HostsOf(first.URL, second.URL)
	for named, want := range map[string]string{"": "", second.URL: "a=1; b=the-value-of-b"} {
		redirect, err := ByCookies("Cookie: a=1; b=the-value-of-b", HostsOf(named)).Authorize(t.Context(), r)
		if err != nil || redirect != redirectURI+"?code=1" {
			t.Fatalf("%q, %v", redirect, err)
		}
		if got[0].Load() != "a=1; b=the-value-of-b" || got[1].Load() != want {
			t.Errorf("the authorization endpoint got %q, the other host %q, want %q", got[0].Load(), got[1].Load(), want)
		}
	}
}

func TestCookiesThatServeNoMoreAreSaidSo(t *testing.T) {
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<form method=post>"+passwordForm)
	}))
	_, err := ByCookies("a=1", nil).Authorize(t.Context(), s.request())
	var failed *Failure
	if !errors.As(err, &failed) || failed.Key != "cookies" || s.went() != 1 {
		t.Errorf("%v, after %d requests", err, s.went())
	}
	if CheckCookies("a=1; b=2") != nil || CheckCookies("a=1; b") == nil || CheckCookies("no cookie") == nil {
		t.Error("a Cookie field is told wrongly from what is none")
	}
}

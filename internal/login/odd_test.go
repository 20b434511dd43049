package login

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

const loginForm = `<form method=post action=/login><input name=username><input type=password name=password>` +
	`<button>Sign in</button></form>`

// odd is a server with a login page, whose answer to what is typed there is another's.
func odd(answer http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			answer(w, r)
			return
		}
		shows(w, 200, loginForm)
	})
}

func shows(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	fmt.Fprint(w, "<!doctype html><title>Example</title>"+text)
}

func alice() *Form { return &Form{Username: "alice", Password: "the pass word"} }

func TestALoginThatBreaksDownEachTimeIsGivenUp(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"500":       func(w http.ResponseWriter, _ *http.Request) { shows(w, 500, `<h1>Sorry</h1>`) },
		"not found": func(w http.ResponseWriter, _ *http.Request) { shows(w, 404, `<h1>Not here</h1>`) },
		"hangs up": func(w http.ResponseWriter, _ *http.Request) {
			connection, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				connection.Close()
			}
		},
	} {
		typed := 0
		s := serve(t, odd(func(w http.ResponseWriter, r *http.Request) { typed++; answer(w, r) }))
		way := ByForms(alice())
		var err error
		for range 10 {
			_, err = way.Authorize(t.Context(), s.request())
		}
		var failed *Failure
		if !errors.As(err, &failed) || typed != mostInVain {
			t.Errorf("%s: typed %d times, %v", name, typed, err)
		}
	}
}

// A server may answer what it refuses by its login page, by a page elsewhere, or by one
// that a program makes nothing of.
func TestARefusedRequestTellsNothingOfLoginsThatWork(t *testing.T) {
	refuses := map[string]http.HandlerFunc{
		"login page again": func(w http.ResponseWriter, _ *http.Request) { shows(w, 200, loginForm) },
		"elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://errors.example/", http.StatusFound)
		},
		"forbidden": func(w http.ResponseWriter, _ *http.Request) { shows(w, 403, `<h1>No</h1>`) },
		"broken":    func(w http.ResponseWriter, _ *http.Request) { shows(w, 500, `<h1>No</h1>`) },
	}
	program := `case "$DPOPSPEC_LOGIN_ADDRESS" in *client_id=app*) echo "$DPOPSPEC_LOGIN_REDIRECT_URI?code=the-code&state=right";; ` +
		`*) echo refused >&2; exit 1;; esac`
	for name, refuse := range refuses {
		s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch to := r.FormValue("to"); {
			case r.URL.Path == "/login" && to == "app":
				http.Redirect(w, r, redirectURI+"?code=the-code&state=right", http.StatusFound)
			case r.URL.Path == "/login":
				refuse(w, r)
			default:
				shows(w, 200, strings.Replace(loginForm, "/login", "/login?to="+url.QueryEscape(r.FormValue("client_id")), 1))
			}
		}))
		for kind, way := range map[string]Way{
			"form": ByForms(alice()), "program": ByProgram(script(t, program), ""),
			"both": InOrder(ByForms(alice()), ByProgram(script(t, "exit 9"), "")),
		} {
			for i := range 8 {
				r := s.request()
				if i%8 != 0 && i != 7 {
					r.Address, r.Doubtful = strings.Replace(r.Address, "client_id=app", "client_id=other", 1), true
				}
				redirect, err := way.Authorize(t.Context(), r)
				if r.Doubtful != (err != nil) || !r.Doubtful && redirect != granted {
					t.Errorf("%s, %s: the request %d: %q, %v", name, kind, i, redirect, err)
				}
			}
		}
	}
}

func TestWhoTurnsBackIsAnsweredByNoForm(t *testing.T) {
	const back = `<form action="` + redirectURI + `"><input type=hidden name=error value=access_denied>%s</form>`
	cancel := fmt.Sprintf(back, `<button>Cancel</button>`)
	for page, want := range map[string]string{
		cancel + loginForm:                       granted,
		loginForm + fmt.Sprintf(back, ""):        granted,
		fmt.Sprintf(back, ""):                    redirectURI + "?error=access_denied",
		fmt.Sprintf(back, "<button>OK</button>"): redirectURI + "?error=access_denied",
		cancel:                                   "",
	} {
		s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/login" {
				http.Redirect(w, r, granted, http.StatusFound)
				return
			}
			shows(w, 200, page)
		}))
		redirect, err := ByForms(alice()).Authorize(t.Context(), s.request())
		if redirect != want || want == "" && err == nil {
			t.Errorf("%s: %q, %v", page, redirect, err)
		}
	}
}

func TestAPageMayLeadToTheRedirectByItself(t *testing.T) {
	for _, page := range []string{
		`<meta http-equiv=refresh content="0; url=` + granted + `">`,
		`You are logged in. <a href="` + granted + `">Continue</a>`,
	} {
		s := serve(t, odd(func(w http.ResponseWriter, _ *http.Request) { shows(w, 200, page) }))
		if redirect, err := ByForms(alice()).Authorize(t.Context(), s.request()); err != nil || redirect != granted {
			t.Errorf("%s: %q, %v", page, redirect, err)
		}
	}
}

func TestWhatIsAskedForAfterThePasswordIsNamed(t *testing.T) {
	const field = `<form method=post action=/more>%s<button>Continue</button></form>`
	for fields, says := range map[string]string{
		`<label>Enter the 6-digit code <input name=code></label>`:                "second factor",
		`<label>PIN <input name=x type=number></label>`:                          "second factor",
		`<input type=password name=new><input type=password name=new2>`:          "a new password",
		`<input name=user><input type=password name=p><input name=otp required>`: "second factor",
	} {
		s := serve(t, odd(func(w http.ResponseWriter, r *http.Request) { shows(w, 200, fmt.Sprintf(field, fields)) }))
		if strings.Contains(fields, "name=user>") { // it is there from the start
			s = serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { shows(w, 200, fmt.Sprintf(field, fields)) }))
		}
		_, err := ByForms(alice()).Authorize(t.Context(), s.request())
		var failed *Failure
		if !errors.As(err, &failed) || !strings.Contains(failed.What, says) || s.has("/more") {
			t.Errorf("%s: %v", fields, err)
		}
	}
}

func TestAProgramThatLivesOnAfterItsRedirectIsEnded(t *testing.T) {
	s := serve(t, issuing)
	r := s.request()
	r.Patience = 0
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	text := `echo "$DPOPSPEC_LOGIN_REDIRECT_URI?code=the-code&state=right"; trap "" TERM; sleep 3600`
	redirect, err := ByProgram(script(t, text), "").Authorize(ctx, r)
	if err != nil || redirect != granted || ctx.Err() != nil {
		t.Errorf("%q, %v, %v", redirect, err, ctx.Err())
	}
}

func TestAProgramMayPrintMuch(t *testing.T) {
	s := serve(t, issuing)
	text := `i=0; while [ $i -lt 20000 ]; do echo "line $i of a talkative program, with nothing in it that matters"; i=$((i+1)); done; ` +
		`echo "$DPOPSPEC_LOGIN_REDIRECT_URI?code=the-code&state=right"`
	redirect, err := ByProgram(script(t, text), "").Authorize(t.Context(), s.request())
	if err != nil || redirect != granted {
		t.Errorf("%q, %v", redirect, err)
	}
	p := &printed{answers: s.request().Answers, found: func() {}}
	for range 100 {
		if n, err := p.Write(make([]byte, mostPrinted/3)); err != nil || n != mostPrinted/3 || len(p.line) > mostPrinted {
			t.Fatalf("%d octets kept; %d, %v", len(p.line), n, err)
		}
	}
	p = &printed{answers: s.request().Answers, found: func() {}}
	var writer any = p
	if _, is := writer.(io.ReaderFrom); is {
		t.Error("what it reads by itself is not bounded")
	}
}

func TestNoFieldForAPasswordGoesIntoAnAddress(t *testing.T) {
	for _, known := range []*Form{
		{Username: "alice", Password: "the pass word"}, {Fields: map[string]string{"username": "alice", "password": "the pass word"}},
	} {
		s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			shows(w, 200, strings.Replace(loginForm, "method=post", "", 1))
		}))
		_, err := ByForms(known).Authorize(t.Context(), s.request())
		var failed *Failure
		if !errors.As(err, &failed) || s.has("the pass word") || !strings.Contains(failed.What, "method GET") {
			t.Error(err)
		}
	}
}

func TestSecretsOfALoginAreKnownInEachSpelling(t *testing.T) {
	settings := Settings{Form: &Form{
		Username: "alice", Password: " two  spaces ", Fields: map[string]string{"org": "acme", "user_pin": "4711", "x-secret": "s"},
	}}
	got := settings.Secrets()
	slices.Sort(got)
	if want := []string{" two  spaces ", "4711", "s", "two spaces"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

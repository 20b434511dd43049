// Package loginpage puts login pages before an authorization server, in the shapes in
// which products have them. It proves what is said of logins, and is no part of them.
package loginpage

import (
	"crypto/rand"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Person is who may log in.
type Person struct{ Username, Password string }

// Front is a server in front of an authorization server: an authorization request
// reaches that when somebody has logged in.
type Front struct {
	Person Person
	Shape  Shape
	// Sessions bounds how many requests one login serves; 0: any number.
	Sessions int
	// Seen sees every request; nil: nobody does.
	Seen func(*http.Request)
	// Changes is after how many logins the password is another one; 0: never.
	Changes int
	// Authorize is the path of the authorization endpoint.
	Authorize string
	// Also are paths of further pages that want a login.
	Also []string

	next http.Handler

	mu       sync.Mutex
	left     map[string]int // requests that a session still serves, by its cookie
	consents map[string]bool
	logins   int
	wrong    int
}

// Shape is what the pages look like.
type Shape string

// The shapes of pages.
const (
	OnePage     Shape = "one page"         // user name and password
	TwoPages    Shape = "two pages"        // the user name first
	Consent     Shape = "consent"          // one page, and then "Yes" beside "No"
	EveryTime   Shape = "consent, always"  // likewise, for each request
	Renamed     Shape = "renamed"          // fields that only their labels and types betray
	Organized   Shape = "organization"     // one field more, which is required
	Refreshing  Shape = "refreshing"       // a meta refresh on the way, and one form for another purpose
	Posting     Shape = "form_post"        // one page, and the code comes in a form that a script would send
	Elsewhere   Shape = "action elsewhere" // the form goes to another host
	Scripted    Shape = "scripts"          // no form at all
	Puzzled     Shape = "captcha"
	Second      Shape = "second factor"
	Endless     Shape = "endless"   // pages that lead to pages
	Looping     Shape = "loop"      // redirects that lead to redirects
	Enormous    Shape = "enormous"  // a page of ten million octets
	Locked      Shape = "locked"    // 403 after the password
	Hasty       Shape = "throttled" // 429 after the password
	Unencrypted Shape = "get form"  // the form would put the password into an address
	Broken      Shape = "broken"    // 500 after the password
	Lenient     Shape = "lenient"   // a refused request is answered by the login page
)

// Before puts pages before an authorization server.
func Before(next http.Handler, p Person, s Shape) *Front {
	return &Front{
		Person: p, Shape: s, Authorize: "/authorize", next: next,
		left: map[string]int{}, consents: map[string]bool{},
	}
}

// Counts returns how often somebody has logged in, and how often a password was
// wrong.
func (f *Front) Counts() (logins, wrong int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.logins, f.wrong
}

// Forget ends all sessions.
func (f *Front) Forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left = map[string]int{}
}

const (
	sessionCookie = "person_session"
	tokenField    = "csrf"
)

// ServeHTTP implements http.Handler.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.Stand(w, r, f.next) }

// Stand answers a request, or lets it through to what the pages stand before.
func (f *Front) Stand(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if f.Seen != nil {
		f.Seen(r)
	}
	switch {
	case r.URL.Path == f.Authorize && !f.serves(r):
		f.first(w, r)
	case r.URL.Path == f.Authorize && f.Shape == EveryTime && r.Method == http.MethodGet &&
		r.URL.Query().Get("agreed") == "":
		f.consent(w, r.URL.RequestURI())
	case r.URL.Path == f.Authorize && f.Shape == Posting:
		next.ServeHTTP(&posting{ResponseWriter: w}, r)
	case r.URL.Path == f.Authorize && f.Shape == Lenient:
		next.ServeHTTP(&lenient{ResponseWriter: w, login: "/login?to=" + url.QueryEscape(r.URL.RequestURI())}, r)
	case r.URL.Path == f.Authorize:
		next.ServeHTTP(w, r)
	case slices.Contains(f.Also, r.URL.Path) && !f.serves(r):
		f.first(w, r)
	case r.URL.Path == "/app.js":
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, app)
	case r.URL.Path == "/login" && r.Method == http.MethodPost:
		f.typed(w, r)
	case r.URL.Path == "/login":
		f.page(w, http.StatusOK, r.URL.Query().Get("to"), "")
	case r.URL.Path == "/endless":
		show(w, 200, `<form method=post action=/endless?`+rand.Text()+`><button>Continue</button></form>`)
	case r.URL.Path == "/loop":
		http.Redirect(w, r, "/loop?"+rand.Text(), http.StatusFound)
	case r.URL.Path == "/agreed" && r.Method == http.MethodPost:
		f.agreed(w, r)
	default:
		next.ServeHTTP(w, r)
	}
}

// serves reports whether the request comes from somebody who has logged in.
func (f *Front) serves(r *http.Request) bool {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	left, known := f.left[cookie.Value]
	if !known {
		return false
	}
	if f.Sessions > 0 {
		if left == 0 {
			delete(f.left, cookie.Value)
			return false
		}
		f.left[cookie.Value]--
	}
	return true
}

// first answers somebody who has not logged in.
func (f *Front) first(w http.ResponseWriter, r *http.Request) {
	to := r.URL.RequestURI()
	switch f.Shape {
	case Looping:
		http.Redirect(w, r, "/loop", http.StatusFound)
	case Endless:
		http.Redirect(w, r, "/endless", http.StatusFound)
		return
	default:
		http.Redirect(w, r, "/login?to="+url.QueryEscape(to), http.StatusFound)
	}
}

func show(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	fmt.Fprint(w, "<!doctype html><html><head><title>Log in to Example</title></head><body>", body, "</body></html>")
}

// page is the login page.
func (f *Front) page(w http.ResponseWriter, status int, to, problem string) {
	if problem != "" {
		problem = `<div class="alert alert-error" role=alert>` + html.EscapeString(problem) + `</div>`
	}
	back := fmt.Sprintf(`<input type=hidden name=to value="%s"><input type=hidden name=%s value=%s>`,
		html.EscapeString(to), tokenField, f.token())
	const fields = `<label>User <input name=username></label><input type=password name=password>`
	const buttons = `<button name=action value=cancel>Cancel</button><button name=action value=login>Sign in</button>`
	form := func(inside string) string { return `<form method=post action=/login>` + back + inside + `</form>` }
	switch f.Shape {
	case TwoPages:
		show(w, status, problem+form(`<input name=identifier autocomplete="section-a username">`+
			`<input type=submit value=Next>`))
	case Renamed:
		show(w, status, problem+form(`<label for=f1>E-Mail-Adresse</label><input id=f1 name=x17>`+
			`<label for=f2>Kennwort</label><input id=f2 type=password name=x18><button>Weiter</button>`))
	case Organized:
		show(w, status, problem+form(`<label>Organization <input name=org required></label>`+fields+buttons))
	case Refreshing:
		if !strings.HasSuffix(to, "#read") {
			show(w, status, `<meta http-equiv=Refresh content="0; URL='/login?to=`+url.QueryEscape(to+"#read")+`'">`+
				`<form method=post action=/logout><button>Log out</button></form>`)
			return
		}
		show(w, status, `<form action=/search><input type=search name=q><button>Go</button></form>`+problem+form(fields+buttons)+
			`<form method=post action=/register><input name=email><input type=password name=p1><input type=password name=p2>`+
			`<button>Sign up</button></form>`)
	case Elsewhere:
		show(w, status, `<form method=post action="http://elsewhere.example/login">`+back+fields+buttons+`</form>`)
	case Scripted:
		show(w, status, `<div id=root data-back="`+html.EscapeString(back)+`" data-problem="`+html.EscapeString(problem)+`"></div><noscript>You need to enable JavaScript to run this app.</noscript><script src=/app.js></script>`)
	case Puzzled:
		show(w, status, form(fields+`<div class=g-recaptcha data-sitekey=x></div>`+buttons)+
			`<script src="https://www.google.com/recaptcha/api.js"></script>`)
	case Enormous:
		show(w, status, strings.Repeat("<p>"+rand.Text()+"</p>", 10<<20/33))
	case Unencrypted:
		show(w, status, `<form action=/login>`+back+fields+buttons+`</form><script src=/app.js></script>`)
	default:
		show(w, status, problem+form(fields+buttons))
	}
}

// app is the script of a login page that builds it, late and with values of its own, as
// applications in pages do.
const app = `const root = document.getElementById('root');
const typed = {};
setTimeout(() => {
  const page = root.attachShadow({ mode: 'open' });
  page.innerHTML = root.dataset.problem + '<form method=post action=/login>' + root.dataset.back +
    '<label>User <input></label><label>Password <input type=password></label><button type=button>Sign in</button></form>';
  const [user, password] = page.querySelectorAll('label input');
  user.oninput = () => { typed.username = user.value; };
  password.oninput = () => { typed.password = password.value; };
  page.querySelector('button').onclick = () => {
    for (const [name, value] of Object.entries(typed)) {
      const field = Object.assign(document.createElement('input'), { type: 'hidden', name, value });
      page.querySelector('form').append(field);
    }
    page.querySelector('form').submit();
  };
}, 400);
`

// token is the value of a hidden field that has to come back.
func (f *Front) token() string {
	token := rand.Text()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.consents[token] = true
	return token
}

// hadToken takes such a value back.
func (f *Front) hadToken(r *http.Request) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	token := r.PostFormValue(tokenField)
	had := f.consents[token]
	delete(f.consents, token)
	return had
}

// typed is what comes of a form.
func (f *Front) typed(w http.ResponseWriter, r *http.Request) {
	to := r.PostFormValue("to")
	if !f.hadToken(r) {
		show(w, http.StatusForbidden, `<h1>The form has expired</h1>`)
		return
	}
	username, password := r.PostFormValue("username"), r.PostFormValue("password")
	switch {
	case r.PostFormValue("action") == "cancel":
		show(w, http.StatusForbidden, `<h1>You did not log in</h1>`)
		return
	case f.Shape == TwoPages && r.PostFormValue("identifier") != "":
		if r.PostFormValue("identifier") != f.Person.Username {
			f.page(w, 200, to, "We could not find an account with that username")
			return
		}
		show(w, 200, fmt.Sprintf(`<form method=post action=/login><input type=hidden name=to value="%s">`+
			`<input type=hidden name=%s value=%s><input type=hidden name=username value="%s">`+
			`<input name=password type=password autocomplete=current-password><button>Continue</button>`+
			`<a href=/login>Not you?</a></form>`, html.EscapeString(to), tokenField, f.token(),
			html.EscapeString(f.Person.Username)))
		return
	case f.Shape == Renamed:
		username, password = r.PostFormValue("x17"), r.PostFormValue("x18")
	case f.Shape == Organized && r.PostFormValue("org") != "acme":
		f.page(w, 200, to, "There is no such organization")
		return
	}
	logins, _ := f.Counts()
	changed := f.Changes > 0 && logins >= f.Changes
	switch right := !changed && username == f.Person.Username && password == f.Person.Password; {
	case f.Shape == Locked:
		f.count(false)
		show(w, http.StatusForbidden, `<h1>Your account is locked</h1>`)
	case f.Shape == Broken:
		f.count(false)
		show(w, http.StatusInternalServerError, `<h1>Something went wrong</h1>`)
	case f.Shape == Hasty:
		f.count(false)
		w.Header().Set("Retry-After", "0")
		show(w, http.StatusTooManyRequests, `<h1>Too many attempts</h1>`)
	case !right:
		f.count(false)
		f.page(w, http.StatusOK, to, "Invalid username or password <script>alert(1)</script> for "+password)
	case f.Shape == Second:
		show(w, 200, `<form method=post action=/otp><label for=o>One-time code</label>`+
			`<input id=o name=otp autocomplete=one-time-code><button>Verify</button></form>`)
	default:
		f.let(w)
		if f.Shape == Consent {
			f.consent(w, to)
			return
		}
		http.Redirect(w, r, strings.TrimSuffix(to, "#read"), http.StatusSeeOther)
	}
}

func (f *Front) count(right bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if right {
		f.logins++
	} else {
		f.wrong++
	}
}

// let opens a session.
func (f *Front) let(w http.ResponseWriter) {
	f.count(true)
	id := rand.Text() + rand.Text()
	f.mu.Lock()
	f.left[id] = f.Sessions
	f.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: id, Path: "/", HttpOnly: true, Secure: true,
		SameSite: http.SameSiteLaxMode})
}

// consent asks whether the client may.
func (f *Front) consent(w http.ResponseWriter, to string) {
	show(w, 200, fmt.Sprintf(`<h1>The client wants to know who you are</h1><form method=post action=/agreed>`+
		`<input type=hidden name=to value="%s"><input type=hidden name=%s value=%s>`+
		`<input type=checkbox name=scope value=openid><label><input type=checkbox name=remember>Remember</label>`+
		`<input type=submit name=no value=No><input type=submit name=yes value=Yes></form>`,
		html.EscapeString(to), tokenField, f.token()))
}

func (f *Front) agreed(w http.ResponseWriter, r *http.Request) {
	to, err := url.Parse(r.PostFormValue("to"))
	if err == nil && r.PostFormValue("no") != "" {
		answer := url.Values{"error": {"access_denied"}, "state": to.Query()["state"]}
		http.Redirect(w, r, to.Query().Get("redirect_uri")+"?"+answer.Encode(), http.StatusSeeOther)
		return
	}
	if err != nil || !f.hadToken(r) || r.PostFormValue("scope") != "openid" || r.PostFormValue("yes") == "" {
		show(w, http.StatusForbidden, `<h1>You did not consent</h1>`)
		return
	}
	query := to.Query()
	query.Set("agreed", "yes")
	to.RawQuery = query.Encode()
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
}

// posting makes of a redirect a form that goes to the same place (OAuth 2.0 Form Post
// Response Mode §2).
type posting struct {
	http.ResponseWriter
	posted bool
}

// WriteHeader implements http.ResponseWriter.
func (p *posting) WriteHeader(status int) {
	to, err := url.Parse(p.Header().Get("Location"))
	if status/100 != 3 || err != nil {
		p.ResponseWriter.WriteHeader(status)
		return
	}
	p.Header().Del("Location")
	p.posted = true
	var inputs strings.Builder
	for name, values := range to.Query() {
		fmt.Fprintf(&inputs, `<input type="hidden" name="%s" value="%s"/>`,
			html.EscapeString(name), html.EscapeString(values[0]))
	}
	to.RawQuery = ""
	show(p.ResponseWriter, http.StatusOK, fmt.Sprintf(`<form method="post" action="%s">%s</form>`+
		`<script>document.forms[0].submit()</script>`, html.EscapeString(to.String()), inputs.String()))
}

// Write implements http.ResponseWriter.
func (p *posting) Write(b []byte) (int, error) {
	if p.posted {
		return len(b), nil
	}
	return p.ResponseWriter.Write(b)
}

// lenient makes of an error page the way to the login page, as servers do that take
// whoever sends a bad request for somebody who has to begin again.
type lenient struct {
	http.ResponseWriter
	login string
	led   bool
}

// WriteHeader implements http.ResponseWriter.
func (l *lenient) WriteHeader(status int) {
	if status < 400 {
		l.ResponseWriter.WriteHeader(status)
		return
	}
	l.led = true
	l.Header().Set("Location", l.login)
	l.ResponseWriter.WriteHeader(http.StatusSeeOther)
}

// Write implements http.ResponseWriter.
func (l *lenient) Write(b []byte) (int, error) {
	if l.led {
		return len(b), nil
	}
	return l.ResponseWriter.Write(b)
}

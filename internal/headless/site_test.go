package headless

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/internal/login"
)

// site is an authorization server whose login is a page of a kind.
type site struct {
	*httptest.Server
	page  string // of the login, whose form goes to /login
	after string // what a right password leads to; empty: the answer

	mu       sync.Mutex
	asked    []string // what was asked for, method and path
	sessions int
}

const (
	testUser, testPassword = "ada@example.com", `s3cr3t "quoted" \ pass`
	redirectURI            = "https://client.example/callback?fixed=1"
)

// newSite serves a login page, and other pages by their paths.
func newSite(t *testing.T, page string, others map[string]string) *site {
	s := &site{page: page}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", redirectURI+"&code=c-"+fmt.Sprint(time.Now().UnixNano())+"&state="+url.QueryEscape(r.FormValue("state")))
		w.WriteHeader(http.StatusFound)
	}
	html := func(w http.ResponseWriter, text string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, text)
	}
	mux.HandleFunc("/authorize", func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("session"); err == nil {
			answer(w, r)
			return
		}
		http.Redirect(w, r, "/start", http.StatusSeeOther)
	})
	mux.HandleFunc("/start", func(w http.ResponseWriter, r *http.Request) { html(w, s.page) })
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("username") != testUser || r.FormValue("password") != testPassword {
			html(w, "<title>Sign in</title><p>Invalid credentials for "+r.FormValue("username")+"</p>"+plainForm)
			return
		}
		s.mu.Lock()
		s.sessions++
		s.mu.Unlock()
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1", Path: "/"})
		if s.after != "" {
			html(w, s.after)
			return
		}
		answer(w, r)
	})
	mux.HandleFunc("/done", answer)
	for path, text := range others {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { html(w, text) })
	}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.Method+" "+r.URL.Path)
		s.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// count says how often something was asked for.
func (s *site) count(what string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, asked := range s.asked {
		if asked == what {
			n++
		}
	}
	return n
}

// request is an authorization request to the site.
func (s *site) request(state string, hosts ...string) login.Request {
	return login.Request{
		Address: s.URL + "/authorize?state=" + state, RedirectURI: redirectURI,
		Hosts: login.HostsOf(append(hosts, s.URL)...),
	}
}

const plainForm = `<form method=post action=/login><label>Username <input name=username></label>
<label>Password <input name=password type=password></label><button>Sign in</button></form>`

// The forms of pages that need scripts. Each makes fields that the server knows.
const (
	delayedForm = `<title>Sign in</title><div id=root></div><script>
setTimeout(() => { document.getElementById('root').innerHTML = ` + "`" + plainForm + "`" + ` }, 700)</script>`

	// As React does, it keeps the values that its listeners were told of, and sends those.
	controlledForm = `<title>Sign in</title><div id=root></div><script>
const state = {};
const root = document.getElementById('root');
const field = (name, type) => {
  const input = document.createElement('input');
  Object.assign(input, { type, placeholder: name });
  input.addEventListener('input', (event) => { if (event.isTrusted) state[name] = input.value; });
  root.append(input);
};
setTimeout(() => {
  field('Email', 'email'); field('Password', 'password');
  const button = document.createElement('button');
  button.textContent = 'Continue';
  button.addEventListener('click', async () => {
    const body = new URLSearchParams({ username: state.Email, password: state.Password });
    const answer = await fetch('/login', { method: 'POST', body, redirect: 'manual' });
    location.href = '/authorize?state=by-script';
  });
  root.append(button);
}, 300)</script>`

	shadowForm = `<title>Sign in</title><login-box></login-box><script>
customElements.define('login-box', class extends HTMLElement {
  connectedCallback() {
    this.attachShadow({ mode: 'open' }).innerHTML = ` + "`" + plainForm + "`" + `;
  }
})</script>`

	twoPages = `<title>Sign in</title><form action=/second><input type=email name=login_hint autocomplete=username>
<button type=button>Sign in with Google</button><button>Next</button></form>`
	secondPage = `<title>Password</title><form method=post action=/login><input type=hidden name=username value="ada@example.com">
<input type=password name=password><button type=button>Show password</button><button>Log in</button></form>`
)

// opened returns a browser with an account; it ends with the test.
func opened(t *testing.T, settings login.Browser) *Browser {
	t.Helper()
	if settings.Form == nil {
		settings.Form = &login.Form{Username: testUser, Password: testPassword}
	}
	b := New(Options{Settings: settings, Transport: &http.Transport{}})
	t.Cleanup(b.Close)
	return b
}

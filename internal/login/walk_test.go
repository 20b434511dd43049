package login

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/internal/loginpage"
	"github.com/dpopspec/dpopspec/internal/wire"
)

const redirectURI = "com.example.app:/callback"

// issuing answers authorization requests at once, as a server does at which somebody
// has logged in.
var issuing = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if r.URL.Path != "/authorize" || query.Get("client_id") != "app" {
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, "<html><h1>Unknown client</h1></html>")
		return
	}
	http.Redirect(w, r, redirectURI+"?code=the-code&state="+url.QueryEscape(query.Get("state")), http.StatusFound)
})

// stage is a server with what was sent to it.
type stage struct {
	*httptest.Server
	client *wire.Client

	mu   sync.Mutex
	sent []wire.Request
}

func serve(t *testing.T, handler http.Handler) *stage {
	t.Helper()
	s := &stage{Server: httptest.NewServer(handler), client: wire.NewClient(wire.Connection{Timeout: 10 * time.Second})}
	t.Cleanup(s.Close)
	t.Cleanup(s.client.Close)
	return s
}

func (s *stage) request() Request {
	return Request{
		Address:     s.URL + "/authorize?client_id=app&state=right",
		RedirectURI: redirectURI, Hosts: HostsOf(s.URL), Patience: time.Minute,
		Send: func(ctx context.Context, _ string, r wire.Request) (*wire.Exchange, error) {
			s.mu.Lock()
			s.sent = append(s.sent, r)
			s.mu.Unlock()
			e, err := s.client.Do(ctx, r)
			if err == nil && e.Status == http.StatusTooManyRequests {
				err = errors.New("throttled")
			}
			return e, err
		},
	}
}

// went lists what was sent, and how often.
func (s *stage) went() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sent)
}

// has reports whether anything that was sent holds a text.
func (s *stage) has(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.sent {
		if strings.Contains(fmt.Sprint(r.URL, r.Fields, string(r.Body)), url.QueryEscape(text)) {
			return true
		}
	}
	return false
}

var person = loginpage.Person{Username: "alice@example.com", Password: "pass word&1"}

func typed() *Form {
	return &Form{Username: person.Username, Password: person.Password, Fields: map[string]string{"Organization": "acme"}}
}

const granted = redirectURI + "?code=the-code&state=right"

func TestFormsOfEveryShapeLeadToTheCodeAndOneLoginServesMany(t *testing.T) {
	for _, shape := range []loginpage.Shape{
		loginpage.OnePage, loginpage.TwoPages, loginpage.Consent, loginpage.EveryTime, loginpage.Renamed,
		loginpage.Organized, loginpage.Refreshing, loginpage.Posting,
	} {
		t.Run(string(shape), func(t *testing.T) {
			front := loginpage.Before(issuing, person, shape)
			s := serve(t, front)
			way := ByForms(typed())
			var group sync.WaitGroup
			for range 8 {
				group.Go(func() {
					if redirect, err := way.Authorize(t.Context(), s.request()); err != nil || redirect != granted {
						t.Errorf("%q, %v", redirect, err)
					}
				})
			}
			group.Wait()
			before := s.went()
			if redirect, err := way.Authorize(t.Context(), s.request()); err != nil || redirect != granted {
				t.Errorf("%q, %v", redirect, err)
			}
			if logins, wrong := front.Counts(); logins != 1 || wrong != 0 {
				t.Errorf("%d logins, %d wrong passwords", logins, wrong)
			}
			if cost := s.went() - before; shape != loginpage.EveryTime && cost != 1 {
				t.Errorf("another code costs %d requests", cost)
			}
		})
	}
}

func TestALoginThatFailsSaysWhyAndIsNotTriedAgain(t *testing.T) {
	for _, test := range []struct {
		shape    loginpage.Shape
		password string
		form     *Form
		says     string
		key      string
		sent     bool // the password
	}{
		{loginpage.OnePage, "wrong", nil, `came again after user name and password were sent at `, "form.password", true},
		{loginpage.TwoPages, "wrong", nil, "came again after user name and password", "form.password", true},
		{loginpage.TwoPages, "", &Form{Username: "nobody", Password: "swordfish-2"}, "asks for the user name again", "form.username", false},
		{loginpage.Organized, "", &Form{Username: "a", Password: "b"}, `asks for "Organization"`, "form.fields", false},
		{loginpage.Elsewhere, "", nil, "the form goes to http://elsewhere.example, which the configuration does not name", "hosts", false},
		{loginpage.Scripted, "", nil, "", "", false},
		{loginpage.Puzzled, "", nil, "captcha (reCAPTCHA)", "form", false},
		{loginpage.Second, "", nil, "second factor", "form", true},
		{loginpage.Endless, "", nil, "no end after 15 pages", "form", false},
		{loginpage.Looping, "", nil, "redirects in a loop", "form", false},
		{loginpage.Enormous, "", nil, "larger than 1048576 octets", "form", false},
		{loginpage.Locked, "", nil, `status 403 at `, "form", true},
		{loginpage.Unencrypted, "", nil, "into an address (method GET)", "browser", false},
	} {
		t.Run(string(test.shape)+test.password, func(t *testing.T) {
			s := serve(t, loginpage.Before(issuing, person, test.shape))
			form := test.form
			if form == nil {
				form = typed()
			}
			if test.password != "" {
				form.Password = test.password
			}
			way := ByForms(form)
			_, err := way.Authorize(t.Context(), s.request())
			var failed *Failure
			var page *Answered
			if test.shape == loginpage.Locked { // once, it may be anything
				if !errors.As(err, &page) || page.Status != 403 || page.Said != "Your account is locked" {
					t.Errorf("first %v", err)
				}
				_, err = way.Authorize(t.Context(), s.request())
			}
			if test.says == "" {
				if !errors.As(err, &page) || !page.Scripts || page.Stuck().Key != "browser" {
					t.Fatalf("%v", err)
				}
				return
			}
			if !errors.As(err, &failed) || !strings.Contains(err.Error(), test.says) || failed.Key != test.key ||
				failed.Remedy == "" {
				t.Fatalf("%#v", err)
			}
			if s.has(form.Password) != test.sent {
				t.Errorf("the password was sent: %v", !test.sent)
			}
			before := s.went()
			if _, again := way.Authorize(t.Context(), s.request()); again == nil || again.Error() != err.Error() {
				t.Errorf("then %v", again)
			}
			if s.went() != before {
				t.Errorf("it was tried again, with %d requests", s.went()-before)
			}
		})
	}
}

func TestThePageOfABadRequestIsAnAnswer(t *testing.T) {
	front := loginpage.Before(issuing, person, loginpage.OnePage)
	s := serve(t, front)
	way := ByForms(typed())
	bad := s.request()
	bad.Address = s.URL + "/authorize?client_id=another"
	for range 2 {
		_, err := way.Authorize(t.Context(), bad)
		var page *Answered
		if !errors.As(err, &page) || page.Status != 400 || page.Said != "Unknown client" {
			t.Fatalf("%v", err)
		}
		if redirect, err := way.Authorize(t.Context(), s.request()); err != nil || redirect != granted {
			t.Errorf("then %q, %v", redirect, err)
		}
	}
	if logins, _ := front.Counts(); logins != 1 {
		t.Errorf("%d logins", logins)
	}
}

func TestASessionThatEndsIsBegunAgain(t *testing.T) {
	front := loginpage.Before(issuing, person, loginpage.OnePage)
	front.Sessions = 3
	s := serve(t, front)
	way := ByForms(typed())
	for range 10 {
		if redirect, err := way.Authorize(t.Context(), s.request()); err != nil || redirect != granted {
			t.Fatalf("%q, %v", redirect, err)
		}
	}
	if logins, wrong := front.Counts(); logins != 4 || wrong != 0 {
		t.Errorf("%d logins, %d wrong", logins, wrong)
	}
}

func TestThrottlingOnceIsHasteAndTwiceALockout(t *testing.T) {
	s := serve(t, loginpage.Before(issuing, person, loginpage.Hasty))
	way := ByForms(typed())
	_, err := way.Authorize(t.Context(), s.request())
	var failed *Failure
	if err == nil || errors.As(err, &failed) {
		t.Errorf("first %v", err)
	}
	if _, err = way.Authorize(t.Context(), s.request()); !errors.As(err, &failed) || !strings.Contains(err.Error(), "429") {
		t.Errorf("then %v", err)
	}
}

func TestTheWordsOfAPageAreOneShortLine(t *testing.T) {
	s := serve(t, loginpage.Before(issuing, person, loginpage.OnePage))
	form := typed()
	form.Password = "wrong"
	_, err := ByForms(form).Authorize(t.Context(), s.request())
	var failed *Failure
	if !errors.As(err, &failed) || failed.Said != "Invalid username or password <script>alert(1)</script> for wrong" {
		t.Errorf("%#v", err)
	}
}

func mustParse(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return u
}

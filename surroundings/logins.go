package surroundings

import (
	"net/http"

	"github.com/dpopspec/dpopspec/internal/login"
	"github.com/dpopspec/dpopspec/internal/loginpage"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// person is who logs in at the pages of these rows.
var person = loginpage.Person{Username: "alice@example.com", Password: "the password of alice"}

// loginRows are those where the authorization server shows pages to whoever wants a
// code, and a test person fills them. With a page no verdict is another than without.
var loginRows = []Row{
	{ID: "SU-27", Way: "login-page", Does: "a code wants user name and password",
		configured: typing(person.Password), around: pages(loginpage.OnePage, 0), Once: true, Honest: served, Lax: found},
	{ID: "SU-27", Way: "consent-each-time", Does: "a code wants a consent, and the first one a login too",
		configured: typing(person.Password), around: pages(loginpage.EveryTime, 0), Once: true, Honest: served, Lax: found},
	{ID: "SU-27", Way: "session-ends", Does: "a login serves three codes, and the next wants another one",
		configured: typing(person.Password), around: pages(loginpage.TwoPages, 3), Once: true, Honest: served, Lax: found},
	{ID: "SU-27", Way: "login-page-in-parallel", Does: "the same, and eight cases run at a time", Parallel: 8,
		configured: typing(person.Password), around: pages(loginpage.Consent, 5), Once: true, Honest: served, Lax: found},
	{ID: "SU-27", Way: "login-page-again", Does: "a request that is refused is answered by the login page",
		configured: typing(person.Password), around: pages(loginpage.Lenient, 0), Once: true, Honest: served, Lax: found},
	{ID: "SU-28", Way: "wrong-password", Does: "the password of the test person is wrong",
		configured: typing("not-the-password"), around: pages(loginpage.OnePage, 0), Once: true,
		Honest: withoutLogin, Lax: withoutLoginLax},
	{ID: "SU-28", Way: "login-needs-scripts", Does: "the login page has no form",
		configured: typing(person.Password), around: pages(loginpage.Scripted, 0), Once: true,
		Honest: withoutLogin, Lax: withoutLoginLax},
	{ID: "SU-28", Way: "login-elsewhere", Does: "the login form goes to another host",
		configured: typing(person.Password), around: pages(loginpage.Elsewhere, 0), Once: true,
		Honest: withoutLogin, Lax: withoutLoginLax},
	{ID: "SU-28", Way: "login-breaks", Does: "the server breaks down when the password is typed",
		configured: typing(person.Password), around: pages(loginpage.Broken, 0), Once: true,
		Honest: withoutLogin, Lax: withoutLoginLax},
}

// served: a login by form is in the way of nothing.
var served = Outcome{Conformance: []reports.Conformance{reports.Conformant}}

// typing gives the client a test person who fills forms.
func typing(password string) func(*target.Target, *Scene) error {
	return client(func(c *target.RegisteredClient) {
		c.Ways = login.Settings{Form: &login.Form{Username: person.Username, Password: password}}
	})
}

// pages stand before the authorization server. A login serves so many codes; 0: any
// number.
func pages(shape loginpage.Shape, codes int) disturbance {
	return func(w *way, next http.Handler) http.Handler {
		if w.party != "as" {
			return next
		}
		front := loginpage.Before(next, person, shape)
		front.Sessions = codes
		front.Seen = func(r *http.Request) {
			if r.URL.Path == front.Authorize {
				w.happened()
			}
		}
		return front
	}
}

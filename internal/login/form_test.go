package login

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// answered reads a page as it comes over the wire.
func answered(t *testing.T, kind, body string) *page {
	t.Helper()
	p, err := readPage(&wire.Exchange{
		Status: 200, Answer: wire.Fields{{Name: "Content-Type", Value: kind}}, Reply: []byte(body),
	}, mustParse("https://as.example/login?x=1"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestThePageIsAnsweredAsAPersonWould lists pages with what is sent for each.
func TestThePageIsAnsweredAsAPersonWould(t *testing.T) {
	form := &Form{Username: "alice", Password: "pw ü", Fields: map[string]string{"realm": "b", "Code of the shop": "17"}}
	const field = "<input name=u autocomplete=username><input type=password name=p>"
	for _, test := range []struct{ name, body, want string }{
		{"the obvious", "<form method=post action=/in>" + field + "<button name=b value=1>Log in</button></form>",
			"POST /in u=alice&p=pw+%C3%BC&b=1"},
		{"cancel comes first", "<form method=post action=/in>" + field +
			"<input type=submit name=cancel value=Cancel><input type=submit name=go value=Submit></form>",
			"POST /in u=alice&p=pw+%C3%BC&go=Submit"},
		{"refused by its name alone", "<form method=post>" + field +
			"<button name=action value=abort>A</button><button name=action value=x>B</button></form>",
			"POST /login?x=1 u=alice&p=pw+%C3%BC&action=x"},
		{"an image is the button", "<form method=post action=in?y=2>" + field + "<input type=image name=i alt=Login></form>",
			"POST /in?y=2 u=alice&p=pw+%C3%BC&i.x=0&i.y=0"},
		{"a base, and what is not sent", "<base href=/a/b/><form method=post action=in>" + field +
			"<input type=hidden name=h value='1&2'><input name=off value=1 disabled><input type=checkbox name=remember>" +
			"<fieldset disabled><input name=gone value=1></fieldset><input type=reset name=r><button>Go</button></form>",
			"POST /a/b/in u=alice&p=pw+%C3%BC&h=1%262"},
		{"what the configuration names", "<form method=post>" + field + "<select name=realm><option>a<option>b</select>" +
			"<label for=s>Code of the shop</label><input id=s name=shop><button>Go</button></form>",
			"POST /login?x=1 u=alice&p=pw+%C3%BC&realm=b&shop=17"},
		{"a consent with radio buttons", "<form method=post action=/ok><input type=radio name=s value=true>Approve" +
			"<input type=radio name=s value=false checked>Deny<button>Authorize</button></form>", "POST /ok s=true"},
		{"scopes to be ticked", "<form method=post action=/ok><input type=checkbox name=scope value=a>" +
			"<input type=checkbox name=scope value=b checked><input type=checkbox name=newsletter>" +
			"<button name=no>No, do not allow</button><button name=yes>Yes, allow</button></form>",
			"POST /ok scope=a&scope=b&yes="},
		{"a choice of accounts", "<form method=post action=/pick><button name=a value=bob@x>bob@x</button>" +
			"<button name=a value=alice@x>alice@x</button><button name=a value=>Use another account</button></form>",
			"POST /pick a=alice%40x"},
		{"one form refuses, one goes on", "<form method=post action=/no><button>Deny</button></form>" +
			"<form method=post action=/yes><button>Allow</button></form>", "POST /yes "},
		{"sent by a script otherwise", "<form method=post action=/saml><input type=hidden name=r value=1></form>",
			"POST /saml r=1"},
		{"several parts", "<form method=post action=/in enctype=multipart/form-data>" + field + "<button>Go</button></form>",
			"POST /in multipart"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := walk{form: form, Request: Request{RedirectURI: redirectURI}, pressed: map[string]bool{}}
			next, redirect, err := w.read(t.Context(), answered(t, "text/html; charset=utf-8", test.body))
			if err != nil || redirect != "" {
				t.Fatalf("%q, %v", redirect, err)
			}
			got := next.method + " " + next.at.RequestURI() + " " + string(next.body)
			if strings.HasPrefix(next.kind, "multipart/form-data") {
				r := &http.Request{Method: "POST", URL: &url.URL{}, Header: http.Header{"Content-Type": {next.kind}},
					Body: io.NopCloser(strings.NewReader(string(next.body)))}
				if r.PostFormValue("u") != "alice" || r.PostFormValue("p") != form.Password {
					t.Errorf("%s", next.body)
				}
				got = "POST " + next.at.RequestURI() + " multipart"
			}
			if got != test.want {
				t.Errorf("sent %s, want %s", got, test.want)
			}
		})
	}
}

func TestAPageInAnotherEncodingGetsItsAnswerInThat(t *testing.T) {
	w := walk{form: &Form{Username: "ü€", Password: "p"}, pressed: map[string]bool{}}
	body := "<form method=post><input name=_charset_ type=hidden><input name=u autocomplete=username>" +
		"<input type=password name=p><button>Go</button></form>"
	next, _, err := w.read(t.Context(), answered(t, "text/html; charset=iso-8859-15", body))
	if err != nil || string(next.body) != "_charset_=iso-8859-15&u=%FC%A4&p=p" {
		t.Errorf("%s, %v", next.body, err)
	}
}

// TestWhatRefusesIsNeverPressed has pages with nothing that goes on.
func TestWhatRefusesIsNeverPressed(t *testing.T) {
	for _, body := range []string{
		"<form method=post action=/no><button>Deny</button></form>",
		"<form method=post action=/logout><input type=hidden name=t value=1><button>Bye</button></form>",
		"<form method=post action=/x><button>Don't allow</button><button name=decline>X</button></form>",
		"<form action=/lang><select name=l><option>de</select></form>",
		"<form action=/search><input type=search name=q><button>Go</button></form>",
		"<a href=/app>Back to the application</a>",
		"<form method=post action=/other><button>Use another account</button></form>",
	} {
		w := walk{form: &Form{Username: "a", Password: "b"}, pressed: map[string]bool{}}
		if next, _, err := w.read(t.Context(), answered(t, "text/html", body)); err == nil {
			t.Errorf("%s is answered with %s %s %s", body, next.method, next.at, next.body)
		}
	}
}

package client

import (
	"net/http"
	"strings"
	"testing"
)

// follow plays the browser, whose client is a process that has ended meanwhile.
func follow(t *testing.T, c *Client, address string) string {
	t.Helper()
	callback, err := c.followToCallback(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	return callback
}

func TestALoginGoesOnInAnotherProcessWithItsKey(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"a key in the environment": func(*Options) {},
		"a key of its own making":  func(o *Options) { o.Key, o.GenerateKey = nil, true },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			before := w.client(change)
			a, err := before.Authorize(t.Context(), LoginOptions{Scope: "openid"})
			if err != nil {
				t.Fatal(err)
			}
			text, err := a.Keep()
			if err != nil {
				t.Fatal(err)
			}
			callback := follow(t, before, a.URL)
			after := w.client(change)
			resumed, err := after.Resume(text)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := after.Exchange(t.Context(), resumed, callback); err != nil {
				t.Fatal(err)
			}
			one, _ := before.Thumbprint()
			if two, _ := after.Thumbprint(); one != two {
				t.Errorf("the login began with the key %s and ended with %s", one, two)
			}
			if strings.Contains(resumed.String(), resumed.verifier) {
				t.Error("a login under way shows its code verifier")
			}
		})
	}
}

func TestWhatIsNoLoginIsNotResumed(t *testing.T) {
	c := newWorld(t).client()
	for _, text := range []string{"", "{}", "null", `{"state":"s","verifier":"v","bound":true}`, "[1]"} {
		if _, err := c.Resume(text); err == nil {
			t.Errorf("%q was resumed", text)
		}
	}
}

// elsewhere serves two endpoints of the authorization server at a host of their own.
func elsewhere(w *world) *[]*http.Request {
	var seen []*http.Request
	w.as.metadata["revocation_endpoint"] = "https://more.test/revoke"
	w.as.metadata["userinfo_endpoint"] = "https://more.test/userinfo"
	w.hosts["more.test"] = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		seen = append(seen, r)
		rw.Write([]byte(`{"sub":"person-1"}`))
	})
	return &seen
}

func TestALogoutRevokesTheRefreshTokenAndForgetsTheSession(t *testing.T) {
	w := newWorld(t)
	seen := elsewhere(w)
	c := w.client(func(o *Options) { o.Auth, o.ClientSecret = None, "" })
	token, err := c.Login(t.Context(), LoginOptions{Scope: "openid offline_access"})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Logout(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(*seen) != 1 || (*seen)[0].PostForm.Get("token") != token.RefreshToken {
		t.Errorf("%d requests to the revocation endpoint", len(*seen))
	}
	if _, err := c.Token(t.Context(), TokenOptions{}); err == nil {
		t.Error("a token of the session that has ended was given out")
	}
	if err := c.Logout(t.Context()); err != nil || len(*seen) != 1 {
		t.Errorf("a second logout: %v, %d requests", err, len(*seen))
	}
}

func TestUserinfoIsAskedForWithTokenAndProof(t *testing.T) {
	w := newWorld(t)
	elsewhere(w)
	c := w.client()
	if _, err := c.Login(t.Context(), LoginOptions{Scope: "openid"}); err != nil {
		t.Fatal(err)
	}
	response, err := c.Userinfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	list := w.sent("https://more.test/userinfo")
	if len(list) != 1 || list[0].claim("htu") != "https://more.test/userinfo" || !list[0].Claims.Has("ath") ||
		!strings.HasPrefix(list[0].Header.Get("Authorization"), "DPoP ") {
		t.Errorf("userinfo was asked for with %v", list)
	}
}

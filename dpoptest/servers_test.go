package dpoptest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/fixtures/examples/orders"
)

// status gets a URL and returns the status.
func status(t *testing.T, c *http.Client, url string) int {
	t.Helper()
	response, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
	return response.StatusCode
}

func TestAClientCallsAnAPIInThreeLines(t *testing.T) {
	api := NewAPI(t)
	c := NewClient(t, IssuedBy(api.AuthorizationServer))
	if got := status(t, c.Client, api.URL+"/orders"); got != http.StatusOK {
		t.Errorf("status %d", got)
	}
	seen := api.Requests()
	if len(seen) != 1 || seen[0].Thumbprint != c.Key.Thumbprint || seen[0].HTU != api.URL+"/orders" ||
		seen[0].ATH != dpop.TokenHash(c.Token) || len(seen[0].Problems) > 0 {
		t.Errorf("%+v", seen)
	}
}

func TestAHandlerIsTestedByAClient(t *testing.T) {
	as := NewAuthorizationServer(t)
	handler := orders.New(as.URL, as.Audience)
	api := httptest.NewTLSServer(handler)
	defer api.Close()
	handler.Origin = api.URL
	c := NewClient(t, IssuedBy(as), Through(api.Client().Transport))
	if got := status(t, c.Client, api.URL+"/orders"); got != http.StatusOK {
		t.Errorf("status %d", got)
	}
	stranger := NewClient(t, Through(api.Client().Transport)) // of another server
	if got := status(t, stranger.Client, api.URL+"/orders"); got != http.StatusUnauthorized {
		t.Errorf("another server's token: status %d", got)
	}
}

// application is a client under test: package client, as anybody would use it.
func application(t *testing.T, issuer string, change func(*client.Options)) *client.Client {
	t.Helper()
	none := time.Duration(0)
	o := client.Options{
		Issuer: issuer, ClientID: "app", ClientSecret: "s3cret", UseDPoP: true, GenerateKey: true,
		RedirectURI: "https://app.example/callback", DPoP: client.DPoPOptions{Retry: client.RetryOptions{Delay: &none}},
		Policy: client.HonestPolicy(),
	}
	if change != nil {
		change(&o)
	}
	c, err := client.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fetch calls an API by an application.
func fetch(t *testing.T, c *client.Client, api *API, audience string) (int, error) {
	t.Helper()
	f, err := c.Fetcher(client.FetcherOptions{BaseURL: api.URL, Audience: audience})
	if err != nil {
		t.Fatal(err)
	}
	response, err := (&http.Client{Transport: &client.Transport{Fetcher: f}}).Get(api.URL + "/orders")
	if err != nil {
		return 0, err
	}
	response.Body.Close()
	return response.StatusCode, nil
}

func TestAnyClientAndAnyAudienceIsKnown(t *testing.T) {
	api := NewAPI(t)
	for name, row := range map[string]struct {
		change   func(*client.Options)
		audience string
	}{
		"post":         {},
		"basic":        {change: func(o *client.Options) { o.ClientID, o.Auth = "a b", client.ClientSecretBasic }},
		"the URL":      {audience: api.URL},
		"the resource": {audience: api.URL, change: func(o *client.Options) { o.ResourceIndicators = true }},
		"a login": {change: func(o *client.Options) {
			o.ClientID, o.ClientSecret, o.Auth = "spa", "", client.None
		}},
		"a pushed login": {change: func(o *client.Options) { o.PAR = true }},
	} {
		c := application(t, api.AuthorizationServer.URL, row.change)
		if strings.Contains(name, "login") {
			if _, err := c.Login(t.Context(), client.LoginOptions{}); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
		}
		if got, err := fetch(t, c, api, row.audience); err != nil || got != http.StatusOK {
			t.Errorf("%s: status %d, %v", name, got, err)
		}
	}
}

// A client that signs assertions cannot be known by its first request: nothing in that
// tells which key is its own.
func TestAClientWithAKeyPairIsKnownByItsKeys(t *testing.T) {
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	other, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	signing := func(key *dpop.Key, par bool) func(*client.Options) {
		return func(o *client.Options) {
			o.ClientSecret, o.Auth, o.AssertionKey, o.PAR = "", client.PrivateKeyJWT, key, par
		}
	}
	keys := []byte(`{"keys":[` + string(key.JWK().JSON()) + `]}`)
	api := NewAPI(t, WithClientKeys("app", keys))
	if got, err := fetch(t, application(t, api.AuthorizationServer.URL, signing(key, false)), api, ""); err != nil || got != http.StatusOK {
		t.Errorf("status %d, %v", got, err)
	}
	login := application(t, api.AuthorizationServer.URL, signing(key, true))
	if _, err := login.Login(t.Context(), client.LoginOptions{}); err != nil {
		t.Error(err)
	}
	for name, row := range map[string]struct {
		options []Option
		says    string
	}{
		"another key":  {[]Option{WithClientKeys("app", keys)}, "is wrong"},
		"unknown":      {nil, "WithClientKeys"},
		"no id":        {[]Option{WithClientKeys("", keys)}, "no id"},
		"no keys":      {[]Option{WithClientKeys("app", nil)}, "without keys"},
		"what is none": {[]Option{WithClientKeys("app", []byte(`{"keys":1}`))}, "dpoptest: WithClientKeys"},
	} {
		told := played(func(tb testing.TB) {
			tb.Helper()
			api := NewAPI(tb, row.options...)
			fetch(t, application(t, api.AuthorizationServer.URL, signing(other, false)), api, "")
		})
		if text := strings.Join(told.errors, "\n"); !strings.Contains(text, row.says) {
			t.Errorf("%s: %q does not say %q", name, text, row.says)
		}
	}
}

func TestAClientAnswersADemandForANonceAndSendsItsBodyAgain(t *testing.T) {
	api := NewAPI(t, WithNonces())
	c := NewClient(t, IssuedBy(api.AuthorizationServer))
	for range 2 {
		response, err := c.Post(api.URL+"/orders", "text/plain", strings.NewReader("paint"))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode >= 400 {
			t.Errorf("status %d", response.StatusCode)
		}
	}
	seen := api.Requests()
	if len(seen) != 3 || !seen[0].Challenged || seen[2].Challenged || seen[1].Nonce == "" {
		t.Errorf("%v", seen)
	}
	for _, e := range api.listener.Exchanges() {
		if string(e.Body) != "paint" {
			t.Errorf("the body was %q", e.Body)
		}
	}
}

func TestTheKnobsOfAServerTurn(t *testing.T) {
	api := NewAPI(t, WithNonces())
	app := application(t, api.AuthorizationServer.URL, nil)
	want := func(what string, status int, challenged bool) {
		t.Helper()
		got, err := fetch(t, app, api, "")
		seen := api.Requests()
		was := len(seen) > 1 && (seen[len(seen)-1].Challenged || seen[len(seen)-2].Challenged)
		if err != nil || got != status || was != challenged {
			t.Errorf("%s: status %d, challenged %v, %v; want %d, %v", what, got, was, err, status, challenged)
		}
	}
	want("the first", 200, true)
	want("with the nonce", 200, false)
	api.RotateNonce()
	want("after a rotation the old one is good", 200, false)
	api.ExpireNonces()
	want("expired", 200, true)
	api.RequireNonces(false)
	want("none needed", 200, false)
	api.AnswerNext(http.StatusServiceUnavailable)
	want("told to", 503, false)
	api.AnswerNext(http.StatusUnauthorized)
	if got, err := fetch(t, app, api, ""); err == nil && got != 200 && got != 401 {
		t.Errorf("told to refuse: %d", got)
	}
	api.Advance(time.Hour)
	if got, err := fetch(t, app, api, ""); err == nil && got == 200 {
		t.Error("an hour later the token is good")
	}
}

// reusing is a client that sends its first proof again.
func reusing(o *client.Options) {
	sign := o.Policy.Sign
	kept := map[client.Purpose]string{}
	o.Policy.Sign = func(r client.ProofRequest, d dpop.Draft) (string, error) {
		if kept[r.Purpose] == "" {
			text, err := sign(r, d)
			kept[r.Purpose] = text
			return text, err
		}
		return kept[r.Purpose], nil
	}
}

// forgetful is a client that leaves ath out.
func forgetful(o *client.Options) {
	draft := o.Policy.Draft
	o.Policy.Draft = func(r client.ProofRequest) dpop.Draft {
		d := draft(r)
		d.Claims.Delete("ath")
		return d
	}
}

func TestAWrongRequestIsJudged(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*client.Options)
		want   string
	}{"reused": {reusing, "replay: "}, "no ath": {forgetful, "ath: "}} {
		api := NewAPI(t, Quietly())
		app := application(t, api.AuthorizationServer.URL, row.change)
		for range 2 {
			fetch(t, app, api, "")
		}
		var problems []string
		for _, r := range api.Requests() {
			problems = append(problems, r.Problems...)
		}
		if len(problems) == 0 || !strings.HasPrefix(problems[len(problems)-1], row.want) {
			t.Errorf("%s: %q", name, problems)
		}
	}
}

// recorded is a testing.TB that keeps what it is told.
type recorded struct {
	testing.TB
	errors   []string
	fatal    bool
	cleanups []func()
}

func (r *recorded) Helper()                      {}
func (r *recorded) Failed() bool                 { return len(r.errors) > 0 }
func (r *recorded) Skipped() bool                { return false }
func (r *recorded) Cleanup(f func())             { r.cleanups = append(r.cleanups, f) }
func (r *recorded) Error(args ...any)            { r.errors = append(r.errors, fmt.Sprint(args...)) }
func (r *recorded) Errorf(text string, a ...any) { r.Error(fmt.Sprintf(text, a...)) }
func (r *recorded) Fatalf(text string, a ...any) { r.Errorf(text, a...); r.fatal = true; panic(r) }
func (r *recorded) Fatal(args ...any)            { r.Error(args...); r.fatal = true; panic(r) }

// played runs a test to its end.
func played(test func(testing.TB)) *recorded {
	r := &recorded{}
	func() {
		defer func() {
			if cause := recover(); cause != nil && cause != any(r) {
				panic(cause)
			}
		}()
		test(r)
	}()
	for i := len(r.cleanups) - 1; i >= 0; i-- {
		r.cleanups[i]()
	}
	return r
}

// A server that was told what to answer, or that asks for a nonce first, hides no fault of
// a proof; a clock that was moved excuses nothing but age.
func TestAWrongRequestIsJudgedWhateverIsAnswered(t *testing.T) {
	for name, row := range map[string]struct {
		arrange func(*API)
		token   string
		want    string // empty: no problem
		htm     string
	}{
		"told to answer":   {arrange: func(a *API) { a.AnswerNext(http.StatusServiceUnavailable) }, htm: "POST", want: "htm: "},
		"asks for a nonce": {arrange: func(a *API) { a.RequireNonces(true) }, htm: "POST", want: "htm: "},
		"a foreign token, later": {arrange: func(a *API) { a.Advance(time.Minute) }, htm: "GET", token: "e30.e30.AAAA",
			want: "refused: "},
		"a proof that has aged": {arrange: func(a *API) { a.Advance(time.Hour) }, htm: "GET"},
		"sound":                 {arrange: func(*API) {}, htm: "GET"},
	} {
		t.Run(name, func(t *testing.T) {
			api := NewAPI(t, Quietly())
			key, err := dpop.GenerateKey("ES256")
			if err != nil {
				t.Fatal(err)
			}
			token, err := api.AuthorizationServer.TokenFor(key.Thumbprint, "")
			if err != nil {
				t.Fatal(err)
			}
			if row.token != "" {
				token = row.token
			}
			occasion := dpop.Occasion{Method: row.htm, URI: api.URL + "/jwks", AccessToken: token}
			made := api.clock.Now()
			row.arrange(api)
			if row.token != "" {
				made = api.clock.Now()
			}
			proof, err := dpop.NewProof(key, occasion, made)
			if err != nil {
				t.Fatal(err)
			}
			r, err := http.NewRequest(http.MethodGet, api.URL+"/jwks", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "DPoP "+token)
			r.Header.Set("DPoP", proof)
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			seen := api.Requests()
			if len(seen) != 1 || (len(seen[0].Problems) > 0) != (row.want != "") ||
				row.want != "" && !strings.HasPrefix(seen[0].Problems[0], row.want) {
				t.Errorf("%+v", seen)
			}
		})
	}
}

// caller calls an API by a key of its own, and does with nonces what it is told.
type caller struct {
	t     *testing.T
	api   *API
	key   *dpop.Key
	token string
	path  string
}

func newCaller(t *testing.T, api *API) caller {
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	token, err := api.AuthorizationServer.TokenFor(key.Thumbprint, "")
	if err != nil {
		t.Fatal(err)
	}
	return caller{t, api, key, token, "/"}
}

// call sends a sound proof with a nonce, or without one, and returns the nonce of the answer.
func (c caller) call(nonce string) string {
	proof, err := dpop.NewProof(c.key, dpop.Occasion{Method: "GET", URI: c.api.URL + c.path, AccessToken: c.token, Nonce: nonce}, time.Now())
	if err != nil {
		c.t.Fatal(err)
	}
	r, _ := http.NewRequest(http.MethodGet, c.api.URL+c.path, nil)
	r.Header.Set("Authorization", "DPoP "+c.token)
	r.Header.Set("DPoP", proof)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	answer.Body.Close()
	return answer.Header.Get("DPoP-Nonce")
}

// once calls an API with a sound proof, and leaves it at what is answered.
func once(t *testing.T, api *API) { newCaller(t, api).call("") }

func TestWhatIsWrongFailsTheTestAndSaysWhy(t *testing.T) {
	for name, row := range map[string]struct {
		test func(testing.TB)
		want string // empty: nothing is told
	}{
		"honest": {func(tb testing.TB) {
			api := NewAPI(tb)
			fetch(t, application(t, api.AuthorizationServer.URL, nil), api, "")
		}, ""},
		"jti is reused": {func(tb testing.TB) {
			api := NewAPI(tb)
			app := application(t, api.AuthorizationServer.URL, reusing)
			fetch(t, app, api, "")
			fetch(t, app, api, "")
		}, "request 2 at the API is wrong"},
		"no request":        {func(tb testing.TB) { NewAPI(tb) }, "nothing was tested"},
		"no nonce":          {func(tb testing.TB) { once(t, NewAPI(tb, WithNonces())) }, "asked for a nonce, and no request came with it"},
		"no nonce, quietly": {func(tb testing.TB) { once(t, NewAPI(tb, WithNonces(), Quietly())) }, ""},
		"no nonce at first": {func(tb testing.TB) {
			c := newCaller(t, NewAPI(tb, WithNonces()))
			c.call("")
			c.call(c.call(""))
		}, "request 1 by its key was answered with use_dpop_nonce and a nonce, and this one came after it without any"},
		"no nonce of one of two": {func(tb testing.TB) {
			api := NewAPI(tb, WithNonces())
			once(t, api)
			other := newCaller(t, api)
			other.call(other.call(""))
		}, "asked for a nonce, and no request came with it"},
		"a nonce of one's own": {func(tb testing.TB) {
			c := newCaller(t, NewAPI(tb, WithNonces()))
			c.call("made-up")
			c.call(c.call("made-up"))
		}, "this server never gave it"},
		"the nonce of another API": {func(tb testing.TB) {
			c, other := newCaller(t, NewAPI(tb)), newCaller(t, NewAPI(tb, WithNonces()))
			nonce := other.call("")
			other.call(nonce)
			c.call(nonce)
		}, "this server never gave it"},
		"no nonce at other paths": {func(tb testing.TB) {
			c := newCaller(t, NewAPI(tb, WithNonces()))
			c.call("")
			c.path = "/other"
			c.call("")
			c.path = "/third"
			c.call(c.call(""))
		}, "this one came after it without any"},
		"no nonce, and none demanded later": {func(tb testing.TB) {
			c := newCaller(t, NewAPI(tb, WithNonces()))
			c.call("")
			c.api.RequireNonces(false)
			c.call("")
		}, "asked for a nonce, and no request came with it"},
		"it expires before it comes": {func(tb testing.TB) {
			c := newCaller(t, NewAPI(tb, WithNonces()))
			nonce := c.call("")
			c.api.ExpireNonces()
			c.call(nonce)
		}, ""},
		"it expires, and the client is begun anew": {func(tb testing.TB) {
			c := newCaller(t, NewAPI(tb, WithNonces()))
			nonce := c.call("")
			c.api.ExpireNonces()
			c.call(nonce)
			c.call(c.call(""))
		}, ""},
		"each call asked": {func(tb testing.TB) {
			c := newCaller(t, NewAPI(tb, WithNonces()))
			c.call(c.call(""))
			c.call(c.call(""))
		}, ""},
		"calls at once": {func(tb testing.TB) {
			c := newCaller(t, NewAPI(tb, WithNonces()))
			var given []string
			for range 3 {
				given = append(given, c.call("")) // each before the answer to the last was read
			}
			for _, nonce := range given {
				c.call(nonce)
			}
		}, ""},
		"an old nonce": {func(tb testing.TB) {
			c := newCaller(t, NewAPI(tb, WithNonces()))
			nonce := c.call("")
			c.api.ExpireNonces()
			c.call(c.call(nonce))
		}, ""},
		"a nonce": {func(tb testing.TB) {
			api := NewAPI(tb, WithNonces())
			fetch(t, application(t, api.AuthorizationServer.URL, nil), api, "")
		}, ""},
		"no thumbprint": {func(tb testing.TB) {
			if _, err := NewAuthorizationServer(tb).TokenFor("mine", ""); err != nil {
				tb.Error(err)
			}
		}, "is no thumbprint"},
		"quiet":         {func(tb testing.TB) { NewAPI(tb, Quietly()) }, ""},
		"no server":     {func(tb testing.TB) { NewAPI(tb, IssuedBy(nil)) }, "leave the option out"},
		"no option":     {func(tb testing.TB) { NewAPI(tb, Option{}) }, "dpoptest.WithNonces()"},
		"no use":        {func(tb testing.TB) { NewClient(tb, WithNonces()) }, "has no use for the option WithNonces"},
		"no transport":  {func(tb testing.TB) { NewClient(tb, Through(nil)) }, "the transport is nil"},
		"bad audience":  {func(tb testing.TB) { NewAuthorizationServer(tb, ForAudience("")) }, "such as https://"},
		"without token": {func(tb testing.TB) { http.Get(NewAPI(tb).URL) }, "nothing was tested"},
	} {
		told := strings.Join(played(row.test).errors, "\n")
		if row.want == "" && told != "" || !strings.Contains(told, row.want) {
			t.Errorf("%s: %q; want %q", name, told, row.want)
		}
	}
}

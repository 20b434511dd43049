package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

const (
	issuer = "https://as.test"
	apiURL = "https://api.test"
)

// world is a network in memory: hosts with handlers, a clock that stands
// still, and a record of what arrived.
type world struct {
	t     *testing.T
	hosts map[string]http.Handler
	as    *authorizationServer
	api   *resourceServer

	mu       sync.Mutex
	now      time.Time
	requests []arrived
	waits    []time.Duration
}

// arrived is a request as a server saw it.
type arrived struct {
	Method, URL string
	Header      http.Header
	Body        string
	Claims      dpop.Object // of the proof, if there was one
	JOSE        dpop.Object // its header
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, now: time.Unix(1_800_000_000, 0), hosts: map[string]http.Handler{}}
	w.as = newAuthorizationServer(w)
	w.api = newResourceServer(w, apiURL)
	w.hosts["as.test"] = w.as
	w.hosts["api.test"] = w.api
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// RoundTrip implements http.RoundTripper.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	a := arrived{Method: r.Method, URL: r.URL.String(), Header: r.Header.Clone(), Body: string(body)}
	if text := r.Header.Get("DPoP"); text != "" {
		header, payload, _, err := dpop.SplitCompact(text, dpop.DecodeSegment)
		if err == nil {
			a.JOSE, _ = dpop.ParseMembers(header)
			a.Claims, _ = dpop.ParseMembers(payload)
		}
	}
	w.mu.Lock()
	w.requests = append(w.requests, a)
	w.mu.Unlock()
	handler := w.hosts[r.URL.Host]
	if handler == nil {
		return nil, fmt.Errorf("no such host %s", r.URL.Host)
	}
	seen := r.Clone(r.Context())
	seen.Body = io.NopCloser(bytes.NewReader(body))
	seen.RequestURI = r.URL.RequestURI()
	recorder := httptest.NewRecorder()
	recorder.Header().Set("Date", w.clock().UTC().Format(http.TimeFormat))
	handler.ServeHTTP(recorder, seen)
	response := recorder.Result()
	response.Request = r
	return response, nil
}

// sent returns the requests that arrived at a URL's prefix.
func (w *world) sent(prefix string) []arrived {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []arrived
	for _, a := range w.requests {
		if strings.HasPrefix(a.URL, prefix) {
			found = append(found, a)
		}
	}
	return found
}

func (a arrived) claim(name string) string {
	text, _ := a.Claims.Text(name)
	return text
}

func (a arrived) form() url.Values {
	form, _ := url.ParseQuery(a.Body)
	return form
}

// options are those of a confidential client with DPoP in this world.
func (w *world) options() Options {
	return Options{
		Issuer: issuer, ClientID: "app", ClientSecret: "app-secret", RedirectURI: "https://app.test/cb",
		UseDPoP: true, GenerateKey: true,
		HTTP:  &http.Client{Transport: w},
		Clock: w.clock,
		Env:   environment(nil),
		Sleep: func(ctx context.Context, d time.Duration) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.waits = append(w.waits, d)
			return ctx.Err()
		},
	}
}

func (w *world) client(change ...func(*Options)) *Client {
	w.t.Helper()
	o := w.options()
	for _, c := range change {
		c(&o)
	}
	c, err := New(o)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) fetcher(c *Client, change ...func(*FetcherOptions)) *Fetcher {
	w.t.Helper()
	o := FetcherOptions{BaseURL: apiURL}
	for _, f := range change {
		f(&o)
	}
	fetcher, err := c.Fetcher(o)
	if err != nil {
		w.t.Fatal(err)
	}
	return fetcher
}

// get fetches and returns the status, or fails the test.
func (w *world) get(f *Fetcher, target string) int {
	w.t.Helper()
	response, err := f.Fetch(w.t.Context(), target, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

func environment(values map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, set := values[name]
		return value, set
	}
}

// answerFunc decides one answer; false leaves it to the honest server.
type answerFunc func(w http.ResponseWriter, r *http.Request) bool

// authorizationServer is a small honest one: it verifies every proof.
type authorizationServer struct {
	w         *world
	verifier  *dpop.Verifier
	nonces    *dpop.NonceWindow // nil: none asked for
	key       *dpop.Key
	metadata  map[string]any
	before    answerFunc
	tokenType string // instead of the honest one
	opaque    bool
	audiences map[string]bool // nil: any

	mu       sync.Mutex
	count    int
	refresh  map[string]string // live refresh tokens, with the jkt they are bound to
	codes    map[string]url.Values
	pushed   map[string]url.Values
	grants   []string // those that succeeded
	idClaims map[string]any
}

func newAuthorizationServer(w *world) *authorizationServer {
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		w.t.Fatal(err)
	}
	return &authorizationServer{w: w, key: key, verifier: dpop.NewVerifier(w.clock),
		refresh: map[string]string{}, codes: map[string]url.Values{}, pushed: map[string]url.Values{},
		metadata: map[string]any{
			"issuer": issuer, "token_endpoint": issuer + "/token", "authorization_endpoint": issuer + "/authorize",
			"pushed_authorization_request_endpoint": issuer + "/par", "registration_endpoint": issuer + "/register",
			"dpop_signing_alg_values_supported": []string{"ES256"}, "authorization_response_iss_parameter_supported": true,
		}}
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(value)
}

func oauthRefusal(w http.ResponseWriter, status int, code, description string) {
	writeJSON(w, status, map[string]string{"error": code, "error_description": description})
}

func (s *authorizationServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.before != nil && s.before(w, r) {
		return
	}
	r.ParseForm()
	switch r.URL.Path {
	case "/.well-known/oauth-authorization-server":
		writeJSON(w, 200, s.metadata)
	case "/authorize":
		s.authorize(w, r)
	case "/par":
		if jkt, ok := s.proof(w, r); ok {
			s.push(w, r, jkt)
		}
	case "/token":
		if jkt, ok := s.proof(w, r); ok {
			s.token(w, r, jkt)
		}
	default:
		http.NotFound(w, r)
	}
}

// proof verifies a proof, if there is one, and returns its thumbprint.
func (s *authorizationServer) proof(w http.ResponseWriter, r *http.Request) (string, bool) {
	fields := r.Header.Values("DPoP")
	if len(fields) == 0 {
		return "", true
	}
	v := s.verifier.Clone()
	if s.nonces != nil {
		v.Nonces = s.nonces
		w.Header().Set("DPoP-Nonce", s.nonces.Next())
	}
	p, refusal := v.Verify(dpop.Request{Method: r.Method, TargetURI: r.URL.String(), Fields: fields})
	if refusal != nil {
		oauthRefusal(w, 400, refusal.Code, refusal.Reason)
		return "", false
	}
	return p.Thumbprint, true
}

func (s *authorizationServer) push(w http.ResponseWriter, r *http.Request, jkt string) {
	if want := r.PostForm.Get("dpop_jkt"); want != jkt {
		oauthRefusal(w, 400, "invalid_dpop_proof", "dpop_jkt is of another key")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	uri := fmt.Sprintf("urn:request:%d", s.count)
	s.pushed[uri] = r.PostForm
	writeJSON(w, 201, map[string]any{"request_uri": uri, "expires_in": 60})
}

func (s *authorizationServer) authorize(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	request := r.Form
	if uri := request.Get("request_uri"); uri != "" {
		request = s.pushed[uri]
	}
	s.count++
	code := fmt.Sprintf("code-%d", s.count)
	s.codes[code] = request
	answer := url.Values{"code": {code}, "state": {request.Get("state")}, "iss": {issuer}}
	http.Redirect(w, r, request.Get("redirect_uri")+"?"+answer.Encode(), http.StatusFound)
}

func (s *authorizationServer) token(w http.ResponseWriter, r *http.Request, jkt string) {
	form := r.PostForm
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	answer := map[string]any{"expires_in": 300, "token_type": "Bearer"}
	switch form.Get("grant_type") {
	case "client_credentials":
	case "authorization_code":
		request, known := s.codes[form.Get("code")]
		delete(s.codes, form.Get("code"))
		if !known || request.Get("dpop_jkt") != jkt {
			oauthRefusal(w, 400, "invalid_grant", "unknown code or another key")
			return
		}
		if strings.Contains(request.Get("scope"), "openid") {
			claims := map[string]any{"iss": issuer, "aud": "app", "nonce": request.Get("nonce"), "iat": s.w.clock().Unix(), "exp": s.w.clock().Unix() + 60}
			for name, value := range s.idClaims {
				claims[name] = value
			}
			answer["id_token"] = s.jwt(claims)
		}
		answer["refresh_token"] = s.newRefresh(jkt, form)
		form.Set("audience", request.Get("audience"))
	case "refresh_token":
		bound, known := s.refresh[form.Get("refresh_token")]
		delete(s.refresh, form.Get("refresh_token"))
		if !known || bound != "" && bound != jkt {
			oauthRefusal(w, 400, "invalid_grant", "spent refresh token or another key")
			return
		}
		if s.audiences != nil && !s.audiences[form.Get("audience")] {
			s.refresh[form.Get("refresh_token")] = bound
			oauthRefusal(w, 400, "invalid_target", "the policy does not list this audience")
			return
		}
		answer["refresh_token"] = s.newRefresh(jkt, form)
	default:
		oauthRefusal(w, 400, "unsupported_grant_type", "")
		return
	}
	s.grants = append(s.grants, form.Get("grant_type"))
	answer["access_token"] = s.accessToken(form, jkt)
	if jkt != "" {
		answer["token_type"] = "DPoP"
	}
	if s.tokenType != "" {
		answer["token_type"] = s.tokenType
	}
	answer["scope"] = form.Get("scope")
	writeJSON(w, 200, answer)
}

func (s *authorizationServer) newRefresh(jkt string, form url.Values) string {
	if form.Get("client_secret") != "" {
		jkt = "" // a confidential client's is bound to its authentication
	}
	token := fmt.Sprintf("refresh-%d", s.count)
	s.refresh[token] = jkt
	return token
}

func (s *authorizationServer) accessToken(form url.Values, jkt string) string {
	if s.opaque {
		return fmt.Sprintf("opaque.%d~+/==", s.count)
	}
	claims := map[string]any{"iss": issuer, "jti": s.count, "scope": form.Get("scope")}
	if audience := form.Get("audience"); audience != "" {
		claims["aud"] = audience
	}
	if jkt != "" {
		claims["cnf"] = map[string]string{"jkt": jkt}
	}
	return s.jwt(claims)
}

func (s *authorizationServer) jwt(claims map[string]any) string {
	payload, _ := json.Marshal(claims)
	text, err := dpop.SignCompact(s.key, []byte(`{"alg":"ES256","typ":"at+jwt"}`), payload)
	if err != nil {
		s.w.t.Error(err)
	}
	return text
}

// resourceServer is a small honest API that echoes bodies.
type resourceServer struct {
	w        *world
	audience string
	verifier *dpop.Verifier
	nonces   *dpop.NonceWindow
	before   answerFunc
	rotate   bool // a new nonce in every answer

	mu     sync.Mutex
	bodies []string
}

func newResourceServer(w *world, audience string) *resourceServer {
	return &resourceServer{w: w, audience: audience, verifier: dpop.NewVerifier(w.clock)}
}

func (s *resourceServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.before != nil && s.before(w, r) {
		return
	}
	challenge := dpop.Challenge{Scheme: "DPoP"}
	refuse := func(code, why string) {
		w.Header().Set("WWW-Authenticate", challenge.With("error", code).With("error_description", why).String())
		w.WriteHeader(401)
	}
	credentials, err := dpop.ParseCredentials(r.Header.Get("Authorization"))
	if err != nil || len(r.Header.Values("Authorization")) != 1 {
		refuse(dpop.InvalidToken, "no credentials")
		return
	}
	claims, _ := jwtClaims(credentials.Token)
	raw, _ := claims.Get("cnf")
	confirmation, _ := dpop.ParseObject(raw)
	jkt, _ := confirmation.Text("jkt")
	if credentials.Is(dpop.Scheme) {
		v := s.verifier.Clone()
		if s.nonces != nil {
			v.Nonces = s.nonces
			if s.rotate {
				w.Header().Set("DPoP-Nonce", s.nonces.Rotate())
			} else {
				w.Header().Set("DPoP-Nonce", s.nonces.Next())
			}
		}
		_, refusal := v.Verify(dpop.Request{Method: r.Method, TargetURI: r.URL.String(), Fields: r.Header.Values("DPoP"), AccessToken: credentials.Token, Bound: jkt})
		if refusal != nil {
			refuse(refusal.Code, refusal.Reason)
			return
		}
	} else if jkt != "" || len(r.Header.Values("DPoP")) != 0 {
		refuse(dpop.InvalidToken, "a bound token as Bearer")
		return
	}
	if audiences, known := Audiences(credentials.Token); known && audiences[0] != s.audience {
		refuse(dpop.InvalidToken, "the token is for somebody else")
		return
	}
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.bodies = append(s.bodies, string(body))
	s.mu.Unlock()
	w.Write(body)
}

package client

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
)

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
			"dpop_signing_alg_values_supported":              []string{"ES256"},
			"authorization_response_iss_parameter_supported": true,
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
			now := s.w.clock().Unix()
			claims := map[string]any{
				"iss": issuer, "aud": "app", "nonce": request.Get("nonce"), "iat": now, "exp": now + 60,
			}
			maps.Copy(claims, s.idClaims)
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

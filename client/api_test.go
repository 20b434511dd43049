package client

import (
	"errors"
	"io"
	"net/http"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
)

// resourceServer is a small honest API that echoes bodies.
type resourceServer struct {
	w        *world
	audience string
	verifier *dpop.Verifier
	nonces   dpop.Nonces // nil: none asked for
	before   answerFunc
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
			w.Header().Set("DPoP-Nonce", s.nonces.Next())
		}
		_, refusal := v.Verify(dpop.Request{
			Method: r.Method, TargetURI: r.URL.String(), Fields: r.Header.Values("DPoP"),
			AccessToken: credentials.Token, Bound: jkt,
		})
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
	w.Write(body)
}

// freshNonces are a new one in every answer, each good for ever. A NonceWindow
// looks for what has expired at each new one: among ten thousand that live, that
// costs more than all the rest.
type freshNonces struct {
	mu    sync.Mutex
	given map[string]bool
}

// Next implements dpop.Nonces.
func (n *freshNonces) Next() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	nonce := dpop.NewID()
	n.given[nonce] = true
	return nonce
}

// Accept implements dpop.Nonces.
func (n *freshNonces) Accept(nonce string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.given[nonce] {
		return errors.New("this nonce was never handed out here")
	}
	return nil
}

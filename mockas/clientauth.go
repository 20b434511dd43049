package mockas

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// presented is what a request says of its client.
type presented struct {
	method string // an Auth constant
	id     string
	secret string
}

// Authenticate is honest: it finds the client by the one method that it is
// registered for (RFC 6749 §2.3, RFC 7523 §3, RFC 8705 §2). A proof is no credential (RFC
// 9449 §3).
func (s *Server) Authenticate(c *Call) (*Client, *Error) {
	p, problem := readCredentials(c)
	if problem == nil {
		var client *Client
		if client, problem = s.verifyClient(c, p); problem == nil {
			return client, nil
		}
	}
	if problem.Code == "invalid_client" && len(c.Fields.Values("Authorization")) > 0 {
		// RFC 6749 §5.2: a challenge that matches the scheme in use.
		problem.Challenges = []dpop.Challenge{dpop.Challenge{Scheme: "Basic"}.With("realm", s.config.Issuer)}
	}
	return nil, problem
}

// Credentials of more than one kind are an error (RFC 6749 §2.3).
func readCredentials(c *Call) (presented, *Error) {
	var found []presented
	lines := c.Fields.Values("Authorization")
	if len(lines) > 1 {
		return presented{}, invalidRequest("more than one Authorization field")
	}
	if len(lines) == 1 {
		p, problem := readBasic(lines[0])
		if problem != nil {
			return presented{}, problem
		}
		found = append(found, p)
	}
	if c.Form.Has("client_secret") {
		found = append(found, presented{AuthPost, c.Get("client_id"), c.Get("client_secret")})
	}
	if c.Form.Has("client_assertion") || c.Form.Has("client_assertion_type") {
		found = append(found, presented{method: AuthPrivateKeyJWT, id: claimedClient(c)})
	}
	switch len(found) {
	case 0:
		found = []presented{{method: AuthNone, id: c.Get("client_id")}}
	case 1:
	default:
		return presented{}, invalidRequest("more than one way of client authentication")
	}
	if id := c.Get("client_id"); id != "" && id != found[0].id {
		return presented{}, invalidRequest("client_id and the client's credentials name two clients")
	}
	return found[0], nil
}

// readBasic reads RFC 6749 §2.3.1: id and secret are form-encoded first.
func readBasic(line string) (presented, *Error) {
	scheme, encoded, _ := strings.Cut(line, " ")
	text, err := base64.StdEncoding.Strict().DecodeString(strings.TrimLeft(encoded, " "))
	id, secret, colon := strings.Cut(string(text), ":")
	if !strings.EqualFold(scheme, "Basic") || err != nil || !colon {
		return presented{}, invalidClient("the Authorization field holds no Basic credentials")
	}
	id, err = url.QueryUnescape(id)
	if err == nil {
		secret, err = url.QueryUnescape(secret)
	}
	if err != nil {
		return presented{}, invalidClient("the Basic credentials are not form-encoded")
	}
	return presented{AuthBasic, id, secret}, nil
}

// claimedClient is whom an assertion speaks of, not yet verified.
func claimedClient(c *Call) string {
	_, payload, _, err := dpop.SplitCompact(c.Get("client_assertion"), dpop.DecodeSegment)
	if err != nil {
		return c.Get("client_id")
	}
	claims, err := dpop.ParseObject(payload)
	if err != nil {
		return c.Get("client_id")
	}
	subject, _ := claims.Text("sub")
	return subject
}

func (s *Server) verifyClient(c *Call, p presented) (*Client, *Error) {
	if p.id == "" {
		return nil, invalidClient("the request names no client")
	}
	client, known := s.store.client(p.id)
	if !known {
		return nil, invalidClient("this client is not registered")
	}
	registered := client.Auth
	if registered == "" {
		registered = AuthNone
	}
	if p.method == AuthNone && client.ByCertificate() { // client_id is all that the request says
		return client, s.verifyCertificate(c, client)
	}
	if p.method != registered {
		return nil, invalidClient("the client is registered for " + registered + ", not for " + p.method)
	}
	switch p.method {
	case AuthBasic, AuthPost:
		if subtle.ConstantTimeCompare([]byte(p.secret), []byte(client.Secret)) != 1 {
			return nil, invalidClient("the client's credentials are wrong")
		}
	case AuthPrivateKeyJWT:
		return client, s.verifyAssertion(c, client)
	}
	return client, nil
}

// maxLifetime is how far the exp of a client's JWT may lie ahead.
const maxLifetime = time.Hour

// verifyAssertion follows RFC 7523 §3 and RFC 7521 §5.2.
func (s *Server) verifyAssertion(c *Call, client *Client) *Error {
	if c.Get("client_assertion_type") != assertionType {
		return invalidClient("client_assertion_type is not " + assertionType)
	}
	token, err := readJWT(c.Get("client_assertion"), client.keys)
	if err != nil {
		return invalidClient("the client assertion: " + err.Error())
	}
	if !token.is("iss", client.ID) || !token.is("sub", client.ID) {
		return invalidClient("iss and sub of the client assertion are not the client's id")
	}
	if !token.isFor(s.config.Issuer, s.URL(PathToken), s.URL(PathPAR), dpop.TargetURI(s.origin, c.RequestURI)) {
		return invalidClient("the client assertion is for another audience")
	}
	if !token.claims.Has("exp") {
		return invalidClient("the client assertion: exp is missing")
	}
	until, err := s.checkTimes(token)
	if err != nil {
		return invalidClient("the client assertion: " + err.Error())
	}
	id, err := token.claims.Text("jti")
	if err != nil {
		return invalidClient("the client assertion: " + err.Error())
	}
	c.assertion = &assertion{id: client.ID + " " + id, until: until}
	return nil
}

// clockTolerance is how far a client's clock may be ahead or behind.
const clockTolerance = 30 * time.Second

// checkTimes honours exp, nbf and iat where they are (RFC 7519 §4.1) and
// returns until when the token is good.
func (s *Server) checkTimes(token *jwt) (until time.Time, err error) {
	now := s.now()
	for _, name := range []string{"exp", "nbf", "iat"} {
		if !token.claims.Has(name) {
			continue
		}
		number, err := token.claims.Number(name)
		if err != nil {
			return until, err
		}
		at := time.Unix(int64(number), 0)
		switch {
		case name != "exp" && at.After(now.Add(clockTolerance)):
			return until, errors.New(name + " lies in the future")
		case name == "exp" && !now.Before(at.Add(clockTolerance)):
			return until, errors.New("exp is over")
		case name == "exp" && at.Sub(now) > maxLifetime+clockTolerance:
			return until, errors.New("exp is more than an hour away")
		case name == "exp":
			until = at.Add(clockTolerance)
		}
	}
	return until, nil
}

// identify authenticates the client of a call.
func (s *Server) identify(c *Call) *Error {
	client, problem := s.policy.Authenticate(s, c)
	if problem != nil {
		return problem
	}
	c.Client = client
	return nil
}

// confirmClient uses up the client's assertion once all else was found good.
func (s *Server) confirmClient(c *Call) *Error {
	if !s.store.spendAssertion(c.assertion) {
		return invalidClient("this client assertion was used before")
	}
	return nil
}

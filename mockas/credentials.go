package mockas

import (
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/wallet"
)

// presented is what a request says of its client.
type presented struct {
	method string // an Auth constant
	id     string
	secret string
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
	// Beside another method it is but one more sign of who the client is.
	if lines := c.Fields.Values(wallet.FieldAttestation); len(lines) > 0 && len(found) == 0 {
		found = append(found, presented{method: AuthAttestation, id: claimedAttested(lines[0])})
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

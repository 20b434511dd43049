package client

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// assertionLifetime is how long a client assertion is good for.
const assertionLifetime = time.Minute

// authenticate puts the client's identity into a request to the authorization
// server (RFC 6749 §2.3, RFC 7523 §2.2). It is called for every attempt, so
// that an assertion is never sent twice.
func (c *Client) authenticate(header http.Header, form url.Values) error {
	o := c.options
	switch o.Auth {
	case ClientSecretBasic:
		// RFC 6749 §2.3.1: both halves are form-encoded first.
		pair := url.QueryEscape(o.ClientID) + ":" + url.QueryEscape(o.ClientSecret)
		header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(pair)))
	case ClientSecretPost:
		form.Set("client_id", o.ClientID)
		form.Set("client_secret", o.ClientSecret)
	case PrivateKeyJWT:
		assertion, err := c.assertion()
		if err != nil {
			return err
		}
		form.Set("client_id", o.ClientID)
		form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
		form.Set("client_assertion", assertion)
	default:
		form.Set("client_id", o.ClientID)
	}
	return nil
}

// assertion is a fresh JWT for the authorization server alone (RFC 7523 §3).
func (c *Client) assertion() (string, error) {
	var header, claims dpop.Object
	header.Add("typ", "JWT")
	header.Add("alg", c.options.AssertionKey.Algorithm)
	now := c.now()
	claims.Add("iss", c.options.ClientID)
	claims.Add("sub", c.options.ClientID)
	claims.Add("aud", c.issuer())
	claims.Add("jti", dpop.NewID())
	claims.Add("iat", now.Unix())
	claims.Add("exp", now.Add(assertionLifetime).Unix())
	return dpop.SignCompact(c.options.AssertionKey, header.JSON(), claims.JSON())
}

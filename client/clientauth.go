package client

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/wallet"
)

// assertionLifetime is how long a client assertion is good for.
const assertionLifetime = time.Minute

// authenticate follows RFC 6749 §2.3, RFC 7523 §2.2 and
// draft-ietf-oauth-attestation-based-client-auth. No assertion is sent twice.
func authenticate(o *Options, now time.Time, header http.Header, form url.Values) error {
	switch o.Auth {
	case ClientSecretBasic:
		// RFC 6749 §2.3.1: both halves are form-encoded first.
		pair := url.QueryEscape(o.ClientID) + ":" + url.QueryEscape(o.ClientSecret)
		header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(pair)))
	case ClientSecretPost:
		form.Set("client_id", o.ClientID)
		form.Set("client_secret", o.ClientSecret)
	case PrivateKeyJWT:
		assertion, err := assertion(o, now)
		if err != nil {
			return err
		}
		form.Set("client_id", o.ClientID)
		form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
		form.Set("client_assertion", assertion)
	case AttestationDPoP:
		form.Set("client_id", o.ClientID)
		header.Set(wallet.FieldAttestation, o.Attestation)
	default:
		form.Set("client_id", o.ClientID)
	}
	return nil
}

// assertion is a fresh JWT for the authorization server alone (RFC 7523 §3).
func assertion(o *Options, now time.Time) (string, error) {
	var header, claims dpop.Object
	header.Add("typ", "JWT")
	header.Add("alg", o.AssertionKey.Algorithm)
	claims.Add("iss", o.ClientID)
	claims.Add("sub", o.ClientID)
	claims.Add("aud", o.Issuer)
	claims.Add("jti", dpop.NewID())
	claims.Add("iat", now.Unix())
	claims.Add("exp", now.Add(assertionLifetime).Unix())
	o.Policy.Assertion(&claims)
	return dpop.SignCompact(o.AssertionKey, header.JSON(), claims.JSON())
}

package world_test

import (
	"errors"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

// answered is an exchange with that answer; the challenges are field lines.
func answered(status int, body string, challenges ...string) *wire.Exchange {
	e := &wire.Exchange{Status: status, Reply: []byte(body)}
	for _, line := range challenges {
		e.Answer = append(e.Answer, wire.Field{Name: "WWW-Authenticate", Value: line})
	}
	return e
}

// signed makes an answer one that is a JWT.
func signed(e *wire.Exchange) *wire.Exchange {
	e.Answer = append(e.Answer, wire.Field{Name: "Content-Type", Value: "application/jwt; charset=utf-8"})
	return e
}

// jwt makes a JWT of claims, whose signature nobody verifies.
func jwt(claims string) string { return "e30." + dpop.EncodeSegment([]byte(claims)) + ".c2ln" }

// asked makes an answer one to a request by that method.
func asked(method string, e *wire.Exchange) *wire.Exchange {
	e.Method = method
	return e
}

func TestAnAnswerIsClassifiedByWhatItMeans(t *testing.T) {
	const token, uri = `{"access_token":"a"}`, `{"request_uri":"urn:x"}`
	for _, test := range []struct {
		name string
		at   world.Endpoint
		e    *wire.Exchange
		want world.Answer
		code string
	}{
		{"a token", world.TokenEndpoint, answered(200, token), world.Accepted, ""},
		{"a token at PAR", world.PAREndpoint, answered(201, token), world.Unclear, ""},
		{"a request URI", world.PAREndpoint, answered(201, uri), world.Accepted, ""},
		{"a request URI at token", world.TokenEndpoint, answered(200, uri), world.Unclear, ""},
		{"success with nothing", world.TokenEndpoint, answered(200, `{}`), world.Unclear, ""},
		{"success that is no JSON", world.TokenEndpoint, answered(200, `access_token`), world.Unclear, ""},
		{
			"a token given twice", world.TokenEndpoint,
			answered(200, token[:len(token)-1]+`,"access_token":"b"}`),
			world.Unclear, "",
		},
		{"any success of a resource", world.APIEndpoint, answered(204, ``), world.Accepted, ""},
		{"success of userinfo", world.UserinfoEndpoint, answered(200, `{"sub":"a"}`), world.Accepted, ""},
		{"success of userinfo without a person", world.UserinfoEndpoint, answered(200, `{"email":"a"}`), world.Unclear, ""},
		{"success of userinfo with nothing", world.UserinfoEndpoint, answered(200, ``), world.Unclear, ""},
		{"userinfo without a name of the person", world.UserinfoEndpoint, answered(200, `{"sub":""}`), world.Unclear, ""},
		{"userinfo with a sub that is no text", world.UserinfoEndpoint, answered(200, `{"sub":1}`), world.Unclear, ""},
		{"userinfo as a JWT", world.UserinfoEndpoint, signed(answered(200, jwt(`{"sub":"a"}`))), world.Accepted, ""},
		{"userinfo as a JWT without a person", world.UserinfoEndpoint, signed(answered(200, jwt(`{"aud":"a"}`))),
			world.Unclear, ""},
		{"userinfo as a JWT that is none", world.UserinfoEndpoint, signed(answered(200, `a.b.c`)), world.Unclear, ""},
		{"userinfo as an encrypted JWT", world.UserinfoEndpoint, signed(answered(200, `a.b.c.d.e`)), world.Accepted, ""},
		{"a JWT that is not called one", world.UserinfoEndpoint, answered(200, jwt(`{"sub":"a"}`)), world.Unclear, ""},
		{"an API that signs nothing", world.APIEndpoint, answered(200, `[1]`), world.Accepted, ""},
		{"userinfo without a body", world.UserinfoEndpoint, asked("HEAD", answered(200, ``)), world.Accepted, ""},
		{"an error with success", world.APIEndpoint, answered(200, `{"error":"invalid_token"}`), world.Refused, ""},
		{"an error as an object", world.APIEndpoint, answered(200, `{"error":{"code":401}}`), world.Refused, ""},
		{"no error", world.APIEndpoint, answered(200, `{"error":null,"orders":[]}`), world.Accepted, ""},
		{"an empty error", world.APIEndpoint, answered(200, `{"error":"","orders":[]}`), world.Accepted, ""},
		{
			"a token error", world.TokenEndpoint,
			answered(400, `{"error":"invalid_grant"}`),
			world.Refused, "invalid_grant",
		},
		{
			"a demand for a nonce", world.TokenEndpoint,
			answered(400, `{"error":"use_dpop_nonce"}`),
			world.Challenged, "use_dpop_nonce",
		},
		{
			"that demand with success", world.TokenEndpoint,
			answered(200, `{"error":"use_dpop_nonce"}`),
			world.Unclear, "use_dpop_nonce",
		},
		{
			"that demand with a breakdown", world.TokenEndpoint,
			answered(500, `{"error":"use_dpop_nonce"}`),
			world.Broken, "use_dpop_nonce",
		},
		{
			"a token error of a resource", world.APIEndpoint,
			answered(401, `{"error":"use_dpop_nonce"}`),
			world.Refused, "",
		},
		{
			"a challenge of a token endpoint", world.TokenEndpoint,
			answered(401, ``, `DPoP error="use_dpop_nonce"`),
			world.Refused, "",
		},
		{
			"a resource's demand for a nonce", world.APIEndpoint,
			answered(401, ``, `DPoP error="use_dpop_nonce"`),
			world.Challenged, "use_dpop_nonce",
		},
		{
			"a challenge without an error", world.APIEndpoint,
			answered(401, ``, `DPoP algs="ES256"`),
			world.Refused, "",
		},
		{
			"an error at the scheme Bearer", world.APIEndpoint,
			answered(401, ``, `DPoP`, `Bearer error="invalid_token"`),
			world.Refused, "invalid_token",
		},
		{
			"two errors, of which DPoP counts", world.APIEndpoint,
			answered(401, ``, `Bearer error="invalid_token", DPoP error="invalid_dpop_proof"`),
			world.Refused, "invalid_dpop_proof",
		},
		{
			"a challenge that cannot be read", world.APIEndpoint,
			answered(401, ``, `DPoP error="`),
			world.Refused, "",
		},
		{
			"too many requests", world.APIEndpoint,
			answered(429, ``, `DPoP error="use_dpop_nonce"`),
			world.Unclear, "use_dpop_nonce",
		},
		{"a redirect", world.APIEndpoint, answered(302, ``), world.Unclear, ""},
		{"a server error", world.APIEndpoint, answered(503, ``), world.Broken, ""},
		{"no answer", world.APIEndpoint, answered(0, ``), world.Unclear, ""},
	} {
		if answer, code := test.at.Classify(test.e); answer != test.want || code != test.code {
			t.Errorf("%s: %s, %q; want %s, %q", test.name, answer, code, test.want, test.code)
		}
	}
}

func TestAnAnswerIsDescribedInOneLine(t *testing.T) {
	refused := answered(400, `{"error":"invalid_request","error_description":"no grant"}`)
	for got, want := range map[string]string{
		world.TokenEndpoint.Describe(refused, nil):                     "400, refused, error invalid_request",
		world.TokenEndpoint.Explain(refused, nil):                      `400, refused, error invalid_request ("no grant")`,
		world.APIEndpoint.Explain(answered(200, ``), nil):              "200, accepted",
		world.APIEndpoint.Describe(nil, errors.New("cut")):             "no answer: cut",
		world.APIEndpoint.Explain(nil, errors.New("cut")):              "no answer: cut",
		world.APIEndpoint.Describe(answered(0, ``), errors.New("cut")): "no answer: cut",
	} {
		if got != want {
			t.Errorf("%q; want %q", got, want)
		}
	}
}

package client

import (
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// answerForm is an answer of the API that brings a nonce.
type answerForm struct {
	status     int
	challenges []string // lines of WWW-Authenticate
	body       string
}

// inChallenge is 401 with lines of WWW-Authenticate.
func inChallenge(lines ...string) answerForm {
	return answerForm{status: http.StatusUnauthorized, challenges: lines}
}

// inJSON is an answer with a body that is said to be JSON.
func inJSON(status int, body string) answerForm { return answerForm{status: status, body: body} }

// inBody asks for a nonce as an authorization server does (RFC 9449 §8), but with
// status 401.
func inBody() answerForm { return inJSON(http.StatusUnauthorized, `{"error":"use_dpop_nonce"}`) }

func (f answerForm) withStatus(status int) answerForm {
	f.status = status
	return f
}

func (f answerForm) reaction() reaction {
	fields := wire.Fields{{Name: "DPoP-Nonce", Value: dpop.NewID()}}
	for _, line := range f.challenges {
		fields = append(fields, wire.Field{Name: "WWW-Authenticate", Value: line})
	}
	if f.body != "" {
		fields = append(fields, wire.Field{Name: "Content-Type", Value: "application/json"})
	}
	return wire.Reply(f.status, fields, f.body)
}

// challengeForms all ask for a nonce (RFC 9449 §9, RFC 9110 §11.6.1).
var challengeForms = vocabulary.Meanings[answerForm]{
	"an unknown attribute before error": inChallenge(`DPoP hint="x", error="use_dpop_nonce", algs="ES256"`),
	"an unknown attribute after error":  inChallenge(`DPoP error="use_dpop_nonce", hint="x", algs="ES256"`),
	"resource_metadata": inChallenge(
		`DPoP error="use_dpop_nonce", resource_metadata="https://orders.example/.well-known/oauth-protected-resource"`,
	),
	"a token68 challenge before it": inChallenge(`Negotiate YWJjZGVm==, DPoP error="use_dpop_nonce", algs="ES256"`),
	"an unknown scheme before it": inChallenge(
		`Digest realm="a", nonce="b", qop="auth", DPoP error="use_dpop_nonce"`,
	),
	"an unknown scheme after it":    inChallenge(`DPoP error="use_dpop_nonce", Digest realm="a", nonce="b"`),
	"the scheme in lower case":      inChallenge(`dpop error="use_dpop_nonce", algs="ES256"`),
	"the scheme in upper case":      inChallenge(`DPOP error="use_dpop_nonce", algs="ES256"`),
	"attribute names in upper case": inChallenge(`DPoP ERROR="use_dpop_nonce", ALGS="ES256"`),
	"error behind the other attributes": inChallenge(
		`DPoP algs="ES256", error_description="a nonce is needed", error="use_dpop_nonce"`,
	),
	"error as a token":              inChallenge(`DPoP error=use_dpop_nonce, algs="ES256"`),
	"blanks around the equals sign": inChallenge(`DPoP error = "use_dpop_nonce" , algs = "ES256"`),
	"no blank after a comma":        inChallenge(`DPoP algs="ES256",error="use_dpop_nonce"`),
	"empty list elements":           inChallenge(`, DPoP error="use_dpop_nonce", , algs="ES256",`),
	"a quoted comma before error": inChallenge(
		`DPoP error_description="please, send a nonce, then go on", error="use_dpop_nonce"`,
	),
	"an escaped quote before error": inChallenge(
		`DPoP error_description="say \"nonce\", please", error="use_dpop_nonce"`,
	),
	"words of a challenge in quotes": inChallenge(
		`DPoP realm="Bearer error=\"invalid_token\"", error="use_dpop_nonce"`,
	),
	"a Bearer challenge before it": inChallenge(`Bearer realm="orders", DPoP error="use_dpop_nonce", algs="ES256"`),
	"a Bearer challenge after it":  inChallenge(`DPoP error="use_dpop_nonce", algs="ES256", Bearer realm="orders"`),
	"a Bearer challenge in a line before": inChallenge(
		`Bearer realm="orders"`, `DPoP error="use_dpop_nonce", algs="ES256"`,
	),
	"a Bearer challenge in a line after": inChallenge(
		`DPoP error="use_dpop_nonce", algs="ES256"`, `Bearer realm="orders"`,
	),
	"two blanks after the scheme": inChallenge(`DPoP  error="use_dpop_nonce"`),
	"status 400":                  inChallenge(`DPoP error="use_dpop_nonce", algs="ES256"`).withStatus(400),
	"status 403":                  inChallenge(`DPoP error="use_dpop_nonce", algs="ES256"`).withStatus(403),
	"status 500":                  inChallenge(`DPoP error="use_dpop_nonce", algs="ES256"`).withStatus(500),
	"in a JSON body alone":        inBody(),
	"in a JSON body alone, with the status 403": inBody().withStatus(403),
	"in a JSON body alone, with the status 400": inBody().withStatus(400),
}

// refusalForms come with a nonce but do not ask for one: refusals of a request with a
// token.
var refusalForms = vocabulary.Meanings[answerForm]{
	"use_dpop_nonce in error_description": inChallenge(
		`DPoP error="invalid_token", error_description="use_dpop_nonce is what another server would say"`,
	),
	"use_dpop_nonce as realm":             inChallenge(`DPoP realm="use_dpop_nonce", error="invalid_token"`),
	"use_dpop_nonce in another attribute": inChallenge(`DPoP error="invalid_token", last_error="use_dpop_nonce"`),
	"another error that begins so":        inChallenge(`DPoP error="use_dpop_nonce_later"`),
	"use_dpop_nonce of the scheme Bearer": inChallenge(`Bearer error="use_dpop_nonce"`),
	"use_dpop_nonce of an unknown scheme": inChallenge(`GNAP error="use_dpop_nonce"`),
	"use_dpop_nonce of another scheme before a DPoP challenge": inChallenge(
		`Bearer error="use_dpop_nonce", DPoP error="invalid_token", algs="ES256"`,
	),
	"use_dpop_nonce of another scheme behind a DPoP challenge": inChallenge(
		`DPoP error="invalid_token", algs="ES256", Bearer error="use_dpop_nonce"`,
	),
	"invalid_token":                        inChallenge(`DPoP error="invalid_token", algs="ES256"`),
	"insufficient_scope with status 403":   inChallenge(`DPoP error="insufficient_scope"`).withStatus(403),
	"a DPoP challenge alone":               inChallenge(`DPoP algs="ES256"`),
	"a Bearer challenge before a DPoP one": inChallenge(`Bearer realm="orders"`, `DPoP algs="ES256"`),
	"both schemes without error":           inChallenge(`DPoP algs="ES256", Bearer`),
	"no challenge":                         inChallenge(),
	"use_dpop_nonce in the description of a JSON body": inJSON(http.StatusUnauthorized,
		`{"error":"invalid_token","error_description":"use_dpop_nonce is unknown here"}`),
}

// formRefusals are those of the authorization server, of what is sent as a form
// (RFC 6749 §5.2).
var formRefusals = vocabulary.Meanings[answerForm]{
	"invalid_grant":           inJSON(http.StatusBadRequest, `{"error":"invalid_grant"}`),
	"invalid_client":          inJSON(http.StatusUnauthorized, `{"error":"invalid_client"}`),
	"invalid_request":         inJSON(http.StatusBadRequest, `{"error":"invalid_request"}`),
	"invalid_scope":           inJSON(http.StatusBadRequest, `{"error":"invalid_scope"}`),
	"invalid_dpop_proof":      inJSON(http.StatusBadRequest, `{"error":"invalid_dpop_proof"}`),
	"a text that is not JSON": inJSON(http.StatusBadRequest, "use_dpop_nonce is unknown here"),
	"use_dpop_nonce in its description": inJSON(http.StatusBadRequest,
		`{"error":"invalid_request","error_description":"use_dpop_nonce is unknown here"}`),
	"use_dpop_nonce as the name of a member": inJSON(http.StatusBadRequest,
		`{"error":"invalid_request","use_dpop_nonce":"error"}`),
	"use_dpop_nonce in an object": inJSON(http.StatusBadRequest,
		`{"error":"invalid_request","before":{"error":"use_dpop_nonce"}}`),
	"another error that begins so":              inJSON(http.StatusBadRequest, `{"error":"use_dpop_nonce_later"}`),
	"use_dpop_nonce in letters of another case": inJSON(http.StatusBadRequest, `{"error":"USE_DPOP_NONCE"}`),
	"use_dpop_nonce and the status 500":         inJSON(http.StatusInternalServerError, `{"error":"use_dpop_nonce"}`),
}

// refusalAt finds a refusal by its name among those of an endpoint of that kind.
func refusalAt(kind, name string) (answerForm, error) {
	if takesToken(kind) {
		return refusalForms.Of(name)
	}
	return formRefusals.Of(name)
}

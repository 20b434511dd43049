package mockas

import (
	"encoding/json"
	"net/url"
	"slices"
)

// openRequestObject replaces the parameters of a call by those in its signed
// request object (RFC 9101 §6.3): of those outside only the client's own
// authentication and client_id count, and the latter must agree.
func (s *Server) openRequestObject(c *Call) *Error {
	token, err := readJWT(c.Get("request"), c.Client.keys)
	if err != nil {
		return invalidRequestObject(err.Error())
	}
	if token.header.Has("typ") {
		// RFC 9101 §10.8: a JWT made for another purpose is no request.
		typ, err := token.header.Text("typ")
		if err != nil || !slices.Contains([]string{"oauth-authz-req+jwt", "JWT"}, typ) {
			return invalidRequestObject("typ is neither oauth-authz-req+jwt nor JWT")
		}
	}
	switch {
	case !token.is("iss", c.Client.ID):
		return invalidRequestObject("iss is not the client's id")
	case !token.is("client_id", c.Client.ID):
		return invalidRequestObject("client_id is not the client's id")
	case !token.isFor(s.config.Issuer):
		return invalidRequestObject("aud is not the issuer")
	case token.claims.Has("request") || token.claims.Has("request_uri"):
		return invalidRequestObject("a request object holds no further request")
	}
	if _, err := token.checkTimes(s.now()); err != nil {
		return invalidRequestObject(err.Error())
	}
	form, problem := objectForm(token)
	if problem != nil {
		return problem
	}
	c.Form = s.policy.Opened(c.Form, form)
	return nil
}

func invalidRequestObject(description string) *Error {
	return badRequest("invalid_request_object", "the request object: "+description)
}

// objectForm turns claims into parameters: strings as they are, lists where a
// parameter may be repeated, numbers and booleans as they are written.
func objectForm(token *jwt) (url.Values, *Error) {
	form := url.Values{}
	for _, m := range token.claims {
		var text string
		var list []string
		switch {
		case slices.Contains([]string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti"}, m.Name):
		case json.Unmarshal(m.Value, &text) == nil && m.Value[0] == '"':
			if text != "" {
				form.Set(m.Name, text)
			}
		case slices.Contains(repeatable, m.Name) && json.Unmarshal(m.Value, &list) == nil:
			form[m.Name] = list
		case m.Value[0] == '{' || m.Value[0] == '[' || string(m.Value) == "null":
			return nil, invalidRequestObject(m.Name + " is not a string")
		default:
			form.Set(m.Name, string(m.Value))
		}
	}
	return form, nil
}

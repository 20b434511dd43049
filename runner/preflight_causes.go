package runner

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// aboutProofs reports whether an answer is about the proof, or tells that the
// server itself is out of order: that is for the cases to judge.
func aboutProofs(answer world.Answer, code string) bool {
	return answer == world.Broken || answer == world.Challenged || code == dpop.InvalidProof || code == dpop.UseNonce
}

// cause is what may be wrong with a client or with what it asks for.
type cause struct {
	whole  bool // the client gets nothing by any grant
	key    func(a asking) string
	remedy string
}

// causes are what errors of an authorization server tell (RFC 6749 §4.1.2.1 and
// §5.2, RFC 8707 §2).
var causes = map[string]cause{
	"invalid_client": {true, credentials,
		"give the credentials that the client is registered with, and the method (auth) by which it authenticates"},
	"unauthorized_client":    {false, member("grants"), "allow the client the grant, or leave it out"},
	"unsupported_grant_type": {false, member("grants"), "leave out the grant"},
	"invalid_scope":          {false, scope, "ask for a scope that the client may have"},
	"invalid_target":         {false, audience, "give the audience by which the authorization server knows the API"},
	"access_denied":          {false, audience, "allow the client the API, and see that audience and scope are right"},
	"invalid_grant":          {false, grantKey, "log in for a new one, or give what is registered"},
	"authorization_pending":  {false, approvalKey, "see that what approves devices does so: the server says that nobody has"},
}

// approvalKey is where the configuration says who approves devices (RFC 8628 §3.3).
func approvalKey(asking) string { return "authorization_server.device_approval" }

// unknown is what is wrong where an error tells nothing of it: see causeOf.
var unknown = cause{false, member(""), "see what the authorization server logs of this client"}

// atLogin is what is wrong where a login ends with a page of the server's own, and
// nothing better is known.
var atLogin = cause{false, member("redirect_uri"),
	"register the redirect URI at the authorization server, or give one that is registered"}

// atPages is what is wrong where the server did not get what it wanted of a person.
var atPages = cause{false, member("login"),
	"let the test person consent once by hand, or name the button of the consent page (form.consent)"}

// ofPerson are the errors that tell of it (RFC 6749 §4.1.2.1, OpenID Connect Core
// §3.1.2.6).
var ofPerson = []string{
	"access_denied", "login_required", "consent_required", "interaction_required", "account_selection_required",
}

// causeOf returns what an error tells. That a client is not let in at all is told
// by the status too, and what a pushed request has that others lack is where the
// code goes.
func causeOf(code string, status int, at world.Endpoint) (c cause, known bool) {
	if c, known = causes[code]; known {
		return c, true
	}
	switch {
	case status == http.StatusUnauthorized:
		return causes["invalid_client"], false
	case at == world.PAREndpoint:
		return atLogin, false
	}
	return unknown, false
}

// problem is a request that was refused for the cause.
func (c cause) problem(a asking, answer string) reports.Problem {
	p := problemOf(a, answer)
	if !c.whole && a.rests == nil {
		p.Name += ", " + nameOf(a.grant)
	}
	p.Key, p.Remedy = c.key(a), c.remedy
	if c.whole && namesMethod(answer, a.client.Auth) {
		p.Key = member("auth")(a)
	}
	return p
}

// namesMethod says whether an answer names a way of authentication that is not the
// client's: then it is not the credentials that are wrong.
func namesMethod(answer, own string) bool {
	return slices.ContainsFunc([]string{mockas.AuthBasic, mockas.AuthPost, mockas.AuthPrivateKeyJWT, mockas.AuthTLS,
		mockas.AuthSelfSignedTLS}, func(method string) bool { return method != own && strings.Contains(answer, method) })
}

// dependents are what rests on the request.
func (c cause) dependents(a asking) []target.Dependent {
	switch {
	case a.rests != nil:
		return a.rests
	case c.whole:
		return []target.Dependent{{Client: a.client.ID}}
	case a.endpoint == world.PAREndpoint:
		return []target.Dependent{{Client: a.client.ID, Grant: a.endpoint.Name}}
	}
	return []target.Dependent{{Client: a.client.ID, Grant: a.grant}}
}

// member is a member of the client in the configuration.
func member(name string) func(asking) string {
	return func(a asking) string {
		key := fmt.Sprintf("authorization_server.clients[%s]", a.client.ID)
		if name != "" {
			key += "." + name
		}
		return key
	}
}

// credentials is where the client's are.
func credentials(a asking) string {
	name := "auth"
	switch a.client.Auth {
	case mockas.AuthBasic, mockas.AuthPost:
		name = "secret"
	case mockas.AuthPrivateKeyJWT:
		name = "key"
	case mockas.AuthTLS, mockas.AuthSelfSignedTLS:
		name = "certificate"
	}
	return member(name)(a)
}

// scope is where the scope stands that the client asks for.
func scope(a asking) string {
	if a.adds || a.grant == mockas.GrantClientCredentials && a.api != "" && a.client.Scope == "" {
		return "apis." + a.api + ".scope"
	}
	return member("scope")(a)
}

// audience is where the audience stands that the client asks for.
func audience(a asking) string {
	if a.api == "" {
		return member("")(a)
	}
	return "apis." + a.api + ".audience"
}

// grantKey is where that stands which the client redeems.
func grantKey(a asking) string {
	if a.grant == mockas.GrantRefresh {
		return member("refresh_token")(a)
	}
	return member("redirect_uri")(a)
}

package inspect

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// document judges JSON: a key, a key set, a token response, an answer of
// introspection, a cnf, the decoded claims of a token.
func document(text string, c Context) (*Result, error) {
	object, err := dpop.ParseObject([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("the JSON cannot be read: %w", err)
	}
	switch {
	case object.Has("kty"):
		return key(object), nil
	case object.Has("keys"):
		return keySet(object)
	case object.Has("access_token"):
		return tokenResponse(object, c), nil
	case object.Has("protected") && object.Has("payload") && object.Has("signature"):
		return flattened(object, c)
	}
	r := &Result{Kind: Document}
	r.section("document", indented([]byte(text)))
	cnf, hasCnf := object.Get("cnf")
	switch {
	case object.Has("active"), hasCnf:
		r.binding(object)
	case object.Has("jkt"), object.Has("x5t#S256"):
		r.confirmation(object)
	case object.Has("jwk"):
		value, _ := object.Get("jwk")
		if inner, err := dpop.ParseObject(value); err == nil {
			r.take(key(inner), "")
		}
	case object.Has("error"):
		r.error(object)
	case object.Has("htm"), object.Has("htu"):
		r.note("these are the claims of a proof without its header and signature; paste the proof itself")
	default:
		if len(cnf) == 0 && !known(object) {
			return nil, errors.New("JSON of no kind that is known here: " +
				"a JWK, a JWK Set, a token response, an introspection response, a cnf or a HAR file")
		}
	}
	return r, nil
}

// flattened judges a JWS that is written as JSON (RFC 7515 §7.2.2).
func flattened(object dpop.Object, c Context) (*Result, error) {
	var segments []string
	for _, name := range []string{"protected", "payload", "signature"} {
		segment, err := object.Text(name)
		if err != nil {
			return nil, fmt.Errorf("the JWS in JSON: %w", err)
		}
		segments = append(segments, segment)
	}
	r := compact(strings.Join(segments, "."), c)
	r.note("it is written as JSON (RFC 7515 §7.2); a proof or an access token has the compact form on its way")
	return r, nil
}

// known reports whether an object has claims or metadata worth showing.
func known(object dpop.Object) bool {
	return slices.ContainsFunc([]string{"iss", "issuer", "resource", "typ", "DPoP", "dpop"}, object.Has)
}

// key judges a JWK: its thumbprint is only what others compute if it is written as
// it must be.
func key(jwk dpop.Object) *Result {
	r := &Result{Kind: Key}
	r.section("JWK", indented(jwk.JSON()))
	public, err := dpop.ParsePublicKey(jwk)
	if err != nil {
		r.find("key", err.Error())
	} else {
		r.find("key", "")
		r.Thumbprint = public.Thumbprint
	}
	if names := dpop.PrivateMembers(jwk); names != nil {
		r.note("it holds private key material (%s): treat what was pasted elsewhere as known to others",
			strings.Join(names, ", "))
	}
	return r
}

func keySet(object dpop.Object) (*Result, error) {
	value, _ := object.Get("keys")
	var list []json.RawMessage
	if json.Unmarshal(value, &list) != nil {
		return nil, errors.New("keys of the JWK Set is no array (RFC 7517 §5)")
	}
	r := &Result{Kind: KeySet}
	if len(list) == 0 {
		r.note("the JWK Set holds no key")
	}
	for i, one := range list {
		title := fmt.Sprintf("key %d", i+1)
		jwk, err := dpop.ParseObject(one)
		if err != nil {
			r.find(title, err.Error())
			continue
		}
		if kid, err := jwk.Text("kid"); err == nil {
			title += " " + short(kid)
		}
		part := key(jwk)
		r.section(title, indented(jwk.JSON()))
		for _, f := range part.Findings {
			f.Check = fmt.Sprintf("key %d", i+1)
			r.Findings = append(r.Findings, f)
		}
		if part.Thumbprint != "" {
			r.section(fmt.Sprintf("key %d thumbprint", i+1), part.Thumbprint)
		}
		r.Notes = append(r.Notes, part.Notes...)
	}
	return r, nil
}

// tokenResponse judges a successful answer of a token endpoint. Its tokens are shown
// decoded or not at all.
func tokenResponse(object dpop.Object, c Context) *Result {
	r := &Result{Kind: Document}
	var shown dpop.Object
	for _, name := range []string{"token_type", "expires_in", "scope"} {
		if value, found := object.Get(name); found {
			shown.Set(name, value)
		}
	}
	r.section("token response", indented(shown.JSON()))
	access, err := object.Text("access_token")
	if err != nil {
		r.find("access_token", err.Error())
		return r
	}
	kind, err := object.Text("token_type")
	if err != nil {
		r.find("token_type", err.Error()+" (RFC 6749 §5.1)", "RFC9449-5-05")
	}
	head, payload, _, err := dpop.SplitCompact(access, dpop.DecodeSegment)
	if err != nil {
		r.note("the access token is opaque or encrypted: only introspection tells which key it is bound to " +
			"(RFC 9449 §6.2)")
		return r
	}
	r.take(token(head, payload), "access token ")
	bound := boundTo(access) != ""
	switch {
	case strings.EqualFold(kind, dpop.Scheme) && !bound:
		r.note("token_type is DPoP, and the access token has no cnf.jkt: " +
			"it is bound only if introspection says so (RFC 9449 §6.2)")
	case strings.EqualFold(kind, "Bearer") && bound:
		r.find("token_type", "token_type is Bearer, and the access token has cnf.jkt", "RFC9449-5-15")
	}
	return r
}

// error tells what an error response of OAuth says.
func (r *Result) error(object dpop.Object) {
	switch code, _ := object.Text("error"); code {
	case dpop.UseNonce:
		r.note("the server asks for the same request again, with its DPoP-Nonce in the proof (RFC 9449 §8)")
	case dpop.InvalidProof:
		r.note("the server refused the proof (RFC 9449 §5); paste the request, and what is wrong with it is told")
	}
}

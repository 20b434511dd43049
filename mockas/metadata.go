package mockas

import (
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
)

// metadata serves RFC 8414 §3 and OpenID Connect Discovery 1.0 §4: one
// document at two places.
func (s *Server) metadata(w http.ResponseWriter, r *http.Request) {
	if !s.only(w, r, http.MethodGet, http.MethodHead) {
		return
	}
	path, _ := dpop.NormalizePath(r.URL.EscapedPath()) // routing has read it already
	document := s.Metadata()
	s.policy.Metadata(s.endpoint(path), &document)
	writeJSON(w, http.StatusOK, document)
}

// Metadata returns the discovery document (RFC 8414 §2).
func (s *Server) Metadata() dpop.Object {
	var m dpop.Object
	m.Add("issuer", s.config.Issuer)
	for _, e := range Published {
		if s.enabled(e.Path) {
			m.Add(e.Member, s.URL(e.Path))
		}
	}
	algorithms := dpop.AlgorithmNames()
	methods := authMethods(s.config.ClientAuthorities != nil, s.attestations())
	confidential := methods[1:]
	scopes := []string{"openid", "profile", "email", "offline_access"}
	if s.config.WebID != "" {
		scopes = append(scopes, webIDScope)
	}
	m.Add("scopes_supported", scopes)
	m.Add("response_types_supported", []string{"code"})
	m.Add("response_modes_supported", []string{"query"})
	m.Add("grant_types_supported", s.config.Grants)
	m.Add("token_endpoint_auth_methods_supported", methods)
	m.Add("token_endpoint_auth_signing_alg_values_supported", algorithms)
	if s.config.ClientAuthorities != nil { // RFC 8705 §3.3
		m.Add("tls_client_certificate_bound_access_tokens", true)
	}
	if s.enabled(PathIntrospect) {
		m.Add("introspection_endpoint_auth_methods_supported", confidential)
		m.Add("introspection_endpoint_auth_signing_alg_values_supported", algorithms)
	}
	if s.enabled(PathRevoke) {
		m.Add("revocation_endpoint_auth_methods_supported", methods)
		m.Add("revocation_endpoint_auth_signing_alg_values_supported", algorithms)
	}
	m.Add("code_challenge_methods_supported", []string{"S256"})
	m.Add("authorization_response_iss_parameter_supported", true)
	m.Add("require_pushed_authorization_requests", s.config.RequirePAR)
	m.Add("request_parameter_supported", true)
	m.Add("request_uri_parameter_supported", false)
	m.Add("request_object_signing_alg_values_supported", algorithms)
	m.Add("dpop_signing_alg_values_supported", s.policy.Token.Verifier.Algorithms)
	if s.config.Attesters != nil { // draft-ietf-oauth-attestation-based-client-auth, section 8
		m.Add("client_attestation_signing_alg_values_supported", algorithms)
		m.Add("client_attestation_pop_signing_alg_values_supported", algorithms)
		if s.enabled(PathChallenge) {
			m.Add("challenge_endpoint", s.URL(PathChallenge))
		}
	}
	m.Add("subject_types_supported", []string{"public"})
	m.Add("id_token_signing_alg_values_supported", []string{s.Key().Algorithm})
	m.Add("claims_supported", []string{"sub", "iss", "aud", "exp", "iat", "auth_time", "nonce"})
	return m
}

func (s *Server) jwks(w http.ResponseWriter, r *http.Request) {
	if s.only(w, r, http.MethodGet, http.MethodHead) {
		writeJSON(w, http.StatusOK, s.JWKS())
	}
}

// JWKS returns the public keys that access tokens can be verified with (RFC
// 7517 §5).
func (s *Server) JWKS() dpop.Object {
	var keys []dpop.Object
	for _, key := range s.Keys() {
		jwk := key.JWK()
		jwk.Set("kid", key.Thumbprint)
		jwk.Set("use", "sig")
		jwk.Set("alg", key.Algorithm)
		keys = append(keys, jwk)
	}
	var set dpop.Object
	set.Add("keys", keys)
	return set
}

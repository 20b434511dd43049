package mockrs

import (
	"encoding/json"
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
)

// MetadataPath is where the protected resource metadata lies (RFC 9728 §3).
const MetadataPath = "/.well-known/oauth-protected-resource"

// Metadata returns the protected resource metadata of an API (RFC 9728 §2).
func Metadata(a *API) dpop.Object {
	var m dpop.Object
	m.Add("resource", a.Audience)
	m.Add("authorization_servers", []string{a.Issuer})
	m.Add("bearer_methods_supported", []string{"header"})
	m.Add("dpop_signing_alg_values_supported", a.Verifier.Algorithms)
	if a.Mode == Required {
		m.Add("dpop_bound_access_tokens_required", json.RawMessage("true"))
	}
	if a.Scope != "" {
		m.Add("scopes_supported", []string{a.Scope})
	}
	return m
}

func (a *API) metadata(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Write(a.Policy.Metadata(a).JSON())
}

package mockrs

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// MetadataPath is where the protected resource metadata lies (RFC 9728 §3).
const MetadataPath = "/.well-known/oauth-protected-resource"

// MetadataURL returns where the metadata of a resource lies: the well-known
// part stands between the authority and the path of its URL (RFC 9728 §3.1).
func MetadataURL(resource string) string {
	scheme, rest, _ := strings.Cut(strings.TrimSuffix(resource, "/"), "://")
	authority, path, found := strings.Cut(rest, "/")
	if found {
		path = "/" + path
	}
	return scheme + "://" + authority + MetadataPath + path
}

// isMetadata reports whether a path is that of the metadata: as MetadataURL
// makes it, or without the prefix that a reverse proxy took off.
func (a *API) isMetadata(path string) bool {
	return path == MetadataPath ||
		strings.HasPrefix(path, MetadataPath) && strings.HasSuffix(MetadataURL(a.Origin), path)
}

// metadata returns the protected resource metadata of an API (RFC 9728 §2). The
// resource is named as clients reach it, as §3.3 demands.
func metadata(a *API) dpop.Object {
	var m dpop.Object
	m.Add("resource", a.Origin)
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

package client

import (
	"net/http"
	"testing"
)

func TestMetadataAreJudgedBeforeTheyAreUsed(t *testing.T) {
	for _, row := range []struct {
		name, member string
		value        any
		code         Code
	}{
		{"another issuer", "issuer", "https://as.test/", "other"},
		{"no issuer", "issuer", nil, "other"},
		{"plain http", "token_endpoint", "http://as.test/token", "other"},
		{"loopback http below an https issuer", "token_endpoint", "http://127.0.0.1/token", "other"},
		{"no endpoint", "token_endpoint", nil, "other"},
		{"no URL", "token_endpoint", "/token", "other"},
		{"another algorithm", "dpop_signing_alg_values_supported", []string{"ES384", "PS256"}, AlgorithmUnsupported},
		{"a lure", "dpop_signing_alg_values_supported", []string{"none", "HS256"}, AlgorithmUnsupported},
		{"empty list", "dpop_signing_alg_values_supported", []string{}, ""},
		{"no list", "dpop_signing_alg_values_supported", nil, ""},
		{"a string", "dpop_signing_alg_values_supported", "ES384", ""},
		{"unknown names beside", "dpop_signing_alg_values_supported", []string{"XY", "ES256"}, ""},
	} {
		w := newWorld(t)
		w.as.metadata[row.member] = row.value
		if row.value == nil {
			delete(w.as.metadata, row.member)
		}
		_, err := w.client().Token(t.Context(), TokenOptions{})
		if codeOf(err) != row.code {
			t.Errorf("%s: %v", row.name, err)
		}
		if n := len(w.sent(issuer + "/token")); row.code != "" && n != 0 {
			t.Errorf("%s: %d token requests left", row.name, n)
		}
	}
}

func TestAnAliasIsNamedInTheProofThatGoesThere(t *testing.T) {
	w := newWorld(t)
	w.hosts["mtls.test"] = w.as
	w.as.metadata["mtls_endpoint_aliases"] = map[string]string{"token_endpoint": "https://mtls.test/token"}
	if _, err := w.client(func(o *Options) { o.MTLSAliases = true }).Token(t.Context(), TokenOptions{}); err != nil {
		t.Fatal(err)
	}
	if sent := w.sent("https://mtls.test/token"); len(sent) != 1 || sent[0].claim("htu") != "https://mtls.test/token" {
		t.Errorf("arrived %+v", sent)
	}
}

func TestProtectedResourceMetadataAreObeyed(t *testing.T) {
	for _, row := range []struct {
		document string
		bound    bool
		code     Code
	}{
		{`{"resource":"https://api.test","dpop_bound_access_tokens_required":true}`, true, ""},
		{`{"resource":"https://api.test","dpop_bound_access_tokens_required":true}`, false, BoundTokenRequired},
		{`{"resource":"https://api.test","dpop_signing_alg_values_supported":["ES384"]}`, true, AlgorithmUnsupported},
		{`{"resource":"https://other.test"}`, true, "other"},
		{`{}`, false, "other"},
	} {
		w := newWorld(t)
		w.api.before = func(rw http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/.well-known/oauth-protected-resource" {
				return false
			}
			answer(200, row.document)(rw)
			return true
		}
		f := w.fetcher(w.client(), func(o *FetcherOptions) { o.ProtectedResource, o.UseDPoP = true, &row.bound })
		if _, err := f.Fetch(t.Context(), "/", nil); codeOf(err) != row.code {
			t.Errorf("%s, bound %v: %v", row.document, row.bound, err)
		}
	}
}

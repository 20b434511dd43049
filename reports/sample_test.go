package reports

import (
	"strings"
	"time"
)

// The secrets that the sample run contains, each in a place of its own.
const (
	sampleClientSecret = "s3cr3t/with+odd=chars&more"
	sampleAccessToken  = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9." +
		"eyJzdWIiOiJhbGljZSIsImNuZiI6eyJqa3QiOiIwWmNPQ09SWk5ZeSJ9fQ.c2lnbmF0dXJlLW9mLXRoZS1hY2Nlc3MtdG9rZW4"
	sampleProof = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7fX0." +
		"eyJodG0iOiJHRVQiLCJodHUiOiJodHRwczovL2FzLmV4YW1wbGUvdG9rZW4ifQ.cHJvb2Ytc2lnbmF0dXJlLWhlcmU"
	sampleCookie  = "session-cookie-value-123"
	samplePrivate = "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"
	sampleOpaque  = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
)

// sampleCatalogue makes a new catalogue at every call, for tests that change it.
func sampleCatalogue() []Requirement {
	return []Requirement{
		{ID: "RFC9449-4.2-01", Section: "4.2", Level: "MUST", Verdict: "fail", Binds: []string{"client"},
			Text:   "The typ header of a proof is dpop+jwt",
			Why:    "Without explicit typing a token of another kind can pass for a proof.",
			Remedy: "Set typ to dpop+jwt when signing the proof."},
		{ID: "RFC9449-4.3-12", Section: "4.3 (2)", Level: "implied MUST", Verdict: "fail",
			Binds: []string{"as", "rs"}, Text: "A proof that lacks jti is refused",
			Why:    "Without jti a server cannot recognise a replay.",
			Remedy: "Check for the presence of every required claim before anything else."},
		{ID: "RFC9449-4.3-43", Section: "4.3 (8)", Level: "MUST", Verdict: "fail", Binds: []string{"as", "rs"},
			Text:   "The htm claim matches the HTTP method of the request; a proof for another method is refused",
			Why:    "A proof that is good for any method lets whoever sees a GET replay it as a DELETE.",
			Remedy: "Compare htm with the method of the request, exactly and with regard to letter case (RFC 9110 §9.1)."},
		{ID: "RFC9449-4.3-58", Section: "4.3 (9)", Level: "SHOULD", Verdict: "warn", Binds: []string{"as", "rs"},
			Text: "htu is compared after normalisation of scheme and host",
			Why:  "A client behind a library that writes the host in capitals is refused for no gain in security.",
			Remedy: "Apply the syntax-based normalisation of RFC 3986 §6.2.2 and the scheme-based one of §6.2.3 " +
				"to both sides."},
		{ID: "RFC9449-6.1-02", Section: "6.1", Level: "MUST", Verdict: "fail", Binds: []string{"as"},
			Text: "A bound JWT access token carries the thumbprint of the key in cnf.jkt"},
		{ID: "RFC9449-7.1-05", Section: "7.1", Level: "MUST", Verdict: "fail", Binds: []string{"rs"},
			Text:   "ath equals the hash of the access token",
			Why:    "A proof for one token would serve for another.",
			Remedy: "Hash the ASCII form of the token with SHA-256 and compare."},
		{ID: "RFC9449-8-07", Section: "8", Level: "MUST", Verdict: "fail", Binds: []string{"as"},
			Text: "A nonce that the server did not provide is refused"},
		{ID: "RFC9449-8.2-03", Section: "8.2", Level: "implied MUST", Verdict: "fail", Binds: []string{"client"},
			Text: "The client takes a new nonce from any response"},
		{ID: "RFC9449-10-02", Section: "10", Level: "MUST", Verdict: "fail", Binds: []string{"as"},
			Text: "A code bound by dpop_jkt is refused with a proof of another key"},
		{ID: "RFC9449-11.1-01", Section: "11.1", Level: "ambiguous", Verdict: "info", Binds: []string{"as", "rs"},
			Text: "How far in the past iat may lie"},
		{ID: "RFC7638-3-01", Section: "3", Level: "MUST", Verdict: "fail", Binds: []string{"as", "rs", "client"},
			Text: "The thumbprint is made of the required members alone"},
		{ID: "AUTH0-RET-01", Section: "Automatic Nonce Error Retry", Level: "documented", Verdict: "fail",
			Binds: []string{"client"}, Text: "A request refused for want of a nonce is tried once more"},
	}
}

func sampleRequirement(id string) []Requirement {
	for _, q := range sampleCatalogue() {
		if q.ID == id {
			return []Requirement{q}
		}
	}
	panic("no sample requirement " + id)
}

// sampleRun is a run with every verdict, several exchanges and planted secrets.
func sampleRun() Run {
	return Run{
		Tool: "dpopspec", Version: "1.2.0", Host: "ci-17", Profile: "rfc9449",
		Level: "standard", Requests: 412, Rounds: 5, Set: Set{"2026-03.2", "sha256:5ca1ab1e"},
		Started: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC), Duration: 1734 * time.Millisecond,
		Target: []Party{
			{"authorization server", "tenant", "real", "https://probe:" + sampleCookie + "@tenant.example.com/",
				[]Capability{
					{"DPoP proofs", "ES256, EdDSA", "declared"},
					{"client probe-client", "private_key_jwt; client_credentials " + sampleClientSecret, "given"},
					{"nonces", "https://tenant.example.com", "seen"},
				}},
			{"API", "orders", "real", "https://api.example.com/orders", nil},
			{"client", "embedded client", "embedded", "", nil},
		},
		Catalogue: sampleCatalogue(),
		Cases:     sampleCases(),
		Measurements: []Measurement{
			{"oldest iat accepted at token", 300, "s", "iat/token"},
			{"furthest iat accepted in the future at token", 60, "s", "iat/token"},
			{"oldest iat accepted at api", 612.5, "s", "iat/api"},
			{"lifetime of a nonce", 120, "s", "nonce/life"},
			{"median response of the token endpoint", 38.25, "ms", "perf/token"},
			{"signing algorithms advertised", 3, "", "metadata/algs"},
		},
		NotRun: []NotRun{{"harm/flood-token",
			"tagged @aggressive; run with --aggressive against a target of your own", false},
			{"fapi2/par-required", "only under profile fapi2", false}},
	}
}

func sampleCases() []Case {
	cases := []Case{
		{
			ID: "proof/htm/another-method/token", Feature: "proof/htm.feature",
			FeatureName: "The method of a proof", Line: 12,
			Scenario: "A proof for another method is refused", Row: "GET", Endpoint: "token",
			Subject:      "authorization server",
			Requirements: sampleRequirement("RFC9449-4.3-43"), Verdict: Failed, Duration: 48 * time.Millisecond,
			Reason:   "the token endpoint issued a token for a proof whose htm is GET, on a POST",
			Expected: "400 with error invalid_dpop_proof, and no token",
			Actual:   "200 with an access token of type DPoP",
			Steps: []Step{
				{"Given ", "a public client with a key", 13, "passed"},
				{"When ", "it asks for a token with a proof for GET", 14, "passed"},
				{"Then ", "the request is refused as a bad proof", 15, "failed"},
			},
			Exchanges: []Exchange{{
				Title: "token request with a proof for GET",
				Request: "POST /oauth/token HTTP/1.1\r\nHost: tenant.example.com\r\n" +
					"Content-Type: application/x-www-form-urlencoded\r\nDPoP: " + sampleProof +
					"\r\nCookie: sid=" + sampleCookie +
					"\r\n\r\ngrant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA-code" +
					"&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&client_secret=s3cr3t%2Fwith%2Bodd%3Dchars%26more",
				Response: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: sid=" + sampleCookie +
					"; Path=/; HttpOnly\r\nCache-Control: no-store\r\n\r\n{\"access_token\": \"" + sampleAccessToken +
					"\", \"refresh_token\": \"" + sampleOpaque + "\", \"token_type\": \"DPoP\", \"expires_in\": 300}",
				Proof: &Proof{
					Header: "{\n  \"typ\": \"dpop+jwt\",\n  \"alg\": \"ES256\",\n  \"jwk\": {\n    \"kty\": \"EC\",\n" +
						"    \"crv\": \"P-256\",\n    \"x\": \"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs\",\n" +
						"    \"y\": \"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA\",\n    \"d\": \"" + samplePrivate + "\"\n  }\n}",
					Claims: "{\n  \"jti\": \"-BwC3ESc6acc2lTc\",\n  \"htm\": \"GET\",\n" +
						"  \"htu\": \"https://tenant.example.com/oauth/token\",\n  \"iat\": 1773480413\n}",
				},
			}},
			Notes:      []string{"The same request with a proof for POST succeeded (positive control)."},
			Heard:      []Heard{{"the API orders", "panic: no key", "it ended with exit code 2"}},
			Properties: []Property{{"defect", "htm"}},
			Repeat:     "dpopspec run -c tenant.yaml --id proof/htm/another-method/token",
		},
		{
			ID: "resource/ath/wrong/api", Feature: "resource/ath.feature",
			FeatureName: "The hash of the access token", Line: 8,
			Scenario: "A proof made for another token is refused", Endpoint: "api", Subject: "API",
			Requirements: sampleRequirement("RFC9449-7.1-05"), Verdict: Failed, Duration: 21 * time.Millisecond,
			Reason:   "GET /orders answered although ath is the hash of another token",
			Expected: "401 with DPoP error=\"invalid_dpop_proof\"", Actual: "200",
			Exchanges: []Exchange{{
				Title: "GET /orders with the hash of another token",
				Request: "GET /orders HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: DPoP " +
					sampleAccessToken + "\r\nDPoP: " + sampleProof + "\r\n\r\n",
				Response: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[{\"order\": 17}]",
			}},
			Repeat: "dpopspec run -c tenant.yaml --id resource/ath/wrong/api",
		},
		{
			ID: "proof/htu/case/token", Feature: "proof/htu.feature", FeatureName: "The address of a proof", Line: 31,
			Scenario: "The host of htu may be in capitals", Endpoint: "token", Subject: "authorization server",
			Requirements: sampleRequirement("RFC9449-4.3-58"), Verdict: Warned, Duration: 19 * time.Millisecond,
			Reason: "refused with invalid_dpop_proof", Expected: "200", Actual: "400 invalid_dpop_proof",
			Repeat: "dpopspec run -c tenant.yaml --id proof/htu/case/token",
		},
		{
			ID: "proof/iat/measured/token", Feature: "proof/iat.feature", FeatureName: "The age of a proof", Line: 5,
			Scenario: "How old a proof may be is measured", Endpoint: "token", Subject: "authorization server",
			Requirements: sampleRequirement("RFC9449-11.1-01"), Verdict: Noted, Duration: 310 * time.Millisecond,
			Reason: "proofs up to 300 s old are accepted", Actual: "300 s",
		},
		{
			ID: "nonce/unknown/token", Feature: "nonce/server.feature", FeatureName: "Nonces of the server", Line: 17,
			Scenario: "A nonce that the server did not provide is refused", Endpoint: "token",
			Subject:      "authorization server",
			Requirements: sampleRequirement("RFC9449-8-07"), Verdict: Skipped,
			Reason: "the authorization server asks for no nonce",
			Repeat: "dpopspec run -c tenant.yaml --id nonce/unknown/token",
		},
		{
			ID: "code/dpop_jkt/other-key", Feature: "code/binding.feature", FeatureName: "Binding of the code", Line: 9,
			Scenario: "A bound code is refused with a proof of another key", Endpoint: "token",
			Subject:      "authorization server",
			Requirements: sampleRequirement("RFC9449-10-02"), Verdict: Inconclusive, Duration: 12 * time.Millisecond,
			Reason: "the positive control failed: the honest request got 503",
		},
		{
			ID: "thumbprint/members/client", Feature: "keys/thumbprint.feature", FeatureName: "Thumbprints", Line: 4,
			Scenario: "The thumbprint takes the required members alone", Subject: "client",
			Requirements: sampleRequirement("RFC7638-3-01"), Verdict: Known, Reason: "known deviation: ticket SDK-42",
		},
		{
			ID: "retry/once/client", Feature: "client/retry.feature", FeatureName: "Nonce retry", Line: 22,
			Scenario: "A request without a nonce is tried once more", Subject: "client",
			Requirements: sampleRequirement("AUTH0-RET-01"), Verdict: Errored,
			Reason: "the adapter ended with status 1 before it answered",
		},
	}
	for _, p := range []struct{ id, feature, name, scenario, endpoint, subject string }{
		{"RFC9449-4.2-01", "client/proof.feature", "Proofs of the client", "The proof is typed", "", "client"},
		{"RFC9449-4.3-12", "proof/claims.feature", "The claims of a proof", "A proof without jti is refused",
			"token", "authorization server"},
		{"RFC9449-4.3-12", "proof/claims.feature", "The claims of a proof", "A proof without jti is refused",
			"par", "authorization server"},
		{"RFC9449-4.3-12", "proof/claims.feature", "The claims of a proof", "A proof without jti is refused",
			"api", "API"},
		{"RFC9449-4.3-43", "proof/htm.feature", "The method of a proof", "A proof for another method is refused",
			"api", "API"},
		{"RFC9449-6.1-02", "token/binding.feature", "Binding of tokens", "The token is bound to the key", "token",
			"authorization server"},
		{"RFC9449-8.2-03", "client/nonce.feature", "Nonces at the client",
			"A new nonce is taken from any response", "", "client"},
	} {
		cases = append(cases, Case{
			ID:      strings.ToLower(p.id) + "/" + p.feature + "/" + p.endpoint + p.subject,
			Feature: p.feature, FeatureName: p.name, Line: 3, Scenario: p.scenario, Endpoint: p.endpoint,
			Subject:      p.subject,
			Requirements: sampleRequirement(p.id), Verdict: Passed, Duration: 9 * time.Millisecond,
			Expected: "refused with 400 or 401", Actual: "refused with 400 invalid_dpop_proof",
		})
	}
	return cases
}

func redactedSample() Redacted { return NewRedactor(sampleClientSecret).Run(sampleRun()) }

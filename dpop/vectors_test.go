package dpop_test

import (
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// The examples of RFC 9449: the token request of §5 and the resource request
// of §7.1, with the access token of the latter.
const (
	rfcHeader = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0Vj" +
		"NoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5" +
		"VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19"
	rfcTokenProof = rfcHeader +
		".eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wb" +
		"GUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4Pt" +
		"FLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
	rfcResourceProof = rfcHeader +
		".eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtc" +
		"GxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05" +
		"yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8" +
		"y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"
	rfcToken      = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
	rfcThumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
)

func TestTheProofsOfRFC9449AreAccepted(t *testing.T) {
	for _, c := range []struct {
		name    string
		at      int64
		request dpop.Request
	}{
		{"token request", 1562262616, dpop.Request{
			Method: "POST", TargetURI: "https://server.example.com/token", Fields: []string{rfcTokenProof},
		}},
		{"resource request", 1562262618, dpop.Request{
			Method: "GET", TargetURI: "https://resource.example.org/protectedresource",
			Fields: []string{rfcResourceProof}, AccessToken: rfcToken, Bound: rfcThumbprint,
		}},
	} {
		verifier := dpop.NewVerifier(func() time.Time { return time.Unix(c.at, 0) })
		proof, refusal := verifier.Verify(c.request)
		if refusal != nil {
			t.Errorf("%s: %v", c.name, refusal)
			continue
		}
		if proof.Thumbprint != rfcThumbprint {
			t.Errorf("%s: thumbprint %s", c.name, proof.Thumbprint)
		}
	}
}

func TestTheTokenHashOfRFC9449IsRight(t *testing.T) {
	if ath := dpop.TokenHash(rfcToken); ath != "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo" {
		t.Error(ath)
	}
}

// The private key of RFC 8037, appendix A.1.
const rfc8037Key = `{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",` +
	`"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`

// The key of RFC 7638 §3.1.
const rfc7638Key = `{"kty":"RSA","n":"` +
	"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJE" +
	"CPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Q" +
	"vzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6" +
	"WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw" +
	`","e":"AQAB","alg":"RS256","kid":"2011-04-29"}`

func TestTheThumbprintsOfTheRFCsAreRight(t *testing.T) {
	for _, c := range []struct{ name, jwk, want string }{
		{"RFC 9449",
			`{"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",` +
				`"y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"}`, rfcThumbprint},
		{"RFC 9449, escaped and spaced",
			"{ \"crv\" : \"P\\u002d256\",\n \"k\\u0074y\":\"\\u0045C\", " +
				"\"y\":\"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA\", " +
				"\"x\":\"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs\", \"use\":\"sig\" }", rfcThumbprint},
		{"RFC 7638 §3.1", rfc7638Key, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"},
		{"RFC 8037 A.3, private key", rfc8037Key, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"},
	} {
		jwk, err := dpop.ParseObject([]byte(c.jwk))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if thumbprint, err := dpop.Thumbprint(jwk); err != nil || thumbprint != c.want {
			t.Errorf("%s: %s, %v", c.name, thumbprint, err)
		}
	}
}

func TestTheSignatureOfRFC8037IsMadeAndVerified(t *testing.T) {
	const input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
	const want = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
	key, err := dpop.ParseJWK([]byte(rfc8037Key))
	if err != nil {
		t.Fatal(err)
	}
	signature, err := key.Sign([]byte(input))
	if err != nil || dpop.EncodeSegment(signature) != want {
		t.Errorf("%s, %v", dpop.EncodeSegment(signature), err)
	}
	algorithm, _ := dpop.FindAlgorithm("EdDSA")
	proof := dpop.Proof{Text: input + "." + want, Algorithm: algorithm, Signature: signature}
	if err := dpop.VerifySignature(&proof, key.Public()); err != nil {
		t.Error(err)
	}
}

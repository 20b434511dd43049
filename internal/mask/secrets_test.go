package mask

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
)

const (
	sampleClientSecret = "s3cr3t/with+odd=chars&more"
	sampleAccessToken  = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9." +
		"eyJzdWIiOiJhbGljZSIsImNuZiI6eyJqa3QiOiIwWmNPQ09SWk5ZeSJ9fQ.c2lnbmF0dXJlLW9mLXRoZS1hY2Nlc3MtdG9rZW4"
	sampleOpaque = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
)

func TestARegisteredSecretIsMaskedInEveryEncoding(t *testing.T) {
	for _, secret := range []string{sampleClientSecret, "pässwörd \"quoted\"\\<tag>", "plain-secret-0123456789",
		"abcd1234"} {
		quoted, _ := json.Marshal(secret)
		twice, _ := json.Marshal(string(quoted))
		for name, text := range map[string]string{
			"raw":          "value " + secret + " end",
			"form":         "x=" + url.QueryEscape(secret),
			"percent":      "/path/" + url.PathEscape(secret) + "/more",
			"lower hex":    "x=" + lowerHex(url.QueryEscape(secret)),
			"twice form":   "x=" + url.QueryEscape(url.QueryEscape(secret)),
			"json":         `{"other": ` + string(quoted) + `}`,
			"json in json": `{"body": ` + string(twice) + `}`,
			"base64":       base64.StdEncoding.EncodeToString([]byte(secret)),
			"base64url":    base64.RawURLEncoding.EncodeToString([]byte(secret)),
			"basic":        "seen " + base64.StdEncoding.EncodeToString([]byte("client:"+secret)),
			"basic, form":  "seen " + base64.StdEncoding.EncodeToString([]byte("id:"+url.QueryEscape(secret))),
			"in a payload": base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"` + secret + `","n":1}`)),
			"hex":          fmt.Sprintf("%x", secret),
		} {
			if name == "in a payload" && string(quoted) != `"`+secret+`"` {
				continue
			}
			got := NewSecrets(secret).Mask(text)
			if !strings.Contains(got, masked) || leaks(got, secret) {
				t.Errorf("%s of %q: %q became %q", name, secret, text, got)
			}
		}
	}
}

// leaks says whether the secret can be read in the text, plainly or encoded.
func leaks(text, secret string) bool {
	quoted, _ := json.Marshal(secret)
	for _, form := range []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), string(quoted[1 : len(quoted)-1]),
		base64.RawStdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
	} {
		if strings.Contains(text, form) {
			return true
		}
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool {
		return r > 127 || !base64url[byte(r)] && r != '+' && r != '/'
	}) {
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if b, _ := alphabet.DecodeString(word); strings.Contains(string(b), secret) ||
				strings.Contains(string(b), url.QueryEscape(secret)) {
				return true
			}
		}
	}
	return false
}

func TestSecretsAreMaskedByTheirPlace(t *testing.T) {
	const jws = sampleAccessToken
	long := strings.Repeat("A1b2C3d4", 8)
	for _, test := range []struct{ name, in, want string }{
		{"DPoP token", "Authorization: DPoP " + jws + "\r\nX: 1",
			fmt.Sprintf("Authorization: DPoP eyJhbG…(%d)\r\nX: 1", len(jws))},
		{"opaque bearer token", "authorization:\tBearer " + sampleOpaque + "\n",
			fmt.Sprintf("authorization:\tBearer Kz~8mX…(%d)\n", len(sampleOpaque))},
		{"short token", "Authorization: Bearer abc123", "Authorization: Bearer [masked]"},
		{"Basic keeps nothing", "Authorization: Basic " + long, "Authorization: Basic [masked]"},
		{"token without a scheme", "Authorization: " + long, "Authorization: [masked]"},
		{"word without a scheme", "Authorization: mysecrettoken", "Authorization: [masked]"},
		{"unknown scheme", "Authorization: correct horse", "Authorization: [masked]"},
		{"scheme alone", "Authorization: DPoP", "Authorization: DPoP"},
		{"pass phrase", `{"client_secret":"correct horse"}`, `{"client_secret":"[masked]"}`},
		{"parameters of a scheme", "Authorization: Digest username=\"a\", response=\"b\"",
			"Authorization: Digest [masked]"},
		{"folded", "Authorization: DPoP\r\n " + long + "\r\nA: b", "Authorization: DPoP\r\n A1b2C3…(64)\r\nA: b"},
		{"proxy", "Proxy-Authorization: Basic " + long, "Proxy-Authorization: Basic [masked]"},
		{"command line", "curl -H 'Authorization: DPoP " + long + "' https://api.example",
			"curl -H 'Authorization: DPoP A1b2C3…(64)' https://api.example"},
		{"cookies", "Cookie: a=1; sid=xyz\r\nB: c", "Cookie: a=[masked]; sid=[masked]\r\nB: c"},
		{"set-cookie", "Set-Cookie: sid=xyz; Path=/; HttpOnly", "Set-Cookie: sid=[masked]; Path=/; HttpOnly"},
		{"form", "grant_type=x&code=" + long + "&client_id=me", "grant_type=x&code=A1b2C3…(64)&client_id=me"},
		{"client secret keeps nothing", "client_secret=" + long, "client_secret=[masked]"},
		{"form, short", "code=abc&state=s", "code=[masked]&state=s"},
		{"query of a URL", "Location: https://c.example/cb?code=abc#x", "Location: https://c.example/cb?code=[masked]"},
		{"query inside a query", "?u=https%3A%2F%2Fc%2Fcb%3Fcode%3Dabc%26state%3Ds",
			"?u=https%3A%2F%2Fc%2Fcb%3Fcode%3D[masked]%26state%3Ds"},
		{"json", `{"access_token": "abc", "token_type": "DPoP"}`, `{"access_token": "[masked]", "token_type": "DPoP"}`},
		{"json with escapes", `{"refresh_token":"a\"b","x":"y"}`, `{"refresh_token":"[masked]","x":"y"}`},
		{"json in json", `{"body":"{\"id_token\":\"abc\",\"x\":1}"}`, `{"body":"{\"id_token\":\"[masked]\",\"x\":1}"}`},
		{"json cut short", `{"access_token": "abcdef`, `{"access_token": "[masked]`},
		{"fields as json", `{"Authorization":["DPoP abc"],"x":1}`, `{"Authorization":[[masked]],"x":1}`},
		{"private key", `{"kty":"EC","x":"pub","d":"prv"}`, `{"kty":"EC","x":"pub","d":"[masked]"}`},
		{"d of something else", `{"d":"day"}`, `{"d":"day"}`},
		{"pem", "key -----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY----- end", "key [masked private key] end"},
		{"pem in json", `"-----BEGIN EC PRIVATE KEY-----\nMIG\n-----END EC PRIVATE KEY-----\n"`,
			`"[masked private key]\n"`},
		{"pem without end", "-----BEGIN RSA PRIVATE KEY-----\nMIG", "[masked private key]"},
		{"public pem stays", "-----BEGIN PUBLIC KEY-----\nMIG\n-----END PUBLIC KEY-----",
			"-----BEGIN PUBLIC KEY-----\nMIG\n-----END PUBLIC KEY-----"},
		{"compact JWS", "got " + jws + ", why", fmt.Sprintf("got eyJhbGciOi…(%d), why", len(jws))},
		{"unsigned JWS", "got eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.", "got eyJhbGciOi…(41)"},
		{"host names stay", "at tenant.eu.example.com/ez.foo.com", "at tenant.eu.example.com/ez.foo.com"},
		{"password of a URL", "https://me:pa@ss@host.example/x", "https://me:[masked]@host.example/x"},
		{"prose stays", "the response_type=code flow; error: use_dpop_nonce; 4.3.2",
			"the response_type=code flow; error: use_dpop_nonce; 4.3.2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := NewSecrets()
			got := r.Mask(test.in)
			if test.name == "query of a URL" {
				got = strings.TrimSuffix(got, "#x")
			}
			if got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
			if again := r.Mask(got); again != got {
				t.Errorf("masked twice: %q became %q", got, again)
			}
		})
	}
}

func TestMaskingNeverRevealsTheRestOfASecretThatAPlaceCuts(t *testing.T) {
	r := NewSecrets("first&second-half-of-it")
	if got := r.Mask("client_secret=first&second-half-of-it"); strings.Contains(got, "second") {
		t.Errorf("got %q", got)
	}
}

func TestALongerSecretIsMaskedWholeWhenAShorterOneBeginsIt(t *testing.T) {
	r := NewSecrets("abcdef", "abcdefghijkl", "hijklmnopq")
	if got := r.Mask("x abcdefghijklmnopq y"); got != "x [masked] y" {
		t.Errorf("got %q", got)
	}
}

func TestTheLinesOfARegisteredPEMAreMaskedByThemselves(t *testing.T) {
	r := NewSecrets("-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49\nAwEHBG0wawIBAQQg\n" +
		"-----END PRIVATE KEY-----\n")
	if got := r.Mask("body MIGHAgEAMBMGByqGSM49AgEGCCqGSM49 only"); got != "body [masked] only" {
		t.Errorf("got %q", got)
	}
}

func TestAShortSecretDoesNotHideTheReport(t *testing.T) {
	r := NewSecrets("", "0", "abc", "   ")
	if got := r.Mask("0 of 10 abc"); got != "0 of 10 abc" {
		t.Errorf("got %q", got)
	}
}

func TestSecretsAreSafeForParallelUse(t *testing.T) {
	r := NewSecrets()
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for j := range 50 {
				secret := fmt.Sprintf("secret-%d-%d-end", i, j)
				r.Add(secret)
				if got := r.Mask("x " + secret); got != "x [masked]" {
					t.Errorf("got %q", got)
				}
			}
		})
	}
	wait.Wait()
}

func FuzzMaskingHidesARegisteredSecret(f *testing.F) {
	f.Add("POST /token HTTP/1.1\nAuthorization: Basic cHJvYmU6\nCookie: a=b; c=d\n\ngrant_type=x&code=abc")
	f.Add("HTTP/1.1 200\nSet-Cookie: sid=1; Path=/\n\n{\"access_token\": \"" + sampleAccessToken + "\"}")
	f.Add(`{"d":"`)
	f.Add("%3D%3d=%code%3D&code==;Cookie: ;=;")
	f.Add("kty\"d\":\"-----BEGIN PRIVATE KEY-----eyJhbGciOiJub25lIn0.a.b://u:p@")
	r := NewSecrets(sampleClientSecret)
	f.Fuzz(func(t *testing.T, text string) {
		got := r.Mask(text + sampleClientSecret)
		if strings.Contains(got, sampleClientSecret) {
			t.Errorf("%q became %q", text, got)
		}
	})
}

func FuzzMaskingHidesARegisteredSecretThatWasCut(f *testing.F) {
	f.Add("Authorization: Basic ", uint8(9))
	f.Add(`{"d":"…`, uint8(20))
	f.Add("eyJhbGciOiJub25lIn0.a...://u:p@[masked]…(12)", uint8(4))
	r := NewSecrets(sampleClientSecret)
	f.Fuzz(func(t *testing.T, text string, at uint8) {
		n := shortest + int(at)%(len(sampleClientSecret)-shortest)
		got := r.Mask(Head(text+sampleClientSecret, len(text)+n))
		if strings.Contains(got, sampleClientSecret[:n]+ellipsis) {
			t.Errorf("%q became %q", text, got)
		}
	})
}

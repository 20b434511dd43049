package reports

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
)

func TestARegisteredSecretIsMaskedInEveryEncoding(t *testing.T) {
	for _, secret := range []string{sampleClientSecret, "pässwörd \"quoted\"\\<tag>", "plain-secret-0123456789", "abcd1234"} {
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
			got := NewRedactor(secret).Text(text)
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
			if b, _ := alphabet.DecodeString(word); strings.Contains(string(b), secret) || strings.Contains(string(b), url.QueryEscape(secret)) {
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
		{"DPoP token", "Authorization: DPoP " + jws + "\r\nX: 1", fmt.Sprintf("Authorization: DPoP eyJhbG…(%d)\r\nX: 1", len(jws))},
		{"opaque bearer token", "authorization:\tBearer " + sampleOpaque + "\n", fmt.Sprintf("authorization:\tBearer Kz~8mX…(%d)\n", len(sampleOpaque))},
		{"short token", "Authorization: Bearer abc123", "Authorization: Bearer [masked]"},
		{"Basic keeps nothing", "Authorization: Basic " + long, "Authorization: Basic [masked]"},
		{"token without a scheme", "Authorization: " + long, "Authorization: [masked]"},
		{"word without a scheme", "Authorization: mysecrettoken", "Authorization: [masked]"},
		{"unknown scheme", "Authorization: correct horse", "Authorization: [masked]"},
		{"scheme alone", "Authorization: DPoP", "Authorization: DPoP"},
		{"pass phrase", `{"client_secret":"correct horse"}`, `{"client_secret":"[masked]"}`},
		{"parameters of a scheme", "Authorization: Digest username=\"a\", response=\"b\"", "Authorization: Digest [masked]"},
		{"folded", "Authorization: DPoP\r\n " + long + "\r\nA: b", "Authorization: DPoP\r\n A1b2C3…(64)\r\nA: b"},
		{"proxy", "Proxy-Authorization: Basic " + long, "Proxy-Authorization: Basic [masked]"},
		{"command line", "curl -H 'Authorization: DPoP " + long + "' https://api.example", "curl -H 'Authorization: DPoP A1b2C3…(64)' https://api.example"},
		{"cookies", "Cookie: a=1; sid=xyz\r\nB: c", "Cookie: a=[masked]; sid=[masked]\r\nB: c"},
		{"set-cookie", "Set-Cookie: sid=xyz; Path=/; HttpOnly", "Set-Cookie: sid=[masked]; Path=/; HttpOnly"},
		{"form", "grant_type=x&code=" + long + "&client_id=me", "grant_type=x&code=A1b2C3…(64)&client_id=me"},
		{"client secret keeps nothing", "client_secret=" + long, "client_secret=[masked]"},
		{"form, short", "code=abc&state=s", "code=[masked]&state=s"},
		{"query of a URL", "Location: https://c.example/cb?code=abc#x", "Location: https://c.example/cb?code=[masked]"},
		{"query inside a query", "?u=https%3A%2F%2Fc%2Fcb%3Fcode%3Dabc%26state%3Ds", "?u=https%3A%2F%2Fc%2Fcb%3Fcode%3D[masked]%26state%3Ds"},
		{"json", `{"access_token": "abc", "token_type": "DPoP"}`, `{"access_token": "[masked]", "token_type": "DPoP"}`},
		{"json with escapes", `{"refresh_token":"a\"b","x":"y"}`, `{"refresh_token":"[masked]","x":"y"}`},
		{"json in json", `{"body":"{\"id_token\":\"abc\",\"x\":1}"}`, `{"body":"{\"id_token\":\"[masked]\",\"x\":1}"}`},
		{"json cut short", `{"access_token": "abcdef`, `{"access_token": "[masked]`},
		{"fields as json", `{"Authorization":["DPoP abc"],"x":1}`, `{"Authorization":[[masked]],"x":1}`},
		{"private key", `{"kty":"EC","x":"pub","d":"prv"}`, `{"kty":"EC","x":"pub","d":"[masked]"}`},
		{"d of something else", `{"d":"day"}`, `{"d":"day"}`},
		{"pem", "key -----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY----- end", "key [masked private key] end"},
		{"pem in json", `"-----BEGIN EC PRIVATE KEY-----\nMIG\n-----END EC PRIVATE KEY-----\n"`, `"[masked private key]\n"`},
		{"pem without end", "-----BEGIN RSA PRIVATE KEY-----\nMIG", "[masked private key]"},
		{"public pem stays", "-----BEGIN PUBLIC KEY-----\nMIG\n-----END PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----\nMIG\n-----END PUBLIC KEY-----"},
		{"compact JWS", "got " + jws + ", why", fmt.Sprintf("got eyJhbGciOi…(%d), why", len(jws))},
		{"unsigned JWS", "got eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.", "got eyJhbGciOi…(41)"},
		{"host names stay", "at tenant.eu.example.com/ez.foo.com", "at tenant.eu.example.com/ez.foo.com"},
		{"password of a URL", "https://me:pa@ss@host.example/x", "https://me:[masked]@host.example/x"},
		{"prose stays", "the response_type=code flow; error: use_dpop_nonce; 4.3.2", "the response_type=code flow; error: use_dpop_nonce; 4.3.2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := NewRedactor()
			got := r.Text(test.in)
			if test.name == "query of a URL" {
				got = strings.TrimSuffix(got, "#x")
			}
			if got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
			if again := r.Text(got); again != got {
				t.Errorf("masked twice: %q became %q", got, again)
			}
		})
	}
}

func TestMaskingNeverRevealsTheRestOfASecretThatAPlaceCuts(t *testing.T) {
	r := NewRedactor("first&second-half-of-it")
	if got := r.Text("client_secret=first&second-half-of-it"); strings.Contains(got, "second") {
		t.Errorf("got %q", got)
	}
}

func TestALongerSecretIsMaskedWholeWhenAShorterOneBeginsIt(t *testing.T) {
	r := NewRedactor("abcdef", "abcdefghijkl", "hijklmnopq")
	if got := r.Text("x abcdefghijklmnopq y"); got != "x [masked] y" {
		t.Errorf("got %q", got)
	}
}

func TestTheLinesOfARegisteredPEMAreMaskedByThemselves(t *testing.T) {
	r := NewRedactor("-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49\nAwEHBG0wawIBAQQg\n-----END PRIVATE KEY-----\n")
	if got := r.Text("body MIGHAgEAMBMGByqGSM49AgEGCCqGSM49 only"); got != "body [masked] only" {
		t.Errorf("got %q", got)
	}
}

func TestAShortSecretDoesNotHideTheReport(t *testing.T) {
	r := NewRedactor("", "0", "abc", "   ")
	if got := r.Text("0 of 10 abc"); got != "0 of 10 abc" {
		t.Errorf("got %q", got)
	}
}

func TestMaskingLeavesTheRunItselfAlone(t *testing.T) {
	run := sampleRun()
	NewRedactor(sampleClientSecret).Run(run)
	if !reflect.DeepEqual(run, sampleRun()) {
		t.Error("the run was changed")
	}
}

func TestMaskingARunTwiceIsMaskingItOnce(t *testing.T) {
	r := NewRedactor(sampleClientSecret)
	once := r.Run(sampleRun())
	if twice := r.Run(once.Value()); !reflect.DeepEqual(once, twice) {
		t.Error("the second time changed it")
	}
}

func TestADecodedProofStaysReadableButForPrivateMembers(t *testing.T) {
	proof := redactedSample().Value().Cases[0].Exchanges[0].Proof
	for _, want := range []string{"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "dpop+jwt"} {
		if !strings.Contains(proof.Header, want) {
			t.Errorf("the header lost %s: %s", want, proof.Header)
		}
	}
	if proof.Claims != sampleRun().Cases[0].Exchanges[0].Proof.Claims {
		t.Errorf("the claims changed: %s", proof.Claims)
	}
	if strings.Contains(proof.Header, samplePrivate) {
		t.Error("the private member stands in the header")
	}
}

// plant puts the text into every string of the value.
func plant(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + " " + text)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				plant(v.Field(i), text)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			plant(v.Index(i), text)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			plant(v.Elem(), text)
		}
	}
}

// restoreEnumerations undoes it in the fields that the harness alone fills, from sets it knows.
func restoreEnumerations(run *Run) {
	clean := sampleRun()
	run.Tool, run.Version, run.Profile = clean.Tool, clean.Version, clean.Profile
	for i := range run.Target {
		run.Target[i].Role, run.Target[i].Kind = clean.Target[i].Role, clean.Target[i].Kind
	}
	restore := func(q *Requirement, from Requirement) {
		q.ID, q.Section, q.Level, q.Verdict, q.Binds = from.ID, from.Section, from.Level, from.Verdict, from.Binds
	}
	for i := range run.Catalogue {
		restore(&run.Catalogue[i], clean.Catalogue[i])
	}
	for i := range run.Cases {
		run.Cases[i].Verdict = clean.Cases[i].Verdict
		for j := range run.Cases[i].Requirements {
			restore(&run.Cases[i].Requirements[j], clean.Cases[i].Requirements[j])
		}
		for j := range run.Cases[i].Steps {
			run.Cases[i].Steps[j].Keyword = clean.Cases[i].Steps[j].Keyword
			run.Cases[i].Steps[j].Status = clean.Cases[i].Steps[j].Status
		}
	}
}

func TestNoWriterRevealsASecretThatStandsInAnyFieldInAnyEncoding(t *testing.T) {
	const secret = "pl4nted/secret+value&more"
	forms := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte("id:" + secret)),
	}
	run := sampleRun()
	for _, form := range forms {
		plant(reflect.ValueOf(&run).Elem(), form)
	}
	restoreEnumerations(&run)
	redacted := NewRedactor(secret, sampleClientSecret).Run(run)
	secrets := []string{secret, sampleClientSecret, sampleCookie, samplePrivate, sampleOpaque, sampleAccessToken, sampleProof}
	for name, f := range formats() {
		var out strings.Builder
		if err := f.write(&out, redacted); err != nil {
			t.Fatal(name, err)
		}
		if !strings.Contains(out.String(), "[masked") {
			t.Errorf("%s: nothing was masked", name)
		}
		for _, s := range secrets {
			if leaks(out.String(), s) {
				t.Errorf("%s shows %q", name, s)
			}
		}
	}
}

func TestARedactorIsSafeForParallelUse(t *testing.T) {
	r := NewRedactor()
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for j := range 50 {
				secret := fmt.Sprintf("secret-%d-%d-end", i, j)
				r.Add(secret)
				if got := r.Text("x " + secret); got != "x [masked]" {
					t.Errorf("got %q", got)
				}
			}
		})
	}
	wait.Wait()
}

func FuzzMaskingHidesARegisteredSecret(f *testing.F) {
	for _, c := range sampleCases()[0].Exchanges {
		f.Add(c.Request)
		f.Add(c.Response)
	}
	f.Add(`{"d":"`)
	f.Add("%3D%3d=%code%3D&code==;Cookie: ;=;")
	f.Add("kty\"d\":\"-----BEGIN PRIVATE KEY-----eyJhbGciOiJub25lIn0.a.b://u:p@")
	r := NewRedactor(sampleClientSecret)
	f.Fuzz(func(t *testing.T, text string) {
		got := r.Text(text + sampleClientSecret)
		if strings.Contains(got, sampleClientSecret) {
			t.Errorf("%q became %q", text, got)
		}
	})
}

func BenchmarkRedactingALargeRun(b *testing.B) {
	run := sampleRun()
	for len(run.Cases) < 1500 {
		run.Cases = append(run.Cases, sampleCases()[0])
	}
	r := NewRedactor()
	for i := range 5000 {
		r.Add(fmt.Sprintf("eyJhbGciOiJFUzI1NiJ9.%d-%s", i, strings.Repeat("x", i%40)))
	}
	for b.Loop() {
		r.Run(run)
	}
}

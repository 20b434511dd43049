package reports

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

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

func TestTheSecretsOfACaseAreMaskedInAllOfItAndLeftOutThemselves(t *testing.T) {
	const secret = "FH5ZbzsuW31_iJ0gNjWqm2k1a_g6ipJoVLfkP9CScyo"
	c := Case{
		Secrets: []string{secret}, Reason: "it answered " + secret, Notes: []string{"saw " + secret},
		Exchanges: []Exchange{{Request: "GET /me HTTP/1.1\nX-Access-Token: " + secret,
			Response: "HTTP/1.1 401\nX-Echo: " + secret,
			Proof:    &Proof{Header: "{}", Claims: `{"ath": "` + secret + `", "jti": "1pWw2wYDYac-DoEYSAZ9Dg"}`}}},
	}
	got, err := json.Marshal(NewRedactor().Case(c))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(got), secret[:10]) {
		t.Errorf("%s can be read in %s", secret, got)
	}
	for _, rest := range []string{"FH5Zbz…(43)", "1pWw2wYDYac-DoEYSAZ9Dg"} {
		if !strings.Contains(string(got), rest) {
			t.Errorf("%s is gone from %s", rest, got)
		}
	}
}

// leaks says whether the secret can be read in the text, plainly or encoded.
func leaks(text, secret string) bool {
	quoted, _ := json.Marshal(secret)
	for _, form := range []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), string(quoted[1 : len(quoted)-1]),
		html.EscapeString(secret),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte("id:" + secret)),
	} {
		if strings.Contains(text, form) {
			return true
		}
	}
	return false
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
	run.Tool, run.Version, run.Profile, run.Revision = clean.Tool, clean.Version, clean.Profile, clean.Revision
	run.Set = clean.Set
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
		run.Cases[i].Blocked, run.Cases[i].Answer.Outcome = clean.Cases[i].Blocked, clean.Cases[i].Answer.Outcome
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
	run.SetUp = []Problem{{"client svc", "no token", "401", "authorization_server.clients", "give it its secret"}}
	run.Cases[0].Answer = Answer{Refused, 401, "invalid_token", "no such key"}
	for _, form := range forms {
		plant(reflect.ValueOf(&run).Elem(), form)
	}
	restoreEnumerations(&run)
	redacted := NewRedactor(secret, sampleClientSecret).Run(run)
	secrets := []string{secret, sampleClientSecret, sampleCookie, samplePrivate, sampleOpaque, sampleAccessToken,
		sampleProof}
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

func BenchmarkRedactingALargeRun(b *testing.B) {
	run := sampleRun()
	for len(run.Cases) < 1500 {
		run.Cases = append(run.Cases, sampleCases()[0])
	}
	var secrets []string
	for i := range 5000 {
		secrets = append(secrets, fmt.Sprintf("eyJhbGciOiJFUzI1NiJ9.%d-%s", i, strings.Repeat("x", i%40)))
	}
	r := NewRedactor(secrets...)
	for b.Loop() {
		r.Run(run)
	}
}

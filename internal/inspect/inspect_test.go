package inspect

import (
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

func material(t *testing.T) (key *dpop.Key, token, proof string) {
	t.Helper()
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	header, claims := `{"typ":"at+jwt","alg":"ES256"}`, `{"cnf":{"jkt":"`+key.Thumbprint+`"}}`
	token, err = dpop.SignCompact(key, []byte(header), []byte(claims))
	if err != nil {
		t.Fatal(err)
	}
	o := dpop.Occasion{Method: "GET", URI: "https://api.example/orders", AccessToken: token}
	proof, err = dpop.NewProof(key, o, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return key, token, proof
}

func TestEachKindOfTextIsRecognisedAndJudged(t *testing.T) {
	key, token, proof := material(t)
	request := "> GET /orders?x=1 HTTP/1.1\n> Host: api.example\n" +
		"> Authorization: DPoP " + token + "\n> DPoP: " + proof + "\n>\n"
	asBearer := strings.Replace(request, "DPoP ey", "Bearer ey", 1)
	elsewhere := Context{URL: "https://api.example/other", Token: "abc"}
	nonce := `WWW-Authenticate: DPoP error="use_dpop_nonce`
	tests := []struct {
		name, text string
		context    Context
		kind       Kind
		problems   []string
	}{
		{"a proof", proof, Context{}, Proof, nil},
		{"a proof as a field line", "DPoP: " + proof, Context{}, Proof, nil},
		{"a proof for another method", proof, Context{Method: "POST"}, Proof, []string{"htm"}},
		{"a proof for another place and token", proof, elsewhere, Proof, []string{"htu", "ath"}},
		{"an old proof", proof, Context{Now: time.Now().Add(time.Hour)}, Proof, []string{"iat"}},
		{"a tampered proof", proof[:len(proof)-10] + "AAAAAAAAAA", Context{}, Proof, []string{"signature"}},
		{"an access token", token, Context{}, Token, nil},
		{"a request as curl prints it", request, Context{}, Request, nil},
		{"a request with the token as Bearer", asBearer, Context{}, Request, []string{"scheme"}},
		{"a challenge", `DPoP error="use_dpop_nonce", algs="ES256"`, Context{}, Challenge, nil},
		{"a broken challenge", nonce, Context{}, Answer, []string{"grammar"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			list, err := Text([]byte(test.text), test.context)
			if err != nil || len(list) != 1 {
				t.Fatal(len(list), err)
			}
			r := list[0]
			if r.Kind != test.kind {
				t.Errorf("taken for a %s", r.Kind)
			}
			var problems []string
			for _, f := range r.Findings {
				if f.Problem != "" {
					problems = append(problems, f.Check)
				}
			}
			if strings.Join(problems, " ") != strings.Join(test.problems, " ") {
				t.Errorf("problems %v, want %v\n%s", problems, test.problems, r)
			}
			if r.Kind != Challenge && r.Kind != Answer && r.Thumbprint != key.Thumbprint {
				t.Errorf("thumbprint %q", r.Thumbprint)
			}
		})
	}
}

func TestWhatIsNothingOfTheKindIsAnError(t *testing.T) {
	for _, text := range []string{"", "hello", "a.b", "GET / HTTP/1.1\nHost: x\n"} {
		if r, err := Text([]byte(text), Context{}); err == nil {
			t.Errorf("%q was taken for a %s", text, r[0].Kind)
		}
	}
}

package mask

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// rare is a text of letters that stand together in no report.
func rare(length int) string {
	const letters = "QXZJKVWqxzjkvw"
	var b strings.Builder
	for state := uint32(9449); b.Len() < length; {
		state = state*1664525 + 1013904223
		b.WriteByte(letters[state>>16%uint32(len(letters))])
	}
	return b.String()
}

// seen is a part of four octets of the secret that can be read in a text.
func seen(text, secret string) string {
	for i := 0; i+4 <= len(secret); i++ {
		if part := secret[i : i+4]; strings.Contains(text, part) {
			return part
		}
	}
	return ""
}

var cutSecret = rare(40)[:12] + "/" + rare(40)[12:21] + "+\"" + rare(40)[21:32] + "&é" + rare(40)[32:]

// spelled are the ways in which the secret stands in a text, each with what of
// it depends on the secret alone.
func spelled() map[string][2]string {
	same := func(s string) [2]string { return [2]string{s, s} }
	quoted, _ := json.Marshal(cutSecret)
	twice, _ := json.Marshal(string(quoted))
	basic := base64.StdEncoding.EncodeToString([]byte("client:" + cutSecret))
	return map[string][2]string{
		"plain":        same(cutSecret),
		"form":         same(url.QueryEscape(cutSecret)),
		"path":         same(url.PathEscape(cutSecret)),
		"JSON":         same(string(quoted[1 : len(quoted)-1])),
		"JSON in JSON": same(string(twice[3 : len(twice)-3])),
		"hexadecimal":  same(hex.EncodeToString([]byte(cutSecret))),
		"base64":       same(base64.RawURLEncoding.EncodeToString([]byte(cutSecret))),
		"Basic":        {basic, basic[12 : len(basic)-4]}, // whole groups of three octets
		"parameter":    {"client_secret=" + url.QueryEscape(cutSecret), url.QueryEscape(cutSecret)},
		"field":        {"Authorization: DPoP " + url.QueryEscape(cutSecret), url.QueryEscape(cutSecret)},
	}
}

func TestASecretThatHeadCutsIsMaskedAtEachOfItsPlaces(t *testing.T) {
	secrets := NewSecrets(cutSecret)
	for name, spelling := range spelled() {
		text, secret := spelling[0], spelling[1]
		for at := range len(text) + 1 {
			for place, whole := range map[string]string{
				"alone":  "some words " + text + " and more",
				"quoted": fmt.Sprintf("%q is no answer", Head("some words "+text+" and more", 11+at)),
				"in a frame": `{"error_description": "` + Head("some words "+text+" and more", 11+at) + `"}` +
					"\n(noted)",
				"twice":     Head("some words "+text+" and more", 11+at+3),
				"by others": "some words " + text[:at] + "... and more",
			} {
				got := secrets.Mask(Head(whole, 11+at))
				if name == "JSON in JSON" && place == "quoted" {
					continue // escaped thrice: no form of a secret that anybody looks for
				}
				if place == "quoted" || place == "in a frame" || place == "by others" {
					got = secrets.Mask(whole)
				}
				if part := seen(got, secret); part != "" {
					t.Fatalf("%s, %s, cut at %d: %q can be read in %q", name, place, at, part, got)
				}
				if again := secrets.Mask(got); again != got {
					t.Errorf("masked twice: %q became %q", got, again)
				}
			}
		}
	}
}

func TestATokenOfTheCaseThatWasCutIsMasked(t *testing.T) {
	token := rare(43)
	secrets := NewSecrets().And(token)
	for at := range len(token) {
		for _, got := range []string{
			secrets.Mask(Head("X-Echo: "+token, 8+at)),
			secrets.MaskProof(Head(`{"ath": "`+token+`"}`, 9+at)),
			secrets.MaskRegistered("X-Echo: …" + token[at:]),
		} {
			if part := seen(got, token); part != "" && at > 0 {
				t.Fatalf("cut at %d: %q can be read in %q", at, part, got)
			}
		}
	}
}

// privateKey is a private key in PEM that nobody has registered.
func privateKey(lines int) (pem, body string) {
	var text []string
	for body = rare(lines * 64); len(text) < lines; {
		text = append(text, body[64*len(text):64*len(text)+64])
	}
	text[lines-1] = text[lines-1][:12] + "="
	return "-----BEGIN PRIVATE KEY-----\n" + strings.Join(text, "\n") + "\n-----END PRIVATE KEY-----\n", body
}

func TestAPrivateKeyThatIsCutIsMaskedAtEachOfItsPlaces(t *testing.T) {
	pem, body := privateKey(5)
	registered := NewSecrets(pem)
	quoted, _ := json.Marshal(pem)
	for at := range len(pem) {
		after := "started\n" + pem + "listening at port 8080\nready\n"
		for name, text := range map[string]string{
			"head":         Head("the key\n"+pem+"ready", 8+at),
			"head, quoted": fmt.Sprintf("%q", Head("the key\n"+pem+"ready", 8+at)),
			"head, JSON":   Head(`{"pem": `+string(quoted)+`}`, 9+at),
			"tail":         Tail(after, len(after)-8-at),
			"both":         Head("it ends with: "+Tail(after, len(after)-8-at), 100),
			"the middle":   Head(Tail(after, len(after)-8-at), 200),
			"ended there":  "its standard error ends with: " + Tail("x\n"+after[:8+at], 7+at) + ellipsis,
		} {
			for _, secrets := range []*Secrets{NewSecrets(), registered} {
				got := secrets.Mask(text)
				if part := seen(got, body); part != "" {
					t.Fatalf("%s, cut at %d: %q can be read in %q", name, at, part, got)
				}
				if again := secrets.Mask(got); again != got {
					t.Errorf("masked twice: %q became %q", got, again)
				}
			}
		}
	}
}

func TestWhatAPlaceGaveAwayIsMaskedThoughItWasCut(t *testing.T) {
	secret := rare(40)
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"at+jwt"}`))
	for name, text := range map[string]string{
		"payload of a token":      "got " + header + "." + secret + "." + secret,
		"password of a URL":       "at https://me:" + secret + "@host.example/",
		"with a sign of its own":  "at https://me:" + secret + "@" + secret + "@host.example/",
		"cookie":                  "Cookie: sid=" + secret + "; b=" + secret,
		"parameter":               "grant_type=x&code=" + secret + "&state=s",
		"member":                  `{"access_token": "` + secret + `", "x": 1}`,
		"member inside a string":  `{"body": "{\"refresh_token\":\"` + secret + `\"}"}`,
		"private member of a JWK": `{"d": "` + secret + `", "kty": "EC"}`,
		"short member of a JWK":   `{"k": "` + secret[:12] + `", "kty": "oct"}`,
		"Basic credentials":       "Authorization: Basic " + secret,
	} {
		for at := strings.Index(text, secret[:12]); at <= len(text); at++ {
			got := NewSecrets().Mask(Head(text+strings.Repeat(" and more", 9), at))
			// Of a token whose length is known the first six characters stay.
			if part := seen(strings.ReplaceAll(got, secret[:6]+ellipsis+"(", ""), secret); part != "" {
				t.Fatalf("%s, cut at %d: %q can be read in %q", name, at, part, got)
			}
		}
	}
}

func TestNothingIsMaskedAtACutThatIsNoSecret(t *testing.T) {
	secrets := NewSecrets(cutSecret, "swordfish")
	for _, text := range []string{
		"the answer exceeds… (5000 octets)", "waiting... done", "eyes… (9 octets)",
		"at https://host.example… (90 octets)",
		"a sword", "…\nstarted at 12:00\nlistening", "eyJhbG…(842)", `"swo…"`,
		"the key -----BEGIN PUBLIC KEY-----\nMIG… (900 octets)",
	} {
		if got := secrets.Mask(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// What is said to be a masked token is one only if so little of it is left.
func TestASecretThatOthersCutAndCountedIsMasked(t *testing.T) {
	secret := rare(40)
	secrets := NewSecrets(secret)
	for _, mark := range []string{"...(40)", "…(40)", "....(0)", "…(1)…(2)"} {
		for _, n := range []int{shown + 1, 20, 39} {
			got := secrets.Mask("said 0" + secret[:n] + mark + ", why")
			if part := seen(got, secret); part != "" || secrets.Mask(got) != got {
				t.Errorf("%q can be read in %q", part, got)
			}
		}
	}
}

func TestHeadAndTailSayWhatIsNotThere(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{Head("plain", 5), "plain"},
		{Head("plainly", 5), "plain… (7 octets)"},
		{Head("ééé", 3), "é… (6 octets)"},
		{Head("\xff\xff\xff\xff\xff\xff", 4), "\xff\xff\xff\xff… (6 octets)"},
		{Tail("one\ntwo\n", 8), "one\ntwo\n"},
		{Tail("one\ntwo\n", 6), "…\ntwo\n"},
		{Tail("one line\n", 4), "…\n"},
		{Tail("one line", 4), "…\n"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func TestAMaskIsNotCut(t *testing.T) {
	for _, text := range []string{
		"code=[masked]&x=é", "key [masked private key] end", "DPoP eyJhbG…(842), why",
		"said \"abc… (5000 octets)\" at last",
	} {
		for limit := range len(text) + 1 {
			head := text[:CutMasked(text, limit)]
			if len(head) > limit || !utf8.ValidString(head) {
				t.Errorf("%d octets of %q are %q", limit, text, head)
			}
			for _, part := range []string{"[", "…"} {
				if i := strings.LastIndex(head, part); i >= 0 && !whole.MatchString(head[i:]) {
					t.Errorf("%d octets of %q end with half a mask: %q", limit, text, head)
				}
			}
		}
	}
}

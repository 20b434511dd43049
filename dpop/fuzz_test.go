package dpop

import (
	"bytes"
	"errors"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// FuzzVerify gives the verifier any text for a proof. It must never panic, and
// never accept what nobody has signed. The workers of the fuzzer are processes
// of their own, so that keys and proofs must be the same in each.
func FuzzVerify(f *testing.F) {
	at := time.Unix(1562262616, 0)
	o := Occasion{Method: "POST", URI: "https://server.example.com/token"}
	key, err := ParseJWK([]byte(rfc8037Key))
	if err != nil {
		f.Fatal(err)
	}
	draft := NewDraft(key, o, at)
	draft.Claims.Set("jti", "the-same-in-every-process")
	edwards, err := draft.Sign(key) // the signature is deterministic, too
	if err != nil {
		f.Fatal(err)
	}
	signed := []string{rfcTokenProof, edwards}
	for _, seed := range append(signed, rfcResourceProof, "..", "e30.e30.AA") {
		f.Add(seed)
	}
	for _, d := range Defects() {
		forged, err := d.Forge(Forgery{Key: key, Occasion: o, Now: at, Draft: draft})
		if err == nil && !d.Sound && !d.Open && len(forged.Proof) < 4096 {
			f.Add(forged.Proof)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		verifier := NewVerifier(func() time.Time { return at })
		proof, refusal := verifier.Verify(Request{Method: o.Method, TargetURI: o.URI, Fields: []string{text}})
		if refusal != nil || lowOrderKey(proof) {
			return
		}
		// A signature of ECDSA has a twin; what it covers is what counts.
		for _, known := range signed {
			if strings.HasPrefix(known, string(proof.Input())+".") {
				return
			}
		}
		t.Errorf("accepted: %q", text)
	})
}

// lowOrderKey reports whether the key is an Ed25519 point for which anybody can
// sign.
func lowOrderKey(p *Proof) bool {
	x, err := p.JWK.Octets("x")
	return err == nil && p.Algorithm.Family == EdDSA && bytes.Equal(bytes.TrimRight(x[1:], "\x00"), nil)
}

// FuzzForge makes a proof with any defect of the catalogue for any request: a
// defect is never accepted, a sound variation never refused.
func FuzzForge(f *testing.F) {
	defects := Defects()
	for i := range defects {
		if i%25 == 0 {
			f.Add(i, "GET", "rs.example:8443", "/a%2Fb/C~d?x=1", "token", "nonce", int64(0))
		}
	}
	f.Add(1, "post", "[::1]", "/", "", "", int64(1))
	f.Add(2, "M-SEARCH", "h", "", "a.b.c", "!", int64(-1))
	f.Fuzz(func(t *testing.T, n int, method, authority, path, token, nonce string, at int64) {
		d := defects[((n%len(defects))+len(defects))%len(defects)]
		uri := "https://" + authority + "/" + strings.TrimPrefix(path, "/")
		if !requestable(method, uri) || nonce != "" && !ValidNonce(nonce) || token != "" && !IsToken68(token) {
			return
		}
		now := time.Unix((at%(1<<31)+1<<31)%(1<<31)+1_000_000_000, 0)
		forgery := testForgery(t, Occasion{Method: method, URI: uri, AccessToken: token, Nonce: nonce}, "ES256")
		forgery.Now = now
		if token == forgery.OtherToken || nonce == forgery.OldNonce || nonce == forgery.OtherNonce {
			return
		}
		forged, err := d.Forge(forgery)
		var not *NotForgeable
		if errors.As(err, &not) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", d.Name(), err)
		}
		compare(t, method+" "+uri+" "+d.Name(), d, judgeAt(forgery, d, forged, func() time.Time { return now }))
	})
}

// requestable reports whether a client could send that request at all.
func requestable(method, uri string) bool {
	for i := 0; i < len(method); i++ {
		if !tokenChar(method[i]) {
			return false
		}
	}
	normal, err := NormalizeURI(uri)
	parsed, parseErr := url.Parse(uri)
	return method != "" && err == nil && parseErr == nil && parsed.Fragment == "" && !strings.Contains(uri, "#") && len(uri) < 1000 && normal != "" && len(method) < 100
}

// FuzzNormalizeURI looks for a URI whose normal form is not stable, or in which
// an escaped delimiter has become a delimiter.
func FuzzNormalizeURI(f *testing.F) {
	for _, uri := range []string{
		"https://rs.example/a%2Fb%3Fc%23d", "HTTP://[::1]:80/./a/../%7e%7E", "https://h:443", "https://h/%2e%2e%2f", "https://h//..//.", "http://h:/?x#y", "https://h/%25", "HTTP://[::",
	} {
		f.Add(uri)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		normal, err := NormalizeURI(uri)
		if err != nil {
			return
		}
		again, err := NormalizeURI(normal)
		if err != nil || again != normal {
			t.Errorf("%q becomes %q, and then %q (%v)", uri, normal, again, err)
		}
		if err := SameURI(uri, normal); err != nil {
			t.Errorf("%q is not its own normal form: %v", uri, err)
		}
		for _, delimiter := range []string{"/", "?", "#", "@", ":", "%"} {
			// Dot segments can only take delimiters away.
			if strings.Count(normal, delimiter) > strings.Count(withoutQuery(uri), delimiter)+1 {
				t.Errorf("%q has more %s than %q", normal, delimiter, uri)
			}
		}
		if !strings.Contains(uri, "/.") && !strings.Contains(strings.ToLower(uri), "/%2e") {
			for _, escape := range []string{"%2f", "%3f", "%23", "%25"} {
				if strings.Count(strings.ToLower(withoutQuery(uri)), escape) != strings.Count(strings.ToLower(normal), escape) {
					t.Errorf("%q lost an escaped delimiter: %q", uri, normal)
				}
			}
		}
	})
}

// FuzzParseChallenges looks for challenges that do not survive being written
// and read again.
func FuzzParseChallenges(f *testing.F) {
	for _, line := range []string{`DPoP error="invalid_token", algs="ES256"`, `Bearer realm="a\"b", DPoP`, "Negotiate abc==, DPoP a=b", `DPoP a = "b" ,, c=d`, `a b="`, "DPoP =", "A B, C d=e"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		challenges, err := ParseChallenges([]string{line})
		if err != nil {
			return
		}
		var lines []string
		for _, c := range challenges {
			lines = append(lines, c.String())
		}
		again, err := ParseChallenges(lines)
		if err != nil || !reflect.DeepEqual(again, challenges) {
			t.Errorf("%q: %+v becomes %+v (%v)", line, challenges, again, err)
		}
	})
}

// FuzzFields gives the verifier any field lines: only one line can be a proof.
func FuzzFields(f *testing.F) {
	o := occasions["token endpoint"]
	proof, err := NewProof(mustKey(f, "ES256"), o, testTime)
	if err != nil {
		f.Fatal(err)
	}
	for _, lines := range []string{"", "\n", "P", "P\nP", "P\n", "\nP", "P,P", "P, P", "DPoP P", `"P"`, "P\nx"} {
		f.Add(lines)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fields := strings.Split(strings.ReplaceAll(text, "P", proof), "\n")
		verifier := NewVerifier(testClock)
		_, refusal := verifier.Verify(Request{Method: o.Method, TargetURI: o.URI, Fields: fields})
		if refusal == nil && !slices.Equal(fields, []string{proof}) {
			t.Errorf("accepted: %q", text)
		}
	})
}

// FuzzParseObject looks for an object that is not the same after writing.
func FuzzParseObject(f *testing.F) {
	for _, text := range []string{`{}`, `{"a":1}`, `{"a":{"b":[1,2,{"c":null}]}}`, `{"\u0061":"\ud83d\ude00"}`, `{"a":1,"a":2}`, "{\"a\":\"\xff\"}", `{"":""}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		object, err := ParseObject(text)
		if err != nil {
			return
		}
		for _, written := range [][]byte{object.JSON(), object.SpacedJSON()} {
			again, err := ParseObject(written)
			if err != nil || !bytes.Equal(again.JSON(), object.JSON()) {
				t.Errorf("%q becomes %q (%v)", text, written, err)
			}
		}
		_, _ = ParsePublicKey(object) // must not panic
	})
}

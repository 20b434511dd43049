package dpop

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTheChecksRunInOrderAndTheFirstRefusalCounts(t *testing.T) {
	var ran []string
	verifier := NewVerifier(testClock)
	for _, name := range CheckNames() {
		do := verifier.Check(name)
		verifier.Replace(name, func(v *Verification) error { ran = append(ran, name); return do(v) })
	}
	o := occasions["API"]
	key := mustKey(t, "ES256")
	draft := NewDraft(key, o, testTime)
	draft.Claims.Set("htm", "PUT") // two defects
	draft.Claims.Set("htu", "https://other.example/")
	proof, err := draft.Sign(key)
	if err != nil {
		t.Fatal(err)
	}
	_, refusal := verifier.Verify(Request{Method: o.Method, TargetURI: o.URI, Fields: []string{proof}, AccessToken: o.AccessToken, Bound: key.Thumbprint})
	if refusal == nil || refusal.Check != "htm" || refusal.Code != InvalidProof {
		t.Errorf("%+v", refusal)
	}
	if want := CheckNames()[:slices.Index(CheckNames(), "htm")+1]; !slices.Equal(ran, want) {
		t.Errorf("ran %v", ran)
	}
}

func TestTheReplayMemoryIsAskedLast(t *testing.T) {
	names := CheckNames()
	if names[len(names)-1] != "replay" {
		t.Error(names)
	}
}

func TestARefusalCarriesTheCodeOfItsCheck(t *testing.T) {
	for _, c := range []struct{ part, value, code string }{
		{"nonce", "missing", UseNonce}, {"nonce", "made up", UseNonce}, {"key", "another party's", InvalidToken},
		{"htm", "missing", InvalidProof}, {"ath", "missing", InvalidProof}, {"field", "missing", InvalidProof},
	} {
		d, err := FindDefect(c.part, c.value)
		if err != nil {
			t.Fatal(err)
		}
		f := testForgery(t, occasions["API with a nonce"], "ES256")
		forged, err := d.Forge(f)
		if err != nil {
			t.Fatal(err)
		}
		refusal := judge(f, d, forged)
		if refusal == nil || refusal.Code != c.code || len(refusal.Requirements) == 0 || !strings.Contains(refusal.Error(), refusal.Check) {
			t.Errorf("%s: %+v", d.Name(), refusal)
		}
	}
}

func TestTheWindowOfTimeHasTheBordersItSays(t *testing.T) {
	verifier := NewVerifier(func() time.Time { return testTime.Add(999 * time.Millisecond) })
	for _, c := range []struct {
		distance int64
		accepted bool
	}{{-61, false}, {-60, true}, {-1, true}, {0, true}, {1, true}, {30, true}, {31, false}} {
		f := testForgery(t, occasions["token endpoint"], "ES256")
		f.Nonce = ""
		f.Draft = NewDraft(f.Key, f.Occasion, f.Now)
		f.Draft.Claims.Set("iat", testTime.Unix()+c.distance)
		proof, err := f.Draft.Sign(f.Key)
		if err != nil {
			t.Fatal(err)
		}
		_, refusal := verifier.Verify(Request{Method: f.Method, TargetURI: f.URI, Fields: []string{proof}})
		if (refusal == nil) != c.accepted || refusal != nil && refusal.Check != "iat" {
			t.Errorf("%d s from now: %v", c.distance, refusal)
		}
	}
}

func TestADistanceFromNowIsAFamilyOfDefects(t *testing.T) {
	for _, c := range []struct {
		part, value string
		sound, open bool
	}{
		{"iat", "-3600 s", false, false}, {"iat", `"-3600 s"`, false, false}, {"iat", "3600 s", false, false}, {"iat", "+3600 s", false, false},
		{"iat", "-5 s", true, false}, {"iat", "0 s", true, false}, {"iat", "5 s", false, true}, {"iat", "-120 s", false, true},
		{"exp", "-3600 s", false, false}, {"exp", "60 s", true, false}, {"nbf", "3600 s", false, false}, {"nbf", "-60 s", true, false},
	} {
		d, err := FindDefect(c.part, c.value)
		if err != nil {
			t.Errorf("%s is %s: %v", c.part, c.value, err)
			continue
		}
		if d.Sound != c.sound || d.Open != c.open {
			t.Errorf("%s: sound %v, open %v", d.Name(), d.Sound, d.Open)
		}
		f := testForgery(t, occasions["API"], "ES256")
		forged, err := d.Forge(f)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, d.Name(), d, judge(f, d, forged))
	}
	for _, value := range []string{"-3600", "x s", "1.5 s", "99999999999999999999 s"} {
		if d, err := FindDefect("iat", value); err == nil {
			t.Errorf("%q was taken for %s", value, d.Name())
		}
	}
	if _, err := FindDefect("jti", "5 s"); err == nil {
		t.Error("jti has a distance from now")
	}
}

func TestAJSONLiteralIsAFamilyOfDefects(t *testing.T) {
	for _, part := range []string{"typ", "alg", "jwk", "jti", "htm", "htu", "iat", "ath", "nonce"} {
		for _, literal := range []string{"null", "true", `["a"]`, "{", "NaN"} {
			d, err := FindDefect(part, "JSON "+literal)
			if err != nil {
				t.Fatal(err)
			}
			f := testForgery(t, occasions["API with a nonce"], "ES256")
			forged, err := d.Forge(f)
			if err != nil {
				t.Fatal(err)
			}
			if refusal := judge(f, d, forged); refusal == nil {
				t.Errorf("%s: accepted", d.Name())
			} else {
				compare(t, d.Name(), d, refusal)
			}
		}
	}
	if _, err := FindDefect("form", "JSON null"); err == nil {
		t.Error("the form is a member")
	}
}

func TestADefectThatDoesNotFitTheOccasionSaysWhy(t *testing.T) {
	for _, c := range []struct{ part, value, algorithm, occasion, says string }{
		{"ath", "missing", "ES256", "token endpoint", "an access token"},
		{"nonce", "missing", "ES256", "API", "nonces"},
		{"signature", "DER", "EdDSA", "API", "ES256"},
		{"signature", "with an empty salt", "RS256", "API", "PS256"},
		{"htu", "without its port", "ES256", "API at its root", "port"},
	} {
		d, err := FindDefect(c.part, c.value)
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.Forge(testForgery(t, occasions[c.occasion], c.algorithm))
		var not *NotForgeable
		if !errors.As(err, &not) || not.Part != c.part || !strings.Contains(not.Reason, c.says) {
			t.Errorf("%s: %v", d.Name(), err)
		}
	}
	d, err := FindDefect("htm", "missing")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Forge(Forgery{}); err == nil {
		t.Error("forged without a key")
	}
}

func TestADefectWithoutItsAidsSaysWhichItLacks(t *testing.T) {
	for _, d := range Defects() {
		f := testForgery(t, occasions["API with a nonce"], "ES256")
		f.Aids = Aids{}
		_, err := d.Forge(f)
		var not *NotForgeable
		if err != nil && !errors.As(err, &not) {
			t.Errorf("%s: %v", d.Name(), err)
		}
		n := d.Needs
		if err == nil && (n.Keys || n.Other || n.ServerKey || n.OtherToken || n.OldNonce || n.OtherNonce || n.Canary) {
			t.Errorf("%s: forged without what it needs", d.Name())
		}
	}
}

func TestForgingLeavesTheDraftOfTheCallerAlone(t *testing.T) {
	f := testForgery(t, occasions["API with a nonce"], "ES256")
	f.Draft = NewDraft(f.Key, f.Occasion, f.Now)
	header, claims := string(f.Draft.Header.JSON()), string(f.Draft.Claims.JSON())
	for _, d := range Defects() {
		_, _ = d.Forge(f) // some do not fit the occasion
		if string(f.Draft.Header.JSON()) != header || string(f.Draft.Claims.JSON()) != claims {
			t.Fatalf("%s changed it", d.Name())
		}
	}
}

func TestTheThumbprintOfAForgedProofIsTheSameEveryTime(t *testing.T) {
	for _, d := range Defects() {
		if d.Key == nil && !d.Embeds {
			continue
		}
		f := testForgery(t, occasions["token endpoint"], "EdDSA")
		f.Algorithms = nil
		first, err := d.Forge(f)
		if err != nil {
			continue // not on this occasion
		}
		second, err := d.Forge(f)
		if err != nil || first.Thumbprint != second.Thumbprint || first.Key.Thumbprint != second.Key.Thumbprint {
			t.Errorf("%s: %s, %s, %v", d.Name(), first.Thumbprint, second.Thumbprint, err)
		}
		if d.Embeds && first.Thumbprint == "" {
			t.Errorf("%s: no thumbprint to bind a token to", d.Name())
		}
	}
}

func TestACloneOfAVerifierCanBeChangedAlone(t *testing.T) {
	verifier := NewVerifier(testClock)
	clone := verifier.Clone()
	clone.Remove("htm", "replay")
	clone.Algorithms[0] = "none"
	o := occasions["token endpoint"]
	proof, err := NewProof(mustKey(t, "ES256"), o, testTime)
	if err != nil {
		t.Fatal(err)
	}
	if _, refusal := verifier.Verify(Request{Method: "GET", TargetURI: o.URI, Fields: []string{proof}}); refusal == nil || refusal.Check != "htm" {
		t.Errorf("the original lost its check: %v", refusal)
	}
}

func TestReplacingAnUnknownCheckPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	NewVerifier(testClock).Remove("no such check")
}

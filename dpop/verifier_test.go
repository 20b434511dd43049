package dpop

import (
	"slices"
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
	_, refusal := verifier.Verify(Request{
		Method: o.Method, TargetURI: o.URI, Fields: []string{proof},
		AccessToken: o.AccessToken, Bound: key.Thumbprint,
	})
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

func TestTheWindowOfTimeHasTheBordersItSays(t *testing.T) {
	verifier := NewVerifier(func() time.Time { return testTime.Add(999 * time.Millisecond) })
	key, o := mustKey(t, "ES256"), occasions["token endpoint"]
	for _, c := range []struct {
		distance int64
		accepted bool
	}{{-61, false}, {-60, true}, {-1, true}, {0, true}, {1, true}, {30, true}, {31, false}} {
		draft := NewDraft(key, o, testTime)
		draft.Claims.Set("iat", testTime.Unix()+c.distance)
		proof, err := draft.Sign(key)
		if err != nil {
			t.Fatal(err)
		}
		_, refusal := verifier.Verify(Request{Method: o.Method, TargetURI: o.URI, Fields: []string{proof}})
		if (refusal == nil) != c.accepted || refusal != nil && refusal.Check != "iat" {
			t.Errorf("%d s from now: %v", c.distance, refusal)
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
	_, refusal := verifier.Verify(Request{Method: "GET", TargetURI: o.URI, Fields: []string{proof}})
	if refusal == nil || refusal.Check != "htm" {
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

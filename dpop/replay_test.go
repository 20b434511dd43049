package dpop

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestOfTwentyParallelCopiesExactlyOneIsFresh(t *testing.T) {
	verifier := NewVerifier(testClock)
	o := occasions["token endpoint"]
	proof, err := NewProof(mustKey(t, "ES256"), o, testTime)
	if err != nil {
		t.Fatal(err)
	}
	request := Request{Method: o.Method, TargetURI: o.URI, Fields: []string{proof}}
	var accepted atomic.Int32
	var start, done sync.WaitGroup
	start.Add(1)
	for range 20 {
		done.Go(func() {
			start.Wait()
			if _, refusal := verifier.Verify(request); refusal == nil {
				accepted.Add(1)
			} else if refusal.Check != "replay" {
				t.Errorf("refused by %v", refusal)
			}
		})
	}
	start.Done()
	done.Wait()
	if accepted.Load() != 1 {
		t.Errorf("%d copies were accepted", accepted.Load())
	}
}

func TestAProofIsRememberedByKeyURIAndIdentifier(t *testing.T) {
	until := testTime.Add(time.Minute)
	first := Proof{Thumbprint: "key", URI: "https://rs.example/x", ID: "id"}
	for _, c := range []struct {
		name  string
		proof Proof
		fresh bool
	}{
		{"the same", first, false},
		{"another spelling of the URI", Proof{Thumbprint: "key", URI: "HTTPS://rs.example:443/%78?y", ID: "id"}, false},
		{"another text", Proof{Text: "other", Thumbprint: "key", URI: first.URI, ID: "id"}, false},
		{"another key", Proof{Thumbprint: "key2", URI: first.URI, ID: "id"}, true},
		{"another URI", Proof{Thumbprint: "key", URI: "https://rs.example/y", ID: "id"}, true},
		{"another identifier", Proof{Thumbprint: "key", URI: first.URI, ID: "id2"}, true},
		{"a long identifier with the same beginning",
			Proof{Thumbprint: "key", URI: first.URI, ID: "id" + strings.Repeat("a", 500)}, true},
	} {
		memory := NewReplayMemory(testClock)
		if fresh, err := memory.Use(&first, until); err != nil || !fresh {
			t.Fatal(err)
		}
		if fresh, err := memory.Use(&c.proof, until); err != nil || fresh != c.fresh {
			t.Errorf("%s: fresh is %v, %v", c.name, fresh, err)
		}
	}
}

func TestAProofIsRememberedAsLongAsItsTimeIsAccepted(t *testing.T) {
	for _, ahead := range []time.Duration{0, 30 * time.Second, -60 * time.Second} {
		clock := &movable{testTime}
		verifier := NewVerifier(clock.now)
		o := occasions["token endpoint"]
		proof, err := NewProof(mustKey(t, "ES256"), o, testTime.Add(ahead))
		if err != nil {
			t.Fatal(err)
		}
		request := Request{Method: o.Method, TargetURI: o.URI, Fields: []string{proof}}
		if _, refusal := verifier.Verify(request); refusal != nil {
			t.Fatalf("%v ahead: %v", ahead, refusal)
		}
		for range 400 {
			if _, refusal := verifier.Verify(request); refusal == nil {
				t.Fatalf("%v ahead: accepted again after %v", ahead, clock.at.Sub(testTime))
			}
			clock.advance(250 * time.Millisecond)
		}
	}
}

func TestTheMemoryForgetsWhatHasExpired(t *testing.T) {
	clock := &movable{testTime}
	memory := NewReplayMemory(clock.now)
	for range 1000 {
		if _, err := memory.Use(&Proof{ID: NewID()}, clock.at.Add(10*time.Second)); err != nil {
			t.Fatal(err)
		}
		clock.advance(100 * time.Millisecond)
	}
	if n := memory.Len(); n > 120 {
		t.Errorf("%d proofs are remembered", n)
	}
}

// broken is a replay memory that cannot tell.
type broken struct{}

func (broken) Use(*Proof, time.Time) (bool, error) { return true, errors.New("the store is down") }

func TestAMemoryThatCannotTellRefuses(t *testing.T) {
	verifier := NewVerifier(testClock)
	verifier.Replays = broken{}
	o := occasions["token endpoint"]
	proof, err := NewProof(mustKey(t, "ES256"), o, testTime)
	if err != nil {
		t.Fatal(err)
	}
	_, refusal := verifier.Verify(Request{Method: o.Method, TargetURI: o.URI, Fields: []string{proof}})
	if refusal == nil || refusal.Check != "replay" {
		t.Errorf("%v", refusal)
	}
}

package dpop

import (
	"fmt"
	"testing"
	"time"
)

// movable is a clock that a test moves.
type movable struct{ at time.Time }

func (m *movable) now() time.Time          { return m.at }
func (m *movable) advance(d time.Duration) { m.at = m.at.Add(d) }

func TestANonceIsTakenForItsLifetimeAndNotLonger(t *testing.T) {
	clock := &movable{testTime}
	window := NewNonceWindow(time.Minute, clock.now)
	nonce := window.Next()
	if !ValidNonce(nonce) {
		t.Errorf("%q breaks the syntax of RFC 9449 §8.1", nonce)
	}
	clock.advance(time.Minute - time.Nanosecond)
	if err := window.Accept(nonce); err != nil {
		t.Errorf("at the end of its life: %v", err)
	}
	clock.advance(time.Nanosecond)
	if window.Accept(nonce) == nil {
		t.Error("taken after its life")
	}
}

func TestANonceIsReplacedAtHalfItsLifeAndTheOneBeforeStaysGood(t *testing.T) {
	clock := &movable{testTime}
	window := NewNonceWindow(time.Minute, clock.now)
	first := window.Next()
	clock.advance(29 * time.Second)
	if window.Next() != first {
		t.Error("replaced before half its life")
	}
	clock.advance(time.Second)
	second := window.Next()
	if second == first {
		t.Error("not replaced at half its life")
	}
	if window.Accept(first) != nil || window.Accept(second) != nil {
		t.Error("one of the two recent nonces is refused")
	}
}

func TestRotatingReplacesTheNonceAtOnce(t *testing.T) {
	window := NewNonceWindow(time.Minute, testClock)
	first := window.Next()
	second := window.Rotate()
	if second == first || window.Next() != second || window.Accept(first) != nil {
		t.Errorf("%s, then %s", first, second)
	}
}

func TestANonceThatWasNeverHandedOutIsRefused(t *testing.T) {
	window := NewNonceWindow(time.Minute, testClock)
	if window.Accept("") == nil {
		t.Error("the empty nonce is taken before one was handed out")
	}
	nonce := window.Next()
	for _, wrong := range []string{"", nonce[1:], nonce + "x", nonce[:len(nonce)-1], " " + nonce, NewID()} {
		if window.Accept(wrong) == nil {
			t.Errorf("%q is taken for %q", wrong, nonce)
		}
	}
}

func TestExpiredNoncesAreForgotten(t *testing.T) {
	clock := &movable{testTime}
	window := NewNonceWindow(time.Minute, clock.now)
	for range 100 {
		window.Rotate()
		clock.advance(30 * time.Second)
	}
	if len(window.issued) > 3 {
		t.Errorf("%d nonces are remembered", len(window.issued))
	}
}

func TestTheSyntaxOfANonceIsThatOfTheRFC(t *testing.T) {
	for text, want := range map[string]bool{
		"a": true, "!#[]~": true,
		"": false, "a b": false, `a"b`: false, `a\b`: false, "a\x7f": false, "é": false, "a\n": false,
	} {
		if ValidNonce(text) != want {
			t.Errorf("%q", text)
		}
	}
}

func TestIdentifiersDoNotRepeatAndHoldEnoughBits(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := NewID()
		data, err := DecodeSegment(id)
		if err != nil || len(data) != 16 || seen[id] {
			t.Fatal(fmt.Sprint(id, err, seen[id]))
		}
		seen[id] = true
	}
}

package mockas

import (
	"fmt"
	"testing"
	"time"
)

func TestAStoreIsBoundedHoweverMuchIsIssuedAndRevoked(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	s := newStore()
	s.clock = func() time.Time { return now }
	s.addToken(&Token{Kind: RefreshToken, Text: "kept", ExpiresAt: now.Add(24 * time.Hour)})
	const times = 100_000
	for i := range times {
		id := fmt.Sprint(i)
		family := Grant{Family: id}
		s.addToken(&Token{Kind: AccessToken, Text: id, Grant: family, ExpiresAt: now.Add(time.Hour)})
		s.addCode(id, &code{Grant: family, expires: now.Add(time.Minute)})
		s.addRequest(id, &pushed{request: &authorization{}, expires: now.Add(time.Minute)})
		s.addDevice(id, &device{Grant: family, expires: now.Add(time.Minute)})
		s.addClient(&Client{ID: "dyn-" + id, registrationToken: id})
		s.revokeFamily(id)
		if _, known := s.active(AccessToken, id); known {
			t.Fatalf("token %d is revoked and active", i)
		}
		if _, known := s.active(RefreshToken, "kept"); !known {
			t.Fatalf("a token that is used is forgotten after %d others", i)
		}
		now = now.Add(time.Second / 10)
	}
	for what, n := range map[string]int{
		"tokens": s.tokens.Len(), "codes": s.codes.Len(), "requests": s.requests.Len(), "devices": s.devices.Len(),
		"clients": s.registered.Len(), "issued": len(s.issued), "revoked": len(s.revoked) / 2,
	} {
		if n > 2*room {
			t.Errorf("%d %s are remembered", n, what)
		}
	}
	if s.allForgotten() == 0 {
		t.Error("nothing is said of what was forgotten")
	}
}

func TestAUsedAssertionIsRefusedForItsTimeHoweverManyCome(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	s := newStore()
	s.clock = func() time.Time { return now }
	s.spendAssertion("first", now.Add(time.Hour))
	for i := range 50_000 {
		if !s.spendAssertion(fmt.Sprint(i), now.Add(time.Minute)) {
			t.Fatalf("assertion %d is new and refused", i)
		}
		now = now.Add(time.Second / 20)
	}
	if s.spendAssertion("first", now.Add(time.Hour)) {
		t.Error("an assertion was taken twice within its time")
	}
	if n := len(s.assertions); n > 2*60*20+1 {
		t.Errorf("%d assertions are remembered, of which %d may still be used", n, 60*20+1)
	}
}

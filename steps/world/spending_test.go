package world

import (
	"net/url"
	"testing"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// TestACodeIsKeptAsLongAsOnlyProofsWereRefused: a server that speaks of the grant has
// looked at the code.
func TestACodeIsKeptAsLongAsOnlyProofsWereRefused(t *testing.T) {
	for answer, test := range map[string]struct {
		status int
		kept   bool
	}{
		`{"error": "invalid_dpop_proof"}`:              {400, true},
		`{"error": "use_dpop_nonce"}`:                  {400, true},
		`{"error": "invalid_grant"}`:                   {400, false},
		`{"error": "server_error"}`:                    {500, false},
		`{"access_token": "a", "token_type": "DPoP"}`:  {200, false},
		`{"error": "invalid_dpop_proof", "of": "200"}`: {200, false},
	} {
		w := &World{}
		w.lane = NewLane(NewClocks())
		w.lane.codes["public"] = url.Values{"code": {"c-1"}}
		w.redeemed(&wire.Exchange{Body: []byte("code=c-2"), Status: 400, Reply: []byte(`{"error": "invalid_grant"}`)})
		if len(w.lane.codes) == 0 {
			t.Fatal("another code was taken for it")
		}
		w.redeemed(&wire.Exchange{Body: []byte("code=c-1"), Status: test.status, Reply: []byte(answer)})
		if kept := len(w.lane.codes) > 0; kept != test.kept {
			t.Errorf("%d %s: kept: %v", test.status, answer, kept)
		}
	}
}

package runner

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
)

// breaksAtTheEnd makes a server break down at proofs of the age at which it takes no
// more of them, and at no others.
func breaksAtTheEnd(c *mockas.Config) {
	c.Policy.Around = func(path string, next http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			_, payload, _, err := dpop.SplitCompact(r.Header.Get("DPoP"), dpop.DecodeSegment)
			claims, _ := dpop.ParseObject(payload)
			iat, _ := claims.Number("iat")
			if age := float64(time.Now().Unix()) - iat; err == nil && age >= 60 && age <= 61 {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			next(w, r)
		}
	}
}

// TestAServerThatBreaksDownAtTheEndOfItsWindowHasAWindow: the break is a finding, and
// what lies within the window is judged all the same.
func TestAServerThatBreaksDownAtTheEndOfItsWindowHasAWindow(t *testing.T) {
	broken, judged := false, 0
	for _, c := range playedAS(t, realAS(t, realClients(false), breaksAtTheEnd),
		"proof-time/the-time-window-*", "proof-replay/the-authorization-server-takes-*", "proof-replay/a-used-proof-is-*") {
		switch {
		case strings.HasPrefix(c.ID, "server-evidence/"):
			broken = true
			if c.Cause() != "failed/authorization-server/broke-down-500" {
				t.Errorf("%s has the cause %s, and not that of all server errors", c.ID, c.Cause())
			}
		case c.Verdict == reports.Passed || c.Verdict == reports.Noted:
			judged++
		case c.Verdict == reports.Skipped: // nonces it has none, and to wait is not allowed
		default:
			t.Errorf("%s: %s, %s", c.ID, c.Verdict, c.Reason)
		}
	}
	if !broken || judged < 10 {
		t.Errorf("the break was told: %v; %d cases passed", broken, judged)
	}
}

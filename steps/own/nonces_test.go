package own

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/steps/world"
)

// asking is an API that answers a proof without nonce as given, and takes all others.
func asking(status int, challenge string, nonces ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		parts := strings.Split(strings.Join(r.Header.Values("DPoP"), ""), ".")
		if len(parts) == 3 {
			if claims, _ := base64.RawURLEncoding.DecodeString(parts[1]); strings.Contains(string(claims), `"nonce"`) {
				return
			}
		}
		if challenge != "" {
			w.Header().Set("WWW-Authenticate", challenge)
		}
		for _, nonce := range nonces {
			w.Header().Add("DPoP-Nonce", nonce)
		}
		w.WriteHeader(status)
	}
}

func TestThatAnAPIAsksForNoncesIsAnExpectationThatCanFail(t *testing.T) {
	const challenge = `DPoP error="use_dpop_nonce", algs="ES256"`
	for name, row := range map[string]struct {
		handler http.HandlerFunc
		want    string // what an expectation that failed says; empty: it holds
	}{
		"it does":                  {asking(401, challenge, "n-1"), ""},
		"it does not":              {asking(200, ""), "got 200, accepted"},
		"it gives them alone":      {asking(200, "", "n-1"), "got 200, accepted"},
		"it refuses":               {asking(401, `DPoP error="invalid_token"`, "n-1"), "error invalid_token"},
		"with another status":      {asking(400, challenge, "n-1"), "got 400"},
		"without a nonce":          {asking(401, challenge), "exactly one DPoP-Nonce"},
		"with two nonces":          {asking(401, challenge, "n-1", "n-2"), "exactly one DPoP-Nonce"},
		"in the words of a Bearer": {asking(401, `Bearer error="use_dpop_nonce"`, "n-1"), "expected a proof without nonce"},
	} {
		t.Run(name, func(t *testing.T) {
			w := worldOf(t, row.handler)
			err := play(t, w, "When the client calls \"GET /orders\"\nThen the API asks for nonces")
			var violation *world.Violation
			switch {
			case row.want == "" && (err != nil || !w.Asserted()):
				t.Errorf("got %v, asserted %v", err, w.Asserted())
			case row.want != "" && (!errors.As(err, &violation) || !strings.Contains(err.Error(), row.want)):
				t.Errorf("got %v, want %q", err, row.want)
			}
		})
	}
	if err := play(t, worldOf(t, asking(401, challenge, "n-1")), "Then the API asks for nonces"); err == nil ||
		!strings.Contains(err.Error(), "nothing was called yet") {
		t.Errorf("before a call: %v", err)
	}
}

package reports

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestAnOpaqueTokenIsMaskedWhereNoPlaceGivesItAway(t *testing.T) {
	const issued, presented = "FH5ZbzsuW31_iJ0gNjWqm2k1a_g6ipJoVLfkP9CScyo", "2w28G4arSxFqs4lueBDP8H1ZMIF79c76GdIsLgc_RZs"
	c := Case{
		Reason: "it answered " + presented,
		Notes:  []string{"saw " + issued},
		Exchanges: []Exchange{
			{Response: "HTTP/1.1 200\n\n{\"access_token\": \"" + issued + "\"}"},
			{Request: "GET /me HTTP/1.1\nAuthorization: DPoP " + presented + "\nHost: as.example"},
			{Request: "GET /me HTTP/1.1\nX-Access-Token: " + issued, Response: "HTTP/1.1 401\nX-Echo: " + presented,
				Proof: &Proof{Header: "{}", Claims: `{"ath": "` + presented + `", "jti": "1pWw2wYDYac-DoEYSAZ9Dg"}`}},
		},
	}
	got, err := json.Marshal(NewRedactor().Case(c))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{issued, presented} {
		if strings.Contains(string(got), secret) {
			t.Errorf("%s can be read in %s", secret, got)
		}
	}
	for _, rest := range []string{"FH5Zbz…(43)", "2w28G4…(43)", "1pWw2wYDYac-DoEYSAZ9Dg", "as.example"} {
		if !strings.Contains(string(got), rest) {
			t.Errorf("%s is gone from %s", rest, got)
		}
	}
}

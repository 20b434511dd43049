package mask

import (
	"slices"
	"testing"
)

const opaque = "FH5ZbzsuW31_iJ0gNjWqm2k1a_g6ipJoVLfkP9CScyo"

func TestTheTokensOfAnAnswerAndOfARequestAreFound(t *testing.T) {
	body := `{"token_type": "DPoP", "access_token" : "` + opaque +
		`", "refresh_token":"short", "id_token": "abcdef…(43)"}`
	if got := Issued([]byte(body)); !slices.Equal(got, []string{opaque}) {
		t.Errorf("issued %q", got)
	}
	lines := []string{"DPoP " + opaque, " bearer\t" + opaque + " ", "Basic " + opaque, "DPoP abc", "Bearer abcdef…(43)"}
	if got := Presented(lines); !slices.Equal(got, []string{opaque}) {
		t.Errorf("presented %q", got)
	}
}

func TestATokenOfTheCaseIsMaskedWhereNoPlaceGivesItAway(t *testing.T) {
	secrets := NewSecrets("registered")
	if got := secrets.And(opaque).Mask("X-Echo: " + opaque + ", registered"); got != "X-Echo: FH5Zbz…(43), [masked]" {
		t.Errorf("got %q", got)
	}
	if got := secrets.Mask(opaque); got != opaque {
		t.Errorf("outside of the case it became %q", got)
	}
}

func TestANameOfAFileIsNoToken(t *testing.T) {
	const command = "dpopspec run --known fixtures/targets/express-required.known.txt"
	if got := NewSecrets().Mask(command); got != command {
		t.Errorf("got %s", got)
	}
}

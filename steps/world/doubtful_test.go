package world_test

import (
	"testing"

	"github.com/dpopspec/dpopspec/steps/world"
)

func TestAnErrorThatSaysSuccessIsNoticed(t *testing.T) {
	for body, error := range map[string]bool{
		`{"success":false}`:                         true,
		`{"errors":[{"message":"no"}],"data":null}`: true,
		`{"statusCode":401,"message":"no"}`:         true,
		`{"status":"Denied"}`:                       true,
		`{"data":[],"errors":[]}`:                   false,
		`{"error":null,"orders":[]}`:                false,
		`{"status":"shipped","code":7}`:             false,
		`[{"error":"x"}]`:                           false,
		`<p>error</p>`:                              false,
		``:                                          false,
	} {
		if got := world.LooksLikeError(answered(200, body)); got != error {
			t.Errorf("%s: %v", body, got)
		}
	}
	if world.LooksLikeError(answered(401, `{"success":false}`)) {
		t.Error("a refusal is none")
	}
}

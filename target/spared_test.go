package target

import (
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/reports"
)

// A problem of an API that does not hold at one of its operations blocks the others, and what
// comes later blocks that one too.
func TestAnOperationIsSparedOneProblemAlone(t *testing.T) {
	s := &Session{}
	first := reports.Problem{Name: "the API shop", What: "it refuses the token"}
	s.Block(first, Dependent{TokensFor: "shop"})
	s.Spare("api open", first)
	if err := s.TakesTokensAt("api open", "shop"); err != nil {
		t.Error(err)
	}
	if s.TakesTokensAt("api other", "shop") == nil || s.TakesTokens("shop") == nil {
		t.Error("the others are spared too")
	}
	s.Block(reports.Problem{Name: "the token", What: "it is good no more"}, Dependent{TokensFor: "shop"})
	if err := s.TakesTokensAt("api open", "shop"); err == nil || !strings.Contains(err.Error(), "good no more") {
		t.Error(err)
	}
}

package target

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// TestRequestsToRealPartiesAreCountedWhereTheyLeave: not those to servers of ours,
// and not those that were held back.
func TestRequestsToRealPartiesAreCountedWhereTheyLeave(t *testing.T) {
	real := httptest.NewServer(http.NotFoundHandler())
	defer real.Close()
	ours := httptest.NewServer(http.NotFoundHandler())
	defer ours.Close()
	limits := Default().Limits
	limits.Budget = 3
	apis := []RealAPI{{Name: "orders", URL: real.URL}}
	s := &Session{Target: &Target{Limits: limits, APIs: apis}, limiter: newLimiter(limits)}
	s.name(real.URL)
	client := s.NewClient(nil, func(address string) bool { return address == ours.URL })
	defer client.Close()
	ask := func(ctx context.Context, address string) {
		client.Do(ctx, wire.Request{Method: "GET", URL: address})
	}
	one, ofOne := Counted(t.Context())
	other, ofOther := Counted(t.Context())
	ask(t.Context(), real.URL) // of no case
	ask(one, real.URL)
	ask(one, ours.URL)
	ask(other, real.URL)
	ask(other, real.URL) // beyond the budget
	if ofOne() != 1 || ofOther() != 1 || s.Requests() != 3 {
		t.Errorf("%d, %d and %d in all; want 1, 1 and 3", ofOne(), ofOther(), s.Requests())
	}
}

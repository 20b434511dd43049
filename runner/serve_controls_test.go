package runner

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/client"
)

// watcher keeps what was told of requests.
type watcher struct {
	mu  sync.Mutex
	all []Watched
}

func (s *watcher) tell(one Watched) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, one)
}

// statuses are those of the requests with a proof since a number.
func (s *watcher) statuses(from int) (list []int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.all[from:] {
		if one.Thumbprint != "" {
			list = append(list, one.Status)
		}
	}
	return list
}

func (s *watcher) len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.all)
}

func TestTheServersOfServeDoWhatTheyAreTold(t *testing.T) {
	var told watcher
	served, err := Serve(t.Context(), ServeOptions{
		AuthorizationServer: "127.0.0.1:0", API: "127.0.0.1:0", Judged: told.tell, DefaultAudience: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer served.Close()
	none := time.Duration(0)
	c, err := client.New(client.Options{
		Issuer: served.Issuer, ClientID: "confidential", ClientSecret: "confidential-secret", UseDPoP: true, GenerateKey: true,
		DPoP: client.DPoPOptions{Retry: client.RetryOptions{Delay: &none}},
	})
	if err != nil {
		t.Fatal(err)
	}
	fetcher, err := c.Fetcher(client.FetcherOptions{BaseURL: served.API})
	if err != nil {
		t.Fatal(err)
	}
	fetch := func(fresh bool) []int {
		t.Helper()
		before := told.len()
		r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, served.API+"/orders", nil)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := fetcher.Do(r, client.TokenOptions{Refresh: fresh}); err == nil {
			io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
		}
		return told.statuses(before)
	}
	for _, row := range []struct {
		name  string
		turn  func() error
		fresh bool // a new token is got
		want  []int
	}{
		{"as it begins", nil, true, []int{200, 200}},
		{"nonces", func() error { served.RequireNonces(true); return nil }, true, []int{400, 200, 401, 200}},
		{"with them", nil, true, []int{200, 200}},
		{"expired", func() error { served.ExpireNonces(); return nil }, true, []int{400, 200, 401, 200}},
		{"no nonces", func() error { served.RequireNonces(false); served.ExpireNonces(); return nil }, true, []int{200, 200}},
		{"a new key, an old token", served.RotateKey, false, []int{200}},
		{"a new token", nil, true, []int{200, 200}},
		{"refused once", func() error { return served.Meet(InvalidProof) }, false, []int{401}},
		{"challenged once", func() error { return served.Meet(NonceChallenge) }, false, []int{401, 200}},
		{"no situation", func() error {
			if served.Meet("nothing") == nil {
				t.Error("an unknown situation was taken")
			}
			return nil
		}, false, []int{200}},
		{"later", func() error { served.Advance(2 * time.Minute); return nil }, false, []int{401}},
	} {
		if row.turn != nil {
			if err := row.turn(); err != nil {
				t.Fatal(err)
			}
		}
		if got := fetch(row.fresh); !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, not %v", row.name, got, row.want)
		}
	}
	first := told.all[slices.IndexFunc(told.all, func(w Watched) bool { return w.Bound != "" })]
	if first.Client != "confidential" || first.Bound != first.Thumbprint || len(first.Claims) < 4 ||
		!strings.Contains(first.Header[0].Value, "dpop+jwt") {
		t.Errorf("%+v", first)
	}
}

package target

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// expiring is an unsigned JWT with that exp, which nobody verifies here.
func expiring(at time.Time) string {
	return "e30." + dpop.EncodeSegment(fmt.Appendf(nil, `{"exp":%d}`, at.Unix())) + ".c2ln"
}

func TestATokenIsTakenWhileItIsGood(t *testing.T) {
	good, ended := expiring(time.Now().Add(time.Hour)), expiring(time.Now().Add(-time.Second))
	for _, test := range []struct{ name, static, prints, want, problem string }{
		{"opaque", "opaque-1", "", "opaque-1", ""},
		{"a JWT", good, "", good, ""},
		{"a JWT that has run out", ended, "", "", "has run out"},
		{"printed by itself", "", good + "\\n", good, ""},
		{"printed as a token response", "", `{"access_token":"opaque-2","token_type":"DPoP","expires_in":60}`, "opaque-2", ""},
		{"printed when it had run out", "", ended, "", "has run out"},
		{"printed for another key", "", boundElsewhere, "", "is bound to another key"},
		{"no token printed", "", "please log in", "", "gives none: it printed something that is no token"},
		{"nothing printed", "", "", "", "gives none: it printed something that is no token"},
		{"an object without one", "", `{"error":"x"}`, "", "gives none: it printed an object without access_token"},
		{"a token twice", "", `{"access_token":"a","access_token":"b"}`, "", "gives none"},
		{"a flood", "", strings.Repeat("a", mostPrinted+1), "", "gives none: it printed more than"},
	} {
		t.Run(test.name, func(t *testing.T) {
			key, err := dpop.GenerateKey("ES256")
			if err != nil {
				t.Fatal(err)
			}
			own := OwnToken{Text: test.static, Key: key}
			if test.static == "" {
				own.Command = printing(t, test.prints)
			}
			api := RealAPI{Name: "orders", URL: "http://127.0.0.1:1", Tokens: []OwnToken{own}}
			s := &Session{Target: &Target{}, APIs: []RealAPI{api}, limiter: newLimiter(Limits{})}
			got, err := s.OwnToken(t.Context(), api, 0)
			var blocked *Blocked
			if got != test.want || (test.problem != "") != errors.As(err, &blocked) {
				t.Fatalf("%.40q, %v", got, err)
			}
			if blocked == nil {
				return
			}
			if told := blocked.Problem.What + ": " + blocked.Problem.Answer; !strings.Contains(told, test.problem) {
				t.Errorf("%s; want %s", told, test.problem)
			}
			if s.TakesTokens("orders") == nil || len(s.SetUp()) != 1 || s.SetUp()[0].Key != "apis.orders.token" {
				t.Errorf("not kept: %+v", s.SetUp())
			}
		})
	}
}

// printing is a command that prints a text.
func printing(t *testing.T, text string) Command {
	t.Helper()
	dir := folder(t, map[string]string{"text": strings.ReplaceAll(text, "\\n", "\n")})
	return Command{Args: []string{"cat", "text"}, Dir: dir}
}

// A command is started once for as long as its token is fresh, and again when it is not.
func TestACommandIsStartedOnlyForAFreshToken(t *testing.T) {
	for lives, want := range map[int]int{3600: 1, -1: 3} {
		dir := t.TempDir()
		script := "echo x >> count; echo '{\"access_token\": \"opaque\", \"expires_in\": 3600}'"
		if lives < 0 { // one that ends at once, so that none is fresh
			script = "echo x >> count; echo " + expiring(time.Now().Add(time.Second))
		}
		api := RealAPI{Name: "orders", Unbound: &OwnToken{Command: Command{Args: []string{"sh", "-c", script}, Dir: dir}}}
		s := &Session{Target: &Target{}, APIs: []RealAPI{api}}
		for range 3 {
			if _, err := s.ownText(t.Context(), *api.Unbound, "orders"); err != nil {
				t.Fatal(err)
			}
			if lives < 0 {
				kept := s.owned.kept["orders"]
				kept.until = time.Now()
				s.owned.kept["orders"] = kept
			}
		}
		count, err := os.ReadFile(filepath.Join(dir, "count"))
		if err != nil || strings.Count(string(count), "x") != want {
			t.Errorf("started %d times (%v), want %d", strings.Count(string(count), "x"), err, want)
		}
	}
	s := &Session{}
	s.owned.fetches = mostFetches
	if _, err := s.ownText(t.Context(), OwnToken{Command: Command{Args: []string{"true"}}}, "x"); err == nil ||
		!strings.Contains(err.Error(), "is started no more") {
		t.Errorf("it is started for ever: %v", err)
	}
}

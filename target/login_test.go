package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/internal/visible"
)

// freeAddress is one at which nobody listens, below the ports that systems give to
// whoever asks for any: another test's connection may take one of these first.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000))
		if listener, err := net.Listen("tcp", address); err == nil {
			listener.Close()
			return address
		}
	}
	t.Fatal("no port of a hundred is free")
	return ""
}

// waiting is a session, and a client that waits at a free port.
func waiting(t *testing.T, browse func(redirect string)) (*Session, RegisteredClient) {
	t.Helper()
	redirect := "http://" + freeAddress(t) + "/call%2Fback"
	target := Default()
	target.Prompt = io.Discard
	target.Browser = func(string) error { browse(redirect); return nil }
	s := &Session{Target: target, limiter: newLimiter(target.Limits)}
	s.name(authorizationEndpoint)
	return s, RegisteredClient{RedirectURI: redirect, LoginTimeout: enough}
}

func fetch(address string) string {
	response, err := http.Get(address)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	return fmt.Sprint(response.StatusCode, " ", string(text))
}

const authorizationEndpoint = "http://127.0.0.1:9/authorize?x=y"

// The address comes from the metadata of a stranger, and is shown at a terminal.
func TestTheAddressOfALoginDoesNotActOnATerminal(t *testing.T) {
	var prompt strings.Builder
	asked := ""
	at := &Target{Prompt: &prompt, Browser: func(address string) error { asked = address; return errors.New("no\u009b5m") }}
	const address = "https://as.example/\u202e\u2028::error::x\u009b5m"
	at.show(address)
	if said := prompt.String(); said != visible.Text(said) || !strings.Contains(said, "https://as.example/") {
		t.Errorf("%q", said)
	}
	if asked != address {
		t.Errorf("opened is %q", asked)
	}
}

func TestOnlyTheAnswerWithTheStateOfTheRequestIsTaken(t *testing.T) {
	pages := make(chan string, 10)
	s, client := waiting(t, func(redirect string) {
		go func() {
			for _, address := range []string{
				strings.Replace(redirect, "%2F", "/", 1) + "?code=elsewhere&state=right",
				redirect + "?code=forged&state=wrong",
				redirect + "?code=forged",
				redirect + "?code=forged&state=right&state=right",
				redirect + "?code=good%2B&state=right",
			} {
				pages <- fetch(address)
			}
			close(pages)
		}()
	})
	answer, err := s.LogIn(t.Context(), client, authorizationEndpoint, "right")
	if err != nil {
		t.Fatal(err)
	}
	if answer.Get("code") != "good+" {
		t.Errorf("the answer is %v", answer)
	}
	for _, want := range []string{"404 ", "400 This is not the answer", "400 ", "400 ", "200 The login has arrived"} {
		if got := <-pages; !strings.HasPrefix(got, want) {
			t.Errorf("the browser shows %q; want %q", got, want)
		}
	}
}

func TestOneLoginFollowsAnotherAtTheSamePort(t *testing.T) {
	n := 0
	s, client := waiting(t, func(redirect string) {
		n++
		go fetch(fmt.Sprintf("%s?code=%d&state=s%d", redirect, n, n))
	})
	for _, want := range []string{"1", "2", "3"} {
		answer, err := s.LogIn(t.Context(), client, authorizationEndpoint, "s"+want)
		if err != nil || answer.Get("code") != want {
			t.Fatalf("%v, %v; want %s", answer, err, want)
		}
	}
}

func TestALoginEndsInTime(t *testing.T) {
	s, client := waiting(t, func(redirect string) { fetch(redirect + "?code=c&state=forged") })
	client.LoginTimeout = 50 * time.Millisecond
	_, err := s.LogIn(t.Context(), client, authorizationEndpoint, "right")
	var absent *NobodyLoggedIn
	if !errors.As(err, &absent) || !strings.Contains(err.Error(), "but one that had another state") {
		t.Errorf("got %v", err)
	}
}

func TestALoginEndsWithTheRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, client := waiting(t, func(string) { cancel() })
	if _, err := s.LogIn(ctx, client, authorizationEndpoint, "s"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAPortThatIsTakenIsNamed(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	s, client := waiting(t, func(string) { t.Error("the browser was opened") })
	client.RedirectURI = "http://" + listener.Addr().String() + "/"
	if _, err := s.LogIn(t.Context(), client, authorizationEndpoint, "s"); err == nil ||
		!strings.Contains(err.Error(), "cannot be listened at") {
		t.Errorf("got %v", err)
	}
}

func TestTheBrowserIsShownNothingButTheTarget(t *testing.T) {
	s, client := waiting(t, func(string) { t.Error("the browser was opened") })
	s.name("https://tenant.example")
	for _, address := range []string{"file://localhost/etc/passwd", "javascript:alert(1)",
		"https://elsewhere.example/authorize", "http://127.0.0.1/authorize"} {
		if _, err := s.LogIn(t.Context(), client, address, "s"); err == nil {
			t.Errorf("%s was shown", address)
		}
	}
}

func TestWhyARefreshTokenIsNotUsedIsSaid(t *testing.T) {
	for _, test := range []struct {
		client RegisteredClient
		says   string
	}{
		{RegisteredClient{ID: "a", Auth: "none", RefreshToken: "r", Grants: []string{"refresh_token"}},
			"bound to a key"},
		{RegisteredClient{ID: "b", Auth: "client_secret_post", RefreshToken: "r",
			Grants: []string{"refresh_token", "client_credentials"}}, "it may use client_credentials"},
		{RegisteredClient{ID: "c", Auth: "client_secret_post", RefreshToken: "r",
			Grants: []string{"refresh_token"}}, ""},
		{RegisteredClient{ID: "d", Auth: "none", Grants: []string{"refresh_token"}}, ""},
	} {
		got := strings.Join(unrefreshed(test.client, nil), "")
		if (test.says == "") != (got == "") || !strings.Contains(got, test.says) {
			t.Errorf("client %s: %q; want %q", test.client.ID, got, test.says)
		}
	}
}

package steps

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/steps/world/worldtest"
	"github.com/dpopspec/dpopspec/target"
)

// loopback is a redirect URI at a port that is free, below those that systems give to
// whoever asks for any.
func loopback(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000))
		if listener, err := net.Listen("tcp", address); err == nil {
			listener.Close()
			return "http://" + address + "/callback"
		}
	}
	t.Fatal("no port of a hundred is free")
	return ""
}

// person is a client whose codes come through a browser, at a server that
// knows it.
func person(t *testing.T, arrange func(*mockas.Config)) (target.RegisteredClient, *target.Target) {
	t.Helper()
	client := target.RegisteredClient{ID: "person", Auth: "none", Grants: []string{mockas.GrantCode, mockas.GrantRefresh},
		RedirectURI: loopback(t), Login: target.LoginBrowser, LoginTimeout: 30 * time.Second}
	issuer := worldtest.RealServer(t, func(c *mockas.Config) {
		c.Clients = append(c.Clients, mockas.Client{ID: client.ID, Auth: client.Auth, Grants: client.Grants,
			RedirectURIs: []string{client.RedirectURI}, AlwaysRefresh: true})
		arrange(c)
	})
	return client, worldtest.Stranger(t, issuer, client, func(http.ResponseWriter, *http.Request) {})
}

// surf is a browser whose person is logged in already.
func surf(address string) error {
	response, err := http.Get(address)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func TestCodesComeThroughThePersonsBrowser(t *testing.T) {
	for _, test := range []struct {
		name    string
		arrange func(*mockas.Config)
	}{
		{"plain", func(*mockas.Config) {}},
		{"where requests are pushed", func(c *mockas.Config) { c.RequirePAR = true }},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, configured := person(t, test.arrange)
			var prompt strings.Builder
			opened := 0
			configured.Prompt = &prompt
			configured.Browser = func(address string) error {
				opened++
				if !strings.Contains(prompt.String(), address) {
					t.Errorf("%s is opened but not printed", address)
				}
				go surf(address)
				return errors.New("no browser here") // is no failure
			}
			w := worldtest.Open(t, configured, "token")
			err := worldtest.Play(t, Standard(), w, "Given an honest proof is accepted\nWhen the request carries a proof whose htm is another method\nThen it is refused")
			if err != nil {
				t.Fatal(err)
			}
			if opened < 2 {
				t.Errorf("%d logins; every probe needs a code of its own", opened)
			}
		})
	}
}

func TestWhoIsAwayIsAskedOnce(t *testing.T) {
	client, configured := person(t, func(*mockas.Config) {})
	configured.AuthorizationServer.Clients[0].LoginTimeout = time.Millisecond
	configured.Prompt = &strings.Builder{}
	opened := 0
	configured.Browser = func(string) error { opened++; return nil }
	first := worldtest.Open(t, configured, "token")
	for _, w := range []*world.World{first, worldtest.In(t, first.Session, "token")} {
		err := worldtest.Play(t, Standard(), w, "Given an honest proof is accepted")
		var unsure *world.Inconclusive
		if !errors.As(err, &unsure) || !strings.Contains(err.Error(), "nobody logged in within 1ms: no answer arrived at "+client.RedirectURI) {
			t.Errorf("got %v", err)
		}
	}
	if opened != 1 {
		t.Errorf("the browser was opened %d times", opened)
	}
}

// loggedIn logs in before the run and returns the refresh token.
func loggedIn(t *testing.T, configured *target.Target, key *dpop.Key) string {
	t.Helper()
	earlier := *configured
	server := *configured.AuthorizationServer
	client := server.Clients[0]
	client.Grants = []string{mockas.GrantCode, mockas.GrantRefresh}
	client.RefreshToken = ""
	server.Clients = []target.RegisteredClient{client}
	earlier.AuthorizationServer, earlier.Key = &server, key
	w := worldtest.Open(t, &earlier, "token")
	if err := worldtest.Play(t, Standard(), w, "Given the client has logged in with a proof by its key"); err != nil {
		t.Fatal(err)
	}
	return w.Tokens().RefreshToken
}

// refreshing is a target whose one client has a refresh token and no other
// grant. The key is that of a public client.
func refreshing(t *testing.T, which int, key *dpop.Key) *target.Target {
	t.Helper()
	client := world.StandardClients()[which]
	client.Grants = []string{mockas.GrantRefresh}
	configured := worldtest.Stranger(t, worldtest.RealServer(t, func(*mockas.Config) {}), client, func(http.ResponseWriter, *http.Request) {})
	configured.Key = key
	configured.AuthorizationServer.Clients[0].RefreshToken = loggedIn(t, configured, key)
	return configured
}

const (
	probesToken = "Given an honest proof is accepted\nWhen the request carries a proof whose htm is another method\nThen it is refused"
	asksAPI     = "When the client calls \"GET /orders\"\nThen the status is 200"
	anotherKey  = "When the client asks for a token with a proof by another key\nThen the access token is bound to another key"
)

func TestTheConfiguredRefreshTokenIsFollowedThroughItsRotation(t *testing.T) {
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []struct {
		name  string
		which int
		key   *dpop.Key
	}{{"confidential", 0, nil}, {"public", 1, key}} {
		t.Run(kind.name, func(t *testing.T) {
			configured := refreshing(t, kind.which, kind.key)
			session, err := target.Open(t.Context(), configured)
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			client := configured.AuthorizationServer.Clients[0]
			before := session.RefreshToken(client.ID)
			for _, c := range []struct{ endpoint, scenario string }{
				{"token", probesToken}, {"userinfo", probesToken}, {"api", asksAPI}, {"token", probesToken},
				{"token", "Given the grant is \"refresh_token\"\nWhen the client asks for a token with a proof by its key\nThen the access token is bound to its key"},
			} {
				w := worldtest.In(t, session, c.endpoint)
				if err := worldtest.Play(t, Standard(), w, c.scenario); err != nil {
					t.Errorf("%s at %s: %v", c.scenario, c.endpoint, err)
				}
				w.Close()
			}
			if now := session.RefreshToken(client.ID); now == before || now == "" {
				t.Error("the token has not been replaced, so its rotation was not tested")
			}
		})
	}
}

func TestWhatARefreshTokenIsNoHelpForSaysSo(t *testing.T) {
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	confidential, public := refreshing(t, 0, nil), refreshing(t, 1, key)
	keyless := *public
	keyless.Key = nil
	spent := *confidential
	server := *spent.AuthorizationServer
	server.Clients = []target.RegisteredClient{server.Clients[0]}
	server.Clients[0].RefreshToken = "spent"
	spent.AuthorizationServer = &server
	for _, test := range []struct {
		name       string
		configured *target.Target
		scenario   string
		sure       bool
		says       string
	}{
		{"a login", confidential, "Given the client has logged in with a proof by its key", true, "needs a fresh code"},
		{"the grant of codes", confidential, `Given the grant is "authorization_code"`, true, "needs a fresh code"},
		{"requests at the same time", confidential, "When 5 copies of one request come at once", true, "several codes at the same time"},
		{"the key of somebody else", public, anotherKey, true, "good with its key alone"},
		{"a public client without its key", &keyless, probesToken, true, "give that key as key"},
		{"a token that is not good", &spent, "When the client asks for a token with a proof by its key", false, "is not good, or not any more"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := worldtest.Play(t, Standard(), worldtest.Open(t, test.configured, "token"), test.scenario)
			var lacking *world.NotApplicable
			var unsure *world.Inconclusive
			if test.sure && !errors.As(err, &lacking) || !test.sure && !errors.As(err, &unsure) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v; want %q", err, test.says)
			}
		})
	}
}

func TestTwoCasesDoNotUseOneRefreshTokenAtATime(t *testing.T) {
	first := worldtest.Open(t, refreshing(t, 0, nil), "token")
	if err := worldtest.Play(t, Standard(), first, probesToken); err != nil {
		t.Fatal(err)
	}
	second := worldtest.In(t, first.Session, "token")
	ended := make(chan error)
	go func() { ended <- second.HoldRefreshTokens() }()
	select {
	case <-ended:
		t.Error("the second case did not wait for the first")
	default:
	}
	first.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

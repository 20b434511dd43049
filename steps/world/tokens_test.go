package world_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/steps/world/worldtest"
	"github.com/dpopspec/dpopspec/target"
)

func TestATokenIsObtainedOnce(t *testing.T) {
	w := worldtest.Open(t, target.Default(), "")
	asked := 0
	obtain := func() (string, error) {
		asked++
		return strings.Repeat("x", asked), nil
	}
	once := func(name, want string) {
		t.Helper()
		if token, err := w.TokenOnce(name, obtain); token != want || err != nil {
			t.Errorf("%s: %q, %v; want %q", name, token, err, want)
		}
	}
	once("one", "x")
	once("one", "x")
	once("another", "xx")
	once("one", "x")
	w.ForgetTokens()
	once("one", "xxx")
	w.ChangeWish(func(wished *world.Wish) { wished.Scope = "read" })
	once("one", "xxxx")
	if scope := w.TokenWish().Scope; scope != "read" {
		t.Errorf("the wish is for %q", scope)
	}
}

func TestATokenThatCouldNotBeHadIsAskedForAgain(t *testing.T) {
	w := worldtest.Open(t, target.Default(), "")
	failed := errors.New("no token")
	token, err := w.TokenOnce("one", func() (string, error) { return "half", failed })
	if token != "" || err != failed {
		t.Errorf("got %q, %v", token, err)
	}
	token, err = w.TokenOnce("one", func() (string, error) { return "whole", nil })
	if token != "whole" || err != nil {
		t.Errorf("got %q, %v", token, err)
	}
}

func TestATokenResponseWithoutAccessTokenIsNone(t *testing.T) {
	client := target.RegisteredClient{ID: "app"}
	tokens, err := world.ReadTokens(client, answered(200, `{"access_token":"a","token_type":"DPoP","expires_in":60}`))
	if err != nil || tokens.AccessToken != "a" || tokens.TokenType != "DPoP" || tokens.RefreshToken != "" ||
		tokens.Client.ID != "app" || !tokens.Response.Has("expires_in") {
		t.Errorf("%+v, %v", tokens, err)
	}
	for _, body := range []string{``, `[]`, `{"token_type":"DPoP"}`, `{"access_token":1}`} {
		if tokens, err := world.ReadTokens(client, answered(200, body)); err == nil {
			t.Errorf("%s is read as %+v", body, tokens)
		}
	}
}

func TestARefreshTokenThatIsNotReplacedStaysGood(t *testing.T) {
	w := worldtest.Open(t, target.Default(), "token")
	if w.Tokens() != nil {
		t.Errorf("there are tokens before the first request: %+v", w.Tokens())
	}
	key, err := w.Key("client")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.ArrangeAS(func(c *mockas.Config) { c.Clients[0].KeepRefresh = true }); err != nil {
		t.Fatal(err)
	}
	if err := w.LogInBy(mockas.GrantCode, key); err != nil {
		t.Fatal(err)
	}
	first := *w.Tokens()
	refresh := func(key *dpop.Key) error {
		return w.Demand(world.Ask{
			Title: "refresh", Endpoint: world.TokenEndpoint, Client: first.Client,
			Form: world.RefreshForm(first.RefreshToken), Key: key,
		})
	}
	if err := refresh(key); err != nil || !w.Controlled() {
		t.Fatal(err)
	}
	if w.Tokens().AccessToken == first.AccessToken || w.Tokens().RefreshToken != first.RefreshToken {
		t.Errorf("%+v after %+v", w.Tokens(), first)
	}
	if w.Latest().Ask == nil || w.Latest().Ask.Title != "refresh" {
		t.Error("the attempt does not know what was asked for")
	}
	second := w.Tokens()
	empty := world.Ask{Endpoint: world.TokenEndpoint, Client: first.Client, Form: url.Values{}, Key: key}
	if err := w.Try(empty); err != nil {
		t.Fatal(err)
	}
	if w.Tokens() != second {
		t.Error("a refusal takes tokens away")
	}
}

func TestTheChosenClientIsTheOneThatAsks(t *testing.T) {
	w := worldtest.Open(t, target.Default(), "token")
	if client, chosen := w.ChosenClient(); chosen {
		t.Errorf("%s is chosen from the beginning", client.ID)
	}
	public := world.StandardClients()[1]
	w.ChooseGrant(public, mockas.GrantCode)
	client, grant, err := w.ProbeClient()
	if client.ID != public.ID || grant != mockas.GrantCode || err != nil {
		t.Errorf("%s asks with %s, %v", client.ID, grant, err)
	}
	var skip *world.NotApplicable
	if _, err := w.ClientWith(mockas.GrantClientCredentials); !errors.As(err, &skip) {
		t.Errorf("a public client gets its own token: %v", err)
	}
}

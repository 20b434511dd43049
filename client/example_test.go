package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/dpopspec/dpopspec/client"
)

// A Fetcher gets a token and calls an API with it. The API of this example asks
// for a nonce; the client answers that by itself.
func Example() {
	s := startServers()
	defer s.close()

	c, err := client.New(client.Options{
		Issuer: s.issuer, ClientID: "app", ClientSecret: "secret",
		UseDPoP:     true,
		GenerateKey: true, // or leave it out, and set AUTH0_DPOP_PUBLIC_KEY and AUTH0_DPOP_PRIVATE_KEY
	})
	if err != nil {
		log.Fatal(err)
	}
	orders, err := c.Fetcher(client.FetcherOptions{BaseURL: s.api, Audience: "https://orders.example"})
	if err != nil {
		log.Fatal(err)
	}
	response, err := orders.Fetch(context.Background(), "/orders?page=2", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	fmt.Println(response.StatusCode, string(body))
	// Output: 200 hello, /orders
}

// Every code is a field of the error, so that a program can tell a mistake in
// its configuration from a refusal.
func ExampleDPoPError() {
	_, err := client.New(client.Options{
		UseDPoP: true,
		Env: func(name string) (string, bool) {
			return "not a key", name == client.EnvPublicKey || name == client.EnvPrivateKey
		},
	})
	var failure *client.DPoPError
	if errors.As(err, &failure) && failure.Code == client.KeyExportFailed {
		fmt.Println(failure.Message)
	}
	// Output:
	// AUTH0_DPOP_PUBLIC_KEY: no PEM block found; expected -----BEGIN … KEY----- and its end line on lines of their own
}

// The lines of an environment file bring the same key back at every start.
func ExampleEnvironment() {
	key, err := client.GenerateKey()
	if err != nil {
		log.Fatal(err)
	}
	lines, err := client.Environment(key)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(os.DevNull, []byte(lines), 0o600); err != nil {
		log.Fatal(err)
	}
	fmt.Println(key.Algorithm, len(key.Thumbprint))
	// Output: ES256 43
}

// Settings in code win over the environment, each on its own.
func ExampleDPoPOptions() {
	c, err := client.New(client.Options{
		UseDPoP: true, GenerateKey: true,
		DPoP: client.DPoPOptions{
			ClockTolerance: new(60 * time.Second),
			Retry:          client.RetryOptions{Delay: new(200 * time.Millisecond), Jitter: new(true)},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.Warnings()[0])
	// Output: the clock tolerance is 1m0s; at most 30s is advised, correct the clocks instead
}

// An http.Client whose every request carries token and proof.
func ExampleTransport() {
	s := startServers()
	defer s.close()
	c, err := client.New(client.Options{
		Issuer: s.issuer, ClientID: "app", ClientSecret: "secret",
		UseDPoP: true, GenerateKey: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	f, err := c.Fetcher(client.FetcherOptions{BaseURL: s.api})
	if err != nil {
		log.Fatal(err)
	}
	h := &http.Client{Transport: &client.Transport{Fetcher: f}}
	response, err := h.Get(s.api + "/orders")
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	fmt.Println(response.Status)
	// Output: 200 OK
}

// A token from elsewhere, and a transport that sees each request as it leaves.
func ExampleFetcherOptions() {
	s := startServers()
	defer s.close()
	c, err := client.New(client.Options{UseDPoP: true, GenerateKey: true})
	if err != nil {
		log.Fatal(err)
	}
	f, err := c.Fetcher(client.FetcherOptions{
		BaseURL: s.api,
		AccessToken: func(ctx context.Context, o client.TokenOptions) (string, error) {
			return "example-token", nil
		},
		Transport: client.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
			fmt.Println(r.Method, r.URL.Path, client.Mask(r.Header).Get("Authorization"))
			return http.DefaultTransport.RoundTrip(r)
		}),
	})
	if err != nil {
		log.Fatal(err)
	}
	response, err := f.Fetch(context.Background(), "orders", &client.Init{Method: "DELETE"})
	if err != nil {
		log.Fatal(err)
	}
	response.Body.Close()
	// Output:
	// DELETE /orders DPoP ***
	// DELETE /orders DPoP ***
}

// Debug logging shows every request and answer with its secrets masked.
func ExampleDebugTransport() {
	logger := slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c, err := client.New(client.Options{UseDPoP: true, GenerateKey: true, Logger: logger})
	if err != nil {
		log.Fatal(err)
	}
	_, err = c.Fetcher(client.FetcherOptions{
		BaseURL:   "https://api.example.com",
		Transport: client.DebugTransport(logger, http.DefaultTransport),
	})
	fmt.Println(err)
	// Output: <nil>
}

// A user logs in; the refresh token serves the calls that follow.
func ExampleClient_Login() {
	c, err := client.New(client.Options{
		Issuer: "https://tenant.example.com/", ClientID: "app", RedirectURI: "https://app.example.com/callback",
		UseDPoP: true, GenerateKey: true, PAR: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = c.Login(context.Background(), client.LoginOptions{
		Scope: "openid offline_access",
		Follow: func(ctx context.Context, authorizationURL string) (string, error) {
			return "", errors.New("open the browser here, and return the URL it comes back to")
		},
	})
	if err != nil {
		log.Print(err)
	}
}

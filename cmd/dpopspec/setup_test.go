package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
)

// strangers are an honest authorization server and an honest API on loopback.
func strangers(t *testing.T) (issuer, api string) {
	t.Helper()
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	const audience, other = "https://orders.example", "https://invoices.example"
	as, err := wire.Listen(wire.Options{}, func(origin string) http.Handler {
		server, err := mockas.New(origin, mockas.Config{Key: key, Clients: []mockas.Client{{
			ID: "svc", Secret: "the-right-secret", Auth: mockas.AuthBasic, Grants: mockas.AllGrants,
			RedirectURIs: []string{"http://127.0.0.1/cb"}, AlwaysRefresh: true,
		}}, APIs: []mockas.API{{Audience: audience}, {Audience: other}}})
		if err != nil {
			t.Fatal(err)
		}
		return server
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { as.Close() })
	rs, err := wire.Listen(wire.Options{}, func(origin string) http.Handler {
		return mockrs.New(origin, mockrs.Config{
			Audience: audience, Issuer: as.URL,
			Keys: func(context.Context) ([]dpop.PublicKey, error) {
				return []dpop.PublicKey{{JWK: key.JWK(), Key: key.Public(), Thumbprint: key.Thumbprint}}, nil
			},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rs.Close() })
	return as.URL, rs.URL
}

// tenantFile is a configuration of both, with changes.
func tenantFile(t *testing.T, changes ...string) string {
	t.Helper()
	issuer, api := strangers(t)
	text := `
authorization_server:
  issuer: ISSUER
  clients:
    - id: svc
      secret: the-right-secret
      grants: [client_credentials, authorization_code, refresh_token]
      redirect_uri: "http://127.0.0.1/cb"
apis:
  orders: {url: API, audience: "https://orders.example", probe: GET /orders}
`
	text = strings.NewReplacer(append(changes, "ISSUER", issuer, "API", api)...).Replace(text)
	return write(t, "tenant.yaml", text)
}

// screen is what fits on one.
const screenLines, screenColumns = 24, 80

func fits(t *testing.T, out string) {
	t.Helper()
	rows := 0
	for line := range strings.Lines(out) {
		rows += max(1, (utf8.RuneCountInString(strings.TrimRight(line, "\n"))+screenColumns-1)/screenColumns)
	}
	if rows > screenLines {
		t.Errorf("%d lines", rows)
	}
}

// blames finds verdicts that say something of a party.
var blames = regexp.MustCompile(`[0-9] (failed|errored|inconclusive|warned)`)

// mistakes are what people get wrong, with what has to be said.
func mistakes(t *testing.T) map[string]struct {
	config, subject string
	says            []string
} {
	t.Helper()
	script := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o700); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return map[string]struct {
		config, subject string
		says            []string
	}{
		"a wrong secret": {tenantFile(t, "the-right-secret", "the-wrong-secret"), "as,rs",
			[]string{"client svc", "401", "invalid_client", "authorization_server.clients[svc].secret"}},
		"a wrong audience": {tenantFile(t, "https://orders.example", "https://invoices.example"), "rs",
			[]string{"API orders", "401", "invalid_token", "apis.orders.audience", "invoices.example"}},
		"an audience that nobody knows": {tenantFile(t, "https://orders.example", "https://orders.test"), "rs",
			[]string{"client svc", "invalid_target", "apis.orders.audience"}},
		"a dead API": {tenantFile(t, "url: API", "url: http://127.0.0.1:9"), "rs",
			[]string{"127.0.0.1:9/orders", "connection refused", "apis.orders.url"}},
		"an API whose command does not start": {write(t, "command.yaml",
			"apis: {orders: {command: ["+script("api", "echo no port is free >&2; exit 7")+"]}}\n"), "rs",
			[]string{"API orders", "exit code 7", "no port is free", "apis.orders.command"}},
		"an adapter that does not start": {write(t, "adapter.yaml",
			"client: {command: ["+script("adapter", "echo Cannot find module >&2; exit 3")+"]}\n"), "client",
			[]string{"client", "exit code 3", "Cannot find module", "client.command"}},
		"an adapter that can do nothing": {write(t, "idle.yaml",
			"client: {command: ["+script("idle", `while read line; do echo '{"id":1,"ok":true,"name":"idle"}'; done`)+"]}\n"),
			"client", []string{"names no capability", "client.command"}},
	}
}

func TestAMistakeInTheSetUpIsOneScreenThatSaysWhatToChange(t *testing.T) {
	t.Setenv("COLUMNS", "80")
	for name, m := range mistakes(t) {
		t.Run(name, func(t *testing.T) {
			code, out := call(t, "run", "-c", m.config, "--subject", m.subject, "--format", "pretty")
			if code != exitCouldNotTest {
				t.Errorf("exit code %d", code)
			}
			for _, word := range m.says {
				if !strings.Contains(strings.Join(strings.Fields(out), " "), word) {
					t.Errorf("it does not say %q", word)
				}
			}
			if verdict := blames.FindString(out); verdict != "" {
				t.Errorf("a mistake in the set-up became a verdict on the subject: %s", verdict)
			}
			fits(t, out)
			if t.Failed() {
				t.Log("\n" + out)
			}
		})
	}
}

func TestCheckTriesWhatARunRestsOn(t *testing.T) {
	for name, m := range mistakes(t) {
		t.Run(name, func(t *testing.T) {
			code, out := call(t, "check", "--try", "-c", m.config)
			if code != exitCouldNotTest || !strings.Contains(out, m.says[len(m.says)-1]) {
				t.Errorf("exit code %d:\n%s", code, out)
			}
		})
	}
	code, out := call(t, "check", "--try", "-c", tenantFile(t))
	if code != exitConformant || strings.Count(out, "✓") != 5+1 || strings.Contains(out, "✗") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	code, out = call(t, "check", "--try", "-c", tenantFile(t), "--format", "json")
	if code != exitConformant || !strings.Contains(out, `"outcome": "works"`) {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

func TestCheckAsksAnAdapterWhoItIs(t *testing.T) {
	m := mistakes(t)["an adapter that does not start"]
	code, out := call(t, "check", "-c", m.config)
	if code != exitCouldNotTest || !strings.Contains(out, "exit code 3") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

package client

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

func TestNoSecretReachesALogOrAnError(t *testing.T) {
	for _, handler := range []func(*bytes.Buffer) slog.Handler{
		func(b *bytes.Buffer) slog.Handler {
			return slog.NewJSONHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug})
		},
		func(b *bytes.Buffer) slog.Handler {
			return slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug})
		},
	} {
		var output bytes.Buffer
		secrets := runEverything(t, slog.New(handler(&output)), &output)
		for _, must := range []string{
			"DPoP request", "DPoP response", "method", "status", apiURL + "/x", "aud", "htu",
		} {
			if !strings.Contains(output.String(), must) {
				t.Errorf("the log does not show %s", must)
			}
		}
		for _, secret := range secrets {
			for _, spelling := range []string{
				secret, url.QueryEscape(secret),
				base64.StdEncoding.EncodeToString([]byte(secret)), hex.EncodeToString([]byte(secret)),
			} {
				if strings.Contains(output.String(), spelling) {
					t.Errorf("the output shows %s", spelling)
				}
			}
		}
	}
}

// runEverything logs a run in which much succeeds and much fails, with every
// error and every value printed, and returns the secrets that were in play.
func runEverything(t *testing.T, logger *slog.Logger, output *bytes.Buffer) []string {
	key, public, private := pair(t, "ES256")
	secrets := append(secretsOf(t, key, private), "the-client-secret", "session-cookie")
	note := func(values ...any) {
		for _, v := range values {
			fmt.Fprintf(output, "%v %+v %#v %s\n", v, v, v, v)
			logger.Info("value", "it", v)
			text, _ := json.Marshal(v)
			output.Write(text)
		}
	}
	w := newWorld(t)
	w.as.nonces = dpop.NewNonceWindow(time.Hour, w.clock)
	w.api.nonces = dpop.NewNonceWindow(time.Hour, w.clock)
	inEnv := KeyPEM{public, private}
	c := w.client(func(o *Options) {
		o.GenerateKey, o.KeyPEM, o.ClientSecret, o.Logger = false, &inEnv, "the-client-secret", logger
		o.DPoP.ClockTolerance = new(time.Hour)
	})
	_, err := c.Token(t.Context(), TokenOptions{Audience: apiURL})
	token, loginErr := c.Login(t.Context(), LoginOptions{Scope: "openid", Audience: apiURL})
	a, authorizeErr := c.Authorize(t.Context(), LoginOptions{})
	secrets = append(secrets, token.AccessToken, token.RefreshToken, token.IDToken, a.verifier)
	note(err, loginErr, authorizeErr, c, key, inEnv, &inEnv)
	output.WriteString(fmt.Sprint(token, a) + fmt.Sprintf("%#v %+v %#v", token, a, a))
	logger.Info("token", "token", token, "authorization", a.String())
	f := w.fetcher(c)
	for _, step := range []func(http.ResponseWriter){nil,
		answer(401, "", `WWW-Authenticate: DPoP error="invalid_dpop_proof"`, "Set-Cookie: session-cookie"),
		answer(401, "", `WWW-Authenticate: DPoP error="use_dpop_nonce"`),
		answer(307, "", "Location: https://evil.test/?access_token="+token.AccessToken),
		answer(500, ""),
	} {
		w.api.before = answers(step)
		init := &Init{Header: http.Header{"Cookie": {"sid=session-cookie"}}}
		_, err := f.Fetch(t.Context(), "/x?access_token="+token.AccessToken, init)
		if err != nil {
			note(err)
		}
	}
	delete(w.hosts, "api.test")
	if _, err := f.Fetch(t.Context(), "/x?access_token="+token.AccessToken, nil); err != nil {
		note(err)
	}
	for _, bad := range []KeyPEM{
		{private, private}, {public, private[:len(private)-50]}, {public, strings.ReplaceAll(private, "\n", "")},
	} {
		_, err := New(Options{UseDPoP: true, KeyPEM: &bad, Env: environment(nil)})
		note(err)
	}
	jwk, err := key.PrivateJWK()
	if err != nil {
		t.Fatal(err)
	}
	jwk.Set("x", "AAAA")
	_, err = New(Options{UseDPoP: true, KeyJWK: jwk.JSON(), Env: environment(nil)})
	note(err)
	return secrets
}

func TestAURLInALogHidesWhatItCarries(t *testing.T) {
	for text, want := range map[string]string{
		"https://a.test/x?code=1&b=2":           "https://a.test/x?code=***&b=2",
		"https://a.test/x?Access%5FToken=1":     "https://a.test/x?Access%5FToken=***",
		"https://u:p@a.test/":                   "https://***@a.test/",
		"https://a.test/#id_token=1":            "https://a.test/#***",
		"https://a.test/x%2Fy?z":                "https://a.test/x%2Fy?z",
		"https://a.test/\x7f?client_secret=yes": "*** (no URL)",
	} {
		if got := strings.ReplaceAll(MaskURL(text), "%2A", "*"); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}

func TestTheDebugTransportShowsRequestsAndAnswersMasked(t *testing.T) {
	w := newWorld(t)
	var output bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&output, &slog.HandlerOptions{Level: slog.LevelDebug}))
	f := w.fetcher(w.client(), func(o *FetcherOptions) {
		o.Transport = DebugTransport(logger, w)
		o.AccessToken = always("a-secret-token")
	})
	w.get(f, "/x")
	for _, must := range []string{"url=" + apiURL + "/x", "method=GET", "DPoP ***", "htm", "status=401"} {
		if !strings.Contains(output.String(), must) {
			t.Errorf("the log does not show %s:\n%s", must, output.String())
		}
	}
	if strings.Contains(output.String(), "a-secret-token") {
		t.Error("the log shows the token")
	}
}

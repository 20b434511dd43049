package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestATransientFailureIsRepeatedOnlyWhereThatIsSafeAndWanted(t *testing.T) {
	for _, row := range []struct {
		wanted   bool
		method   string
		requests int
	}{{false, "GET", 1}, {true, "GET", 2}, {true, "POST", 1}} {
		w := newWorld(t)
		w.api.before = answers(answer(503, ""), nil)
		c := w.client(func(o *Options) { o.DPoP.Retry.Unavailable = row.wanted })
		if _, err := w.fetcher(c).Fetch(t.Context(), "/", &Init{Method: row.method}); err != nil {
			t.Error(err)
		}
		sent := w.sent(apiURL)
		if len(sent) != row.requests || row.requests == 2 && sent[0].claim("jti") == sent[1].claim("jti") {
			t.Errorf("%+v: %d requests", row, len(sent))
		}
	}
}

func TestFailuresThatAreNotOfDPoPAreToldApart(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	for _, status := range []int{404, 500, 401} {
		w.api.before = answers(answer(status, "no"))
		response, err := w.fetcher(c).Fetch(t.Context(), "/", nil)
		if err != nil || response.StatusCode != status {
			t.Fatalf("%d: %v", status, err)
		}
		if body, _ := io.ReadAll(response.Body); string(body) != "no" {
			t.Errorf("%d: body %q", status, body)
		}
	}
	delete(w.hosts, "api.test")
	if _, err := w.fetcher(c).Fetch(t.Context(), "/", nil); codeOf(err) != "other" {
		t.Errorf("no network: %v", err)
	}
	w.as.before = answers(answer(400, `{"error":"invalid_client","error_description":"who?"}`))
	_, err := c.Token(t.Context(), TokenOptions{Refresh: true})
	var oauth *OAuthError
	if codeOf(err) != "other" || !errors.As(err, &oauth) || oauth.Code != "invalid_client" {
		t.Errorf("invalid_client: %v", err)
	}
}

func TestARefusedProofIsAnErrorThatNamesTheClocksIfTheyDiffer(t *testing.T) {
	for _, row := range []struct {
		ahead time.Duration
		code  Code
	}{
		{0, ProofRefused}, {29 * time.Second, ProofRefused},
		{31 * time.Second, ClockDrift}, {-31 * time.Second, ClockDrift},
	} {
		w := newWorld(t)
		w.api.before = answers(func(rw http.ResponseWriter) {
			rw.Header().Set("Date", w.now.Add(row.ahead).UTC().Format(http.TimeFormat))
			answer(401, "", `WWW-Authenticate: DPoP error="invalid_dpop_proof", error_description="iat"`)(rw)
		})
		_, err := w.fetcher(w.client()).Fetch(t.Context(), "/", nil)
		if codeOf(err) != row.code {
			t.Errorf("%v: %v", row.ahead, err)
		}
		if row.code != ClockDrift {
			continue
		}
		for _, clock := range []string{
			"the server's clock says 2027-01-15 0", "the client's with its skew 2027-01-15 08:00:00 UTC",
		} {
			if !strings.Contains(err.Error(), clock) {
				t.Errorf("%v: the error does not name both clocks: %v", row.ahead, err)
			}
		}
	}
}

func TestAnAudienceMismatchIsShownAsWhatItIs(t *testing.T) {
	w := newWorld(t)
	other := newResourceServer(w, "https://api2.test")
	w.hosts["api2.test"] = other
	c := w.client()
	one := w.fetcher(c, func(o *FetcherOptions) { o.Audience = apiURL })
	two := w.fetcher(c, func(o *FetcherOptions) { o.BaseURL, o.Audience = "https://api2.test", "https://api2.test" })
	if w.get(one, "/users") != 200 || w.get(two, "/orders") != 200 {
		t.Fatal("the right fetchers fail")
	}
	crossed := func(context.Context, TokenOptions) (string, error) {
		token, err := c.Token(t.Context(), TokenOptions{Audience: apiURL})
		return token.AccessToken, err
	}
	for _, audience := range []string{"https://api2.test", ""} {
		f := w.fetcher(c, func(o *FetcherOptions) {
			o.BaseURL, o.Audience, o.AccessToken = "https://api2.test", audience, crossed
		})
		_, err := f.Fetch(t.Context(), "/orders", nil)
		var e *DPoPError
		if !errors.As(err, &e) || e.Code != AudienceMismatch || e.Status != 401 ||
			!strings.Contains(e.Message, `unexpected JWT "aud" (audience) claim value`) {
			t.Errorf("audience %q: %v", audience, err)
		}
	}
	w.api.before = answers(answer(401, `{"code":"OAUTH_JWT_CLAIM_COMPARISON_FAILED"}`))
	if _, err := one.Fetch(t.Context(), "/", nil); codeOf(err) != AudienceMismatch {
		t.Errorf("in the server's own words: %v", err)
	}
}

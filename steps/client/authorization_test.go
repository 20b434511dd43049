package client

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/steps/world/worldtest"
	"github.com/dpopspec/dpopspec/target"
)

// A DPoP nonce in the first of two logins is seen as well as one in the last.
func TestTheNonceOfEachLoginIsLookedAt(t *testing.T) {
	w := worldtest.Open(t, target.Default(), "")
	if err := w.ArrangeAS(func(c *mockas.Config) { c.Nonces = mockas.NonceRequired }); err != nil {
		t.Fatal(err)
	}
	as, err := w.AS()
	if err != nil {
		t.Fatal(err)
	}
	send := func(method, path string, form url.Values) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, as.URL(path), strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("DPoP", "none")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.Header.Get("DPoP-Nonce")
	}
	nonce := send("POST", mockas.PathToken, url.Values{
		"grant_type": {mockas.GrantClientCredentials},
		"client_id":  {"confidential"}, "client_secret": {"confidential-secret"},
	})
	if nonce == "" {
		t.Fatal("the server gave no nonce")
	}
	send("GET", mockas.PathAuthorize+"?nonce="+url.QueryEscape(nonce), nil)
	send("GET", mockas.PathAuthorize+"?nonce=another", nil)
	var violation *world.Violation
	if err := world.Of[Actor](w).loginNonceDiffers(); !errors.As(err, &violation) {
		t.Errorf("got %v", err)
	}
}

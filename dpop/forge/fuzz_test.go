package forge

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// FuzzForge makes a proof with any defect of the catalogue for any request: a
// defect is never accepted, a sound variation never refused.
func FuzzForge(f *testing.F) {
	defects := All()
	for i := range defects {
		if i%25 == 0 {
			f.Add(i, "GET", "rs.example:8443", "/a%2Fb/C~d?x=1", "token", "nonce", int64(0))
		}
	}
	f.Add(1, "post", "[::1]", "/", "", "", int64(1))
	f.Add(2, "M-SEARCH", "h", "", "a.b.c", "!", int64(-1))
	f.Fuzz(func(t *testing.T, n int, method, authority, path, token, nonce string, at int64) {
		d := defects[((n%len(defects))+len(defects))%len(defects)]
		uri := "https://" + authority + "/" + strings.TrimPrefix(path, "/")
		if !requestable(method, uri) ||
			nonce != "" && !dpop.ValidNonce(nonce) || token != "" && !dpop.IsToken68(token) {
			return
		}
		now := time.Unix((at%(1<<31)+1<<31)%(1<<31)+1_000_000_000, 0)
		forgery := testForgery(t, dpop.Occasion{Method: method, URI: uri, AccessToken: token, Nonce: nonce}, "ES256")
		forgery.Now = now
		if token == forgery.OtherToken || nonce == forgery.OldNonce || nonce == forgery.OtherNonce {
			return
		}
		forged, err := d.Forge(forgery)
		var not *NotForgeable
		if errors.As(err, &not) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", d.Name(), err)
		}
		compare(t, method+" "+uri+" "+d.Name(), d, judgeAt(forgery, d, forged, func() time.Time { return now }))
	})
}

// requestable reports whether a client could send that request at all.
func requestable(method, uri string) bool {
	_, notSent := http.NewRequest(method, uri, nil)
	_, notNormal := dpop.NormalizeURI(uri)
	return notSent == nil && notNormal == nil && !strings.Contains(uri, "#") &&
		method != "" && len(method) < 100 && len(uri) < 1000
}

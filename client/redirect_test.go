package client

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestARedirectWithinTheAPIIsFollowedWithANewProof(t *testing.T) {
	for _, row := range []struct {
		status       int
		method, then string
		body         string
	}{
		{307, "POST", "POST", "body"}, {308, "PUT", "PUT", "body"},
		{303, "POST", "GET", ""}, {302, "POST", "GET", ""},
		{301, "GET", "GET", ""}, {302, "HEAD", "HEAD", ""},
	} {
		w := newWorld(t)
		w.api.before = answers(answer(row.status, "", "Location: /new?x=1"), nil)
		body := "body"
		if row.method == "GET" || row.method == "HEAD" {
			body = ""
		}
		response, err := w.fetcher(w.client()).Fetch(t.Context(), "/old", &Init{
			Method: row.method, Header: http.Header{"Content-Type": {"text/plain"}},
			Body: io.MultiReader(strings.NewReader(body)),
		})
		if err != nil || response.StatusCode != 200 {
			t.Errorf("%+v: %v", row, err)
			continue
		}
		sent := w.sent(apiURL)
		if len(sent) != 2 {
			t.Errorf("%+v: %d requests", row, len(sent))
			continue
		}
		then := sent[1]
		if then.claim("htu") != apiURL+"/new" || then.claim("htm") != row.then || then.Method != row.then ||
			then.Body != row.body || then.claim("jti") == sent[0].claim("jti") {
			t.Errorf("%+v: arrived %+v", row, sent)
		}
		if (then.Header.Get("Content-Type") == "") != (row.body == "") {
			t.Errorf("%+v: Content-Type %q", row, then.Header.Get("Content-Type"))
		}
	}
}

func TestARedirectToAnotherOriginIsNotFollowed(t *testing.T) {
	for _, location := range []string{
		"https://evil.test/", "https://api.test:8443/", "http://api.test/", "//evil.test/x", "https://user@api.test/",
	} {
		w := newWorld(t)
		w.api.before = answers(answer(307, "", "Location: "+location))
		_, err := w.fetcher(w.client()).Fetch(t.Context(), "/", nil)
		if codeOf(err) != RedirectRefused {
			t.Errorf("%s: %v", location, err)
		}
		if n := len(w.sent(apiURL)) + len(w.sent("https://evil")) + len(w.sent("http:")); n != 1 {
			t.Errorf("%s: %d requests", location, n)
		}
	}
}

func TestARedirectLoopEnds(t *testing.T) {
	w := newWorld(t)
	w.api.before = answers(answer(308, "", "Location: /"))
	_, err := w.fetcher(w.client()).Fetch(t.Context(), "/", nil)
	if err == nil || !strings.Contains(err.Error(), "redirects") {
		t.Errorf("error %v", err)
	}
}

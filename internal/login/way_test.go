package login

import (
	"net/url"
	"testing"
)

func TestOnlyTheRedirectURIItselfAnswersARequest(t *testing.T) {
	for _, test := range []struct {
		registered, address string
		want                bool
	}{
		{"https://app.example/cb", "https://app.example/cb?code=1", true},
		{"https://app.example/cb", "https://app.example:443/cb?error=x", true},
		{"https://app.example/cb", "HTTPS://APP.example/cb#access_token=1", true},
		{"https://app.example", "https://app.example/?code=1", true},
		{"https://app.example/cb", "https://app.example/cb2?code=1", false},
		{"https://app.example/cb", "https://app.example/cb/more?code=1", false},
		{"https://app.example/cb", "https://app.example/CB?code=1", false},
		{"https://app.example/c%2Fb", "https://app.example/c/b?code=1", false},
		{"https://app.example/cb", "https://app.example.evil.example/cb?code=1", false},
		{"https://app.example/cb", "https://app.example@evil.example/cb?code=1", false},
		{"https://app.example/cb", "https://user@app.example/cb?code=1", false},
		{"https://app.example/cb", "http://app.example/cb?code=1", false},
		{"http://127.0.0.1:8765/cb", "http://127.0.0.1:8766/cb?code=1", false},
		{"http://127.0.0.1:8765/cb", "http://localhost:8765/cb?code=1", false},
		{"https://app.example/cb?tenant=1", "https://app.example/cb?tenant=1&code=1", true},
		{"https://app.example/cb?tenant=1", "https://app.example/cb?tenant=2&code=1", false},
		{"https://app.example/cb?tenant=1", "https://app.example/cb?code=1", false},
		{"com.example.app:/callback", "com.example.app:/callback?code=1", true},
		{"com.example.app:/callback", "com.example.app:/callback2?code=1", false},
		{"com.example.app:callback", "com.example.app:callback?code=1", true},
		{"com.example.app:callback", "com.example.app:other?code=1", false},
		{"com.example.app://host/callback", "com.example.app://other/callback?code=1", false},
		{"https://app.example/cb", "https://app.example/cb;x?code=1", false},
		{"https://app.example/cb", "https://app.example/cb%00?code=1", false},
		{"https://app.example/cb", "https://app.example/%63b?code=1", false},
		{"https://app.example/cb", "https://app.example/cb/../cb?code=1", false},
		{"https://app.example/cb", "https://app.example\\@evil.example/cb?code=1", false},
		{"https://app.example:8443/cb", "https://app.example:84430/cb?code=1", false},
		{"http://127.0.0.1:876", "http://127.0.0.1:8765/?code=1", false},
		{"com.example.app:/callback", "com.example.application:/callback?code=1", false},
		{"https://app.example/cb?tenant=1", "https://app.example/cb?tenant=11&code=1", false},
		{"", "https://app.example/cb?code=1", false},
	} {
		if got := (Request{RedirectURI: test.registered}).Answers(test.address); got != test.want {
			t.Errorf("%s answers a request with %s: %v", test.address, test.registered, got)
		}
	}
}

func TestAHostIsNamedWithItsSchemeAndPort(t *testing.T) {
	hosts := HostsOf("https://as.example/realms/x", "login.example", "http://127.0.0.1:8080", "")
	for address, want := range map[string]bool{
		"https://as.example/any": true, "https://AS.example:443/": true, "https://login.example/": true,
		"http://127.0.0.1:8080/x": true,
		"http://as.example/":      false, "https://as.example:8443/": false, "https://other.as.example/": false,
		"http://login.example/": false, "http://127.0.0.1:8081/": false, "https://as.example.evil.example/": false,
		"https://evil.example/?https://as.example": false, "https:///": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if hosts.Name(u) != want {
			t.Errorf("%s is named: %v", address, !want)
		}
	}
}

package client

import "testing"

func TestALoginEndsAtTheRedirectURIAndNowhereNearIt(t *testing.T) {
	for _, row := range []struct {
		redirect, address string
		ends              bool
	}{
		{"https://app.example/cb", "https://app.example/cb?code=1", true},
		{"https://app.example/cb", "https://app.example/cb", true},
		{"https://app.example/cb", "https://app.example/cb#code=1", true},
		{"https://app.example/cb?tenant=a&b", "https://app.example/cb?code=1&b&tenant=a", true},
		{"https://app.example/cb", "https://app.example/cb2?code=1", false},
		{"https://app.example/cb", "https://app.example/cb/more?code=1", false},
		{"https://app.example/cb", "https://app.example/cb;x?code=1", false},
		{"https://app.example/cb", "https://app.example/cb%20?code=1", false},
		{"https://app.example/cb", "https://app.example/%63b?code=1", false},
		{"https://app.example/cb", "https://app.example/cb/?code=1", false},
		{"https://app.example", "https://app.example.evil.example?code=1", false},
		{"https://app.example", "https://app.example@evil.example?code=1", false},
		{"https://app.example", "https://app.example:80?code=1", false},
		{"https://app.example/cb?tenant=a", "https://app.example/cb?tenant=ab&code=1", false},
		{"https://app.example/cb?tenant=a", "https://app.example/cb?code=1", false},
		{"https://app.example/cb", "https://evil.example/?https://app.example/cb", false},
	} {
		c := &Client{}
		c.options.RedirectURI = row.redirect
		if c.isCallback(row.address) != row.ends {
			t.Errorf("a login with %s ends at %s: %v", row.redirect, row.address, !row.ends)
		}
	}
}

package client

import "testing"

// The way of a user through a login ends at the redirect URI, which is nobody's to call
// but the client's.
func TestALoginEndsAtTheRedirectURI(t *testing.T) {
	for _, row := range []struct {
		redirect, address string
		ends              bool
	}{
		{"http://localhost:4000/callback", "http://localhost:4000/callback?code=a", true},
		{"http://localhost:4000/callback?tenant=one", "http://localhost:4000/callback?tenant=one&code=a", true},
		{"com.example.app:/callback", "com.example.app:/callback?code=a", true},
		{"http://localhost:4000/callback", "http://localhost:4000/callback/more?code=a", false},
		{"http://localhost:4000/callback?tenant=one", "http://localhost:4000/callback?tenant=one1&code=a", false},
		{"http://localhost:4000/callback", "http://localhost:8080/login?next=2", false},
	} {
		if ends := leadsTo(row.address, row.redirect); ends != row.ends {
			t.Errorf("%s at %s: %v", row.address, row.redirect, ends)
		}
	}
}

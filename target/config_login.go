package target

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"time"
)

// likelyGrant is the grant that what the client has is good for.
func (c *registeredClient) likelyGrant() string {
	if c.RefreshToken != "" {
		return "refresh_token"
	}
	return "client_credentials"
}

// readLogin reads where codes and refresh tokens come from.
func (c *registeredClient) readLogin(client *RegisteredClient) error {
	client.RefreshToken, client.Login = c.RefreshToken, c.Login
	if c.RefreshToken != "" && !client.Has("refresh_token") {
		return fmt.Errorf("refresh_token needs the grant refresh_token; add it to grants")
	}
	if client.Login == "" {
		client.Login = LoginRedirects
	}
	if ways := []string{LoginRedirects, LoginBrowser}; !slices.Contains(ways, client.Login) {
		return fmt.Errorf("login %q is neither %s nor %s", client.Login, LoginRedirects, LoginBrowser)
	}
	if c.LoginTimeout != "" {
		timeout, err := time.ParseDuration(c.LoginTimeout)
		if err != nil || timeout <= 0 {
			return fmt.Errorf("login_timeout: %q is not a duration such as 2m", c.LoginTimeout)
		}
		client.LoginTimeout = timeout
	}
	if client.Login != LoginBrowser {
		return nil
	}
	if !client.Has("authorization_code") {
		return fmt.Errorf("login browser needs the grant authorization_code; add it to grants")
	}
	return loopbackRedirect(client.RedirectURI)
}

// loopbackRedirect makes sure that the harness can listen at a redirect URI
// (RFC 8252 §7.3).
func loopbackRedirect(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || !onFixedLoopback(u) {
		return fmt.Errorf("login browser needs a redirect_uri on this machine with a port, such as http://127.0.0.1:8765/callback, not %q", address)
	}
	return nil
}

func onFixedLoopback(u *url.URL) bool {
	port := u.Port()
	if port == "" || port == "0" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}

package target

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"time"
)

// likelyGrant is the grant that what the client has is good for.
func likelyGrant(refreshToken string) string {
	if refreshToken != "" {
		return "refresh_token"
	}
	return "client_credentials"
}

// readLogin reads where codes and refresh tokens come from.
func (c *RegisteredClient) readLogin(refreshToken, login, timeout string) error {
	c.RefreshToken, c.Login = refreshToken, login
	if refreshToken != "" && !c.Has("refresh_token") {
		return errors.New("refresh_token needs the grant refresh_token; add it to grants")
	}
	if c.Login == "" {
		c.Login = LoginRedirects
	}
	if ways := []string{LoginRedirects, LoginBrowser}; !slices.Contains(ways, c.Login) {
		return fmt.Errorf("login %q is neither %s nor %s", c.Login, LoginRedirects, LoginBrowser)
	}
	if timeout != "" {
		longest, err := time.ParseDuration(timeout)
		if err != nil || longest <= 0 {
			return fmt.Errorf("login_timeout: %q is not a duration such as 2m", timeout)
		}
		c.LoginTimeout = longest
	}
	if c.Login != LoginBrowser {
		return nil
	}
	if !c.Has("authorization_code") {
		return errors.New("login browser needs the grant authorization_code; add it to grants")
	}
	return loopbackRedirect(c.RedirectURI)
}

// loopbackRedirect makes sure that the harness can listen at a redirect URI
// (RFC 8252 §7.3).
func loopbackRedirect(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		!onFixedLoopback(u) {
		return fmt.Errorf("login browser needs a redirect_uri on this machine with a port, "+
			"such as http://127.0.0.1:8765/callback, not %q", address)
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

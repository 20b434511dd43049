package target

import (
	"slices"
	"strings"
	"testing"
)

// ofServer is a configuration of an authorization server with two clients.
func ofServer(rest string) string {
	return "authorization_server:\n  issuer: https://a.example\n  clients:\n" +
		"    - {id: app, redirect_uri: 'https://a.example/', grants: [authorization_code, device_code]}\n" +
		"    - {id: api, secret: s, grants: []}\n" + rest
}

func TestLeaveToRegisterAndWhoIntrospectsAreRead(t *testing.T) {
	for _, test := range []struct {
		rest, token, introspector string
		may                       bool
	}{
		{"", "", "", false},
		{"  registration: open\n", "", "", true},
		{"  registration: {initial_access_token: '${IAT}'}\n", "the-token", "", true},
		{"  introspection: {client: api}\n", "", "api", false},
	} {
		loaded, err := loadText(t, ofServer(test.rest), map[string]string{"IAT": "the-token"})
		if err != nil {
			t.Errorf("%s: %v", test.rest, err)
			continue
		}
		as := loaded.AuthorizationServer
		if loaded.MayRegister() != test.may || as.Introspector != test.introspector {
			t.Errorf("%s: leave %v, introspector %q", test.rest, loaded.MayRegister(), as.Introspector)
		}
		if test.token != "" && (as.Registration.InitialAccessToken != test.token || !slices.Contains(loaded.Secrets, test.token)) {
			t.Errorf("%s: token %q, secrets %q", test.rest, as.Registration.InitialAccessToken, loaded.Secrets)
		}
		if app, api := as.Clients[0], as.Clients[1]; !app.Has("urn:ietf:params:oauth:grant-type:device_code") || len(api.Grants) > 0 {
			t.Errorf("grants %q and %q", app.Grants, api.Grants)
		}
	}
}

func TestAMistakeAboutRegistrationOrIntrospectionIsToldWithItsRemedy(t *testing.T) {
	for _, test := range []struct{ rest, want string }{
		{"  registration: hidden-token\n", ":6: registration is neither open nor a mapping"},
		{"  registration: {initial_access_token: ''}\n", "registration has no initial_access_token"},
		{"  registration: {token: hidden-token}\n", `:6: unknown key "token"; known here: initial_access_token`},
		{"  introspection: {client: nobody}\n", `no client of the configuration has the id "nobody"`},
		{"  introspection: {client: app}\n", `introspection.client: "app" is public`},
		{"  introspection: api\n", ":6: this is a text, and "},
	} {
		_, err := loadText(t, ofServer(test.rest), nil)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hidden-token") {
			t.Errorf("%sgot %v\nwant %s", test.rest, err, test.want)
		}
	}
}

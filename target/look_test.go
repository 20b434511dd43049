package target

import (
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/mockas"
)

func TestTheEmbeddedServerLooksAsTheFileSays(t *testing.T) {
	auth0, err := mockas.FindLook("auth0")
	if err != nil {
		t.Fatal(err)
	}
	got, err := loadText(t, "as: {like: auth0}\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	if look := got.Look; look.IssuerAt("https://h") != "https://h/" || !look.TLS || look.Algorithm != "RS256" ||
		look.Path(mockas.PathToken) != auth0.Path(mockas.PathToken) {
		t.Errorf("%+v", look)
	}
	got, err = loadText(t, "as: {like: auth0, alg: ES384, trailing_slash: false, tls: false, "+
		"paths: {issuer: /one/, token_endpoint: /t}}\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	if look := got.Look; look.IssuerAt("http://h") != "http://h/one" || look.TLS || look.Algorithm != "ES384" ||
		look.Path(mockas.PathToken) != "/t" || look.Path(mockas.PathPAR) != "/oauth/par" {
		t.Errorf("%+v", look)
	}
	if auth0.Path(mockas.PathToken) != "/oauth/token" {
		t.Error("the file has changed the look of every other run")
	}
}

func TestALookThatIsNoneIsAnErrorThatKnowsThoseThereAre(t *testing.T) {
	for text, want := range map[string]string{
		"as: {like: auth1}\n":                    "auth0, keycloak, okta, entra",
		"as: {alg: HS256}\n":                     `alg "HS256" is not one of`,
		"as: {paths: {token: /t}}\n":             `"token" is not one of authorization_endpoint`,
		"as: {paths: {token_endpoint: t}}\n":     `"t" is not a path`,
		"as: {certificate: {file: a, key: b}}\n": "a certificate is for an https server",
		"as: {unlike: x}\n":                      "known here: alg, certificate, like",
		"as: {like: okta}\nauthorization_server: {issuer: 'https://a.example'}\n": "a real one",
	} {
		if _, err := loadText(t, text, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

// What runs already cannot trust an authority that is made for this run.
func TestAnApplicationThatRunsIsNotShownACertificateThatItCannotTrust(t *testing.T) {
	configured := Default()
	configured.Look = mockas.Look{TLS: true}
	configured.Client = &RealClient{Trigger: &Trigger{"http://a/{path}", "127.0.0.1:1", "127.0.0.1:2"}}
	s, err := Open(t.Context(), configured)
	if err == nil {
		s.Close()
		t.Fatal("it was opened")
	}
	if !strings.Contains(err.Error(), "as.certificate") {
		t.Errorf("%v", err)
	}
}

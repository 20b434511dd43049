package target

import (
	"slices"
	"strings"
	"testing"
)

func TestAllVariablesThatAreNotSetAreToldAtOnce(t *testing.T) {
	text := "authorization_server:\n" +
		"  issuer: https://${FIRST}/\n" +
		"  clients:\n" +
		"    - {id: \"${SECOND}\", secret: \"${THIRD}\", scope: \"${FOURTH:-read}\"}\n" +
		"connection:\n" +
		"  headers: {X-One: \"${FIRST}${SECOND}\"}\n"
	_, err := parse("t.yaml", []byte(text), environment(nil))
	const want = "t.yaml:2: 3 environment variables are not set: FIRST (line 2), SECOND (line 4), THIRD (line 4); " +
		"set them, or write ${FIRST:-default}"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// TestWhatStandsInAPublicPlaceIsNoSecret: a report that masks whom it tested tells
// nothing. What stands in a secret place as well stays one, and so does what may hold
// a password.
func TestWhatStandsInAPublicPlaceIsNoSecret(t *testing.T) {
	env := map[string]string{
		"DOMAIN": "the-domain.example", "ID": "the-client-id", "SECRET": "the-client-secret",
		"SAME": "both-id-and-secret", "MAIL": "someone@the-domain.example", "URL": "https://the-api.example/v1",
		"AUDIENCE": "the-audience", "SCOPE": "the-scope", "PATH_KEY": "the-key-in-the-path",
		"HEADER": "the-pass", "ADDRESS": "127.0.0.1", "NESTED": "the-value-of-a-program",
	}
	text := `
authorization_server:
  issuer: https://${DOMAIN}/
  hosts: ["mtls.${DOMAIN}"]
  clients:
    - {id: "${ID}", secret: "${SECRET}", scope: "${SCOPE:-}"}
    - {id: "${SAME}", secret: "${SAME}"}
    - {id: "${MAIL}", auth: none, grants: [refresh_token], scope: "${NO_SCOPE:-read}"}
apis:
  orders: {url: "${URL}", audience: "${AUDIENCE}", probe: "GET /${PATH_KEY}", env: {issuer: "${NESTED}"}}
connection:
  headers: {X-Pass: "${HEADER}"}
  resolve: {"${DOMAIN}:443": "${ADDRESS}:8443"}
`
	got, err := parse("t.yaml", []byte(text), environment(env))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"SECRET", "SAME", "MAIL", "PATH_KEY", "HEADER", "NESTED"} {
		if !slices.Contains(got.Secrets, env[name]) {
			t.Errorf("%s is no secret: %q", name, got.Secrets)
		}
	}
	for _, name := range []string{"DOMAIN", "ID", "URL", "AUDIENCE", "SCOPE", "ADDRESS"} {
		if slices.Contains(got.Secrets, env[name]) {
			t.Errorf("%s is a secret: %q", name, got.Secrets)
		}
	}
	if to := got.Connection.Resolve[0]["the-domain.example:443"]; to != "127.0.0.1:8443" {
		t.Errorf("a variable in a key was left: %v", got.Connection.Resolve)
	}
	var names []string
	for _, v := range got.Variables {
		if v.Set != (v.Name != "NO_SCOPE") {
			t.Errorf("%+v", v)
		}
		names = append(names, v.Name)
	}
	want := "DOMAIN ID SECRET SCOPE SAME MAIL NO_SCOPE URL AUDIENCE PATH_KEY NESTED HEADER ADDRESS"
	if list := strings.Join(names, " "); list != want {
		t.Errorf("got  %s\nwant %s", list, want)
	}
}

package target

import (
	"strings"
	"testing"
)

func TestWhoApprovesDevicesIsRead(t *testing.T) {
	const before = "authorization_server:\n  issuer: https://as.example.com\n" +
		"  clients: [{id: app, grants: [authorization_code], redirect_uri: 'https://app.example/cb', " +
		"login: {form: {username: a, password: '${PASSWORD}'}}}, {id: other, secret: x}]\n  device_approval: "
	for text, want := range map[string]string{
		"/device/approve?user_code={user_code}":                      "GET /device/approve?user_code={user_code}",
		"https://as.example.com/d?c={user_code}":                     "GET https://as.example.com/d?c={user_code}",
		"{url: /device, form: {user_code: '{user_code}'}}":           "POST /device",
		"{url: /device, method: put, json: {a: ['{user_code}', 1]}}": "PUT /device",
		"{command: [./approve.sh]}":                                  "./approve.sh",
		"{login: app}":                                               "login app",
	} {
		loaded, err := loadText(t, before+text+"\n", map[string]string{"PASSWORD": "secret-1"})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var got string
		switch d := loaded.AuthorizationServer.DeviceApproval; {
		case d.Request != nil:
			got = d.Request.Method + " " + d.Request.URL
		case d.Program != nil:
			got = d.Program.Args[0]
		default:
			got = "login " + d.Login
		}
		if got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
	for text, want := range map[string]string{
		"device": "neither a URL nor a path", "https://{user_code}.example/": "the host of",
		"{form: {a: b}}": "one of", "{url: /a, command: [b]}": "one of", "{login: nobody}": `no client "nobody"`,
		"{login: other}": "no login by form", "{command: []}": "no program", "{command: [a], method: POST}": "are of a request",
		"{url: /a, form: {a: b}, json: {}}": "two bodies", "{url: /a, method: GET, form: {a: b}}": "GET has no body",
		"{url: /a, headers: {'a b': c}}": "not a header field", "{url: /a, env: {A: b}}": "env is of a program",
		"{urll: /a}": "urll",
	} {
		_, err := loadText(t, before+text+"\n", map[string]string{"PASSWORD": "secret-1"})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), ":4: ") {
			t.Errorf("%s: %v; want %s", text, err, want)
		}
	}
}

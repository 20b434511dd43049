package target

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const oneAPI = "apis:\n  orders: {url: 'https://a.example', probe: GET /}\n"

func TestAConfigurationThatIsReadOtherwiseThanItLooksIsAnError(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"a second document", oneAPI + "---\nlimits: {rate: 1/s}\n", ":4: a second document begins here"},
		{"a second document that is no mapping", oneAPI + "--- x\n", ":3: a second document begins here"},
		{"an unknown key behind an alias",
			"apis:\n  a: {url: 'https://a.example', probe: &p {reqest: GET /}}\n  b: {url: 'https://b.example', probe: *p}\n",
			`:2: unknown key "reqest"`},
		{"an unknown key that is merged",
			"apis:\n  a: &a\n    url: https://a.example\n    audiense: x\n  b: {<<: *a, probe: GET /}\n",
			`:4: unknown key "audiense"`},
		{"an unknown key of a merged list",
			"apis:\n  a:\n    <<: [{url: 'https://a.example'}, {audiense: x}]\n", `:3: unknown key "audiense"`},
		{"an unknown key at the top that is merged", "<<: {limit: {rate: 1/s}}\n", `:1: unknown key "limit"`},
		{"an unknown key in metadata that is aliased",
			"authorization_server:\n  issuer: https://a.example\n  metadata: &m {no_such: x}\n", `"no_such"`},
		{"a section twice", "limits: {rate: 1/s}\napis: {}\nlimits: {rate: 2/s}\n",
			`:3: the key "limits" stands in line 1 already`},
		{"a key twice in a list", "authorization_server:\n  issuer: https://a.example\n  clients:\n" +
			"    - {id: a, id: b}\n", `:4: the key "id" stands in line 4 already`},
		{"an alias of itself", "apis: &x\n  a: *x\n", ":2: the alias *x stands within what it stands for"},
		{"an alias of nothing", "authorization_server:\n  issuer: *hidden\n", "put a value that is meant as it is in quotes"},
		{"UTF-16 that was cut", "\xff\xfea\x00:", "half a character"},
		{"UTF-32", "\x00\x00\xfe\xffa", "UTF-32"},
		{"NUL", "limits: {rate: \"1/s\x00\"}\n", "NUL"},
		{"a control character", "limits: {rate: \"\x1b[2J\"}\n", "control characters are not allowed"},
	} {
		_, err := loadText(t, row.text, nil)
		var wrong *ConfigError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v; want %q", row.name, err, row.want)
		}
	}
}

func TestAConfigurationMayHaveAMarkWideCharactersOrAliases(t *testing.T) {
	const aliased = "apis:\n  orders: &o {url: 'https://a.example', probe: GET /}\n  others: {<<: *o, url: '${B}'}\n"
	wide := "\xfe\xff"
	for _, c := range []byte(aliased) {
		wide += string([]byte{0, c})
	}
	for name, text := range map[string]string{
		"plain": aliased, "a byte order mark": "\ufeff" + aliased, "CRLF": strings.ReplaceAll(aliased, "\n", "\r\n"),
		"UTF-16": wide, "an end": aliased + "...\n", "an empty document": aliased + "---\n",
	} {
		const b = "https://b.example/${C}" // a value of the environment is not read again
		loaded, err := loadText(t, text, map[string]string{"B": b})
		if err != nil || len(loaded.APIs) != 2 || loaded.APIs[1].URL != b ||
			loaded.APIs[1].Path != loaded.APIs[0].Path {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A secret may be pasted at the wrong place, or stand at its own and begin another value.
func TestTheErrorAboutOneKeyShowsNoSecretOfAnother(t *testing.T) {
	const server = "authorization_server:\n  issuer: https://a.example\n  clients:\n    - "
	for name, text := range map[string]string{
		"the issuer": "authorization_server:\n  issuer: 'https://a.example/hunter2hidden?x'\n  clients:\n" +
			"    - {id: a, secret: hunter2hidden}\n",
		"the rate":   server + "{id: a, secret: hunter2hidden}\nlimits: {rate: hunter2hidden}\n",
		"a password": server + "{id: a, secret: s, auth: hunter2hidden, login: {form: {username: u, password: hunter2hidden}}}\n",
		"a field of a form": "limits: {timeout: hunter2hidden}\n" + server +
			"{id: a, login: {form: {username: u, password: p, fields: {pin: hunter2hidden}}}}\n",
		"a header": "limits: {timeout: hunter2hidden}\nconnection: {headers: {X-Gate: hunter2hidden}}\n",
		"a token":  "limits: {timeout: hunter2hidden}\napis: {a: {url: 'https://a.example', token: hunter2hidden}}\n",
		"an anchor in a public place": "authorization_server:\n  issuer: &x '${SECRET}'\n  clients:\n" +
			"    - {id: a, secret: *x}\n",
	} {
		_, err := loadText(t, text, map[string]string{"SECRET": "hunter2hidden"})
		if err == nil || strings.Contains(err.Error(), "hunter2hidden") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What an alias puts at a secret place is a secret, though it is written at a public one.
func TestAValueIsASecretAtEachPlaceThatItsAliasPutsItTo(t *testing.T) {
	text := "authorization_server:\n  issuer: https://a.example\n  clients:\n" +
		"    - {id: &x '${SECRET}', secret: *x, grants: [client_credentials]}\n"
	loaded, err := loadText(t, text, map[string]string{"SECRET": "hunter2hidden"})
	if err != nil || !strings.Contains(strings.Join(loaded.Secrets, " "), "hunter2hidden") {
		t.Errorf("%v", err)
	}
}

// FuzzLoad looks for a configuration whose error is not one line with the file, or
// shows a value of the environment.
func FuzzLoad(f *testing.F) {
	for _, text := range []string{
		oneAPI, "authorization_server:\n  issuer: https://a.example\n  clients:\n    - {id: a, secret: '${S}'}\n",
		oneAPI + "limits: {rate: '${S}', timeout: 3s}\nconnection: {headers: {a: '${S}'}, resolve: {'a:1': 'b:2'}}\n",
		"a: &x {b: '${S}'}\nc: *x\n", "client: {command: [x], env: {A: '${S}'}, callback: '${S}'}\n",
		"as: {as: keycloak}\nprofile: fapi2\nkey: {value: '${S}'}\n", "---\n...\n---\n<<: [{apis: {}}]\n",
	} {
		f.Add([]byte(text))
	}
	folder := f.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "x"), nil, 0o600); err != nil {
		f.Fatal(err)
	}
	env := func(name string) (string, bool) { return "QXZJ-hidden-VWKQ", name == "S" }
	f.Fuzz(func(t *testing.T, text []byte) {
		_, err := parse(filepath.Join(folder, "dpopspec.yaml"), text, env)
		if err == nil {
			return
		}
		var wrong *ConfigError
		if !errors.As(err, &wrong) || wrong.What == "" || wrong.Line < 0 || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%q: %v", text, err)
		}
	})
}

// A value of the wrong kind is told in the words of YAML, not in those of this program.
func TestAValueOfTheWrongKindIsToldInWords(t *testing.T) {
	for text, want := range map[string]string{
		"authorization_server: foo":               "a text, and a mapping of keys belongs here",
		"authorization_server: [a]":               "a list, and a mapping of keys belongs here",
		"authorization_server: {clients: foo}":    "a text, and a list belongs here",
		"authorization_server: {clients: [foo]}":  "a text, and a mapping of keys belongs here",
		"authorization_server: {hosts: {a: b}}":   "a mapping of keys, and a list belongs here",
		"apis: {orders: 5}":                       "a number, and a mapping of keys belongs here",
		"apis: {orders: {probe: {request: [a]}}}": "a list, and a text belongs here",
		"apis: {orders: {probes: GET /a}}":        "a text, and a list belongs here",
		"client: {command: {a: b}}":               "a mapping of keys, and a list belongs here",
		"connection: {insecure: maybe}":           "a text, and true or false belongs here",
		"limits: {rate: {a: 1}}":                  "a mapping of keys, and a text belongs here",
		"limits: {budget: true}":                  "true or false, and a number belongs here",
		"as: auth0":                               "a text, and a mapping of keys belongs here",
		"profile: [a]":                            "a list, and a text belongs here",
	} {
		_, err := parse("c.yaml", []byte(text+"\n"), func(string) (string, bool) { return "", false })
		if err == nil || !strings.Contains(err.Error(), "c.yaml:1: this is "+want) {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
}

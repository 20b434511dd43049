package target

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// selfSigned makes a certificate that signs itself, and its key, as PEM.
func selfSigned(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "client"},
		NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string, octets []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: octets}))
	}
	return block("CERTIFICATE", der), block("PRIVATE KEY", pkcs8)
}

func environment(values map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, set := values[name]; return v, set }
}

// folder writes files and returns where.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func loadText(t *testing.T, text string, env map[string]string) (*Target, error) {
	t.Helper()
	return Load(filepath.Join(folder(t, map[string]string{"dpopspec.yaml": text}), "dpopspec.yaml"), environment(env))
}

func TestAMistakeInTheConfigurationIsToldWithItsLineAndItsRemedy(t *testing.T) {
	_, key := selfSigned(t)
	client := func(rest string) string {
		return "authorization_server:\n  issuer: https://a.example\n  clients:\n    - {id: c1, " + rest + "}\n"
	}
	tests := []struct{ name, text, want string }{
		{"not a mapping", "- a\n", ":1: the configuration is not a mapping"},
		{"broken YAML", "apis: [\n", ": "},
		{"an unknown key", "limits:\n  rat: 5\n",
			`:2: unknown key "rat"; known here: budget, level, patience, pause, rate, time, timeout`},
		{"an unknown key deep inside", client("key: {fil: a}"),
			`:4: unknown key "fil"; known here: alg, file, kid, value`},
		{"a value of another kind", "limits:\n  budget: many\n", ":2: this is a text, and a number belongs here"},
		{"an authorization server without issuer", "\nauthorization_server: {}\n",
			":2: authorization_server needs issuer"},
		{"an issuer that is no URL", "authorization_server: {issuer: tenant.example.com}\n", "is not a URL such as"},
		{"an issuer with a query", "authorization_server: {issuer: 'https://a.example/?x'}\n",
			"has a query or a fragment"},
		{"an issuer with a password", "authorization_server: {issuer: 'https://u:hidden@a.example'}\n",
			"a URL with a user name in it is not used"},
		{"a client without id",
			"authorization_server:\n  issuer: https://a.example\n  clients:\n    - {secret: x}\n",
			":4: client : it has no id"},
		{"an unknown way of the client under test", "client: {command: [x], auth: basic}",
			`:1: client: auth "basic" is not one of none, client_secret_basic, client_secret_post, private_key_jwt`},
		{"a public client with a secret", "client: {command: [x], auth: none, secret: s}", "auth none has no secret"},
		{"a client with secret and key", "client: {command: [x], secret: s, key: {file: x}}", "x cannot be read"},
		{"a redirect URI that is a path", "client: {command: [x], redirect_uri: /callback}",
			`redirect_uri "/callback" is not an absolute URI`},
		{"an unknown audience parameter", "client: {command: [x], audience_parameter: aud}",
			`audience_parameter "aud" is not one of audience, resource, none`},
		{"an unknown way to authenticate", client("auth: basic"),
			`:4: client c1: auth "basic" is not one of none, client_secret_basic, client_secret_post, ` +
				`private_key_jwt, tls_client_auth, self_signed_tls_client_auth, attest_jwt_client_auth, ` +
				`attest_jwt_client_auth_dpop`},
		{"a secret that is missing", client("auth: client_secret_post"), "auth client_secret_post needs secret"},
		{"an assertion key that is missing", client("auth: private_key_jwt"), "auth private_key_jwt needs key"},
		{"a certificate that is missing", client("auth: tls_client_auth"), "auth tls_client_auth needs certificate"},
		{"a self-signed certificate that is missing", client("auth: self_signed_tls_client_auth"),
			"auth self_signed_tls_client_auth needs certificate"},
		{"tokens bound to a certificate that is missing",
			client("tls_client_certificate_bound_access_tokens: true"),
			"tls_client_certificate_bound_access_tokens needs the certificate"},
		{"a certificate without key", client("certificate: {file: x}"), "certificate.file x cannot be read"},
		{"a code grant without redirect", client("grants: [authorization_code]"), "needs redirect_uri"},
		{"a refresh token without its grant", client("refresh_token: r, grants: [client_credentials]"),
			":4: client c1: refresh_token needs the grant refresh_token"},
		{"an unknown way to log in", client("login: popup"), `login "popup" is neither redirects nor browser`},
		{"a login in a browser without codes", client("login: browser"),
			"login browser needs the grant authorization_code"},
		{"a login in a browser that ends elsewhere",
			client("login: browser, grants: [authorization_code], redirect_uri: 'http://app.example:80/cb'"),
			"needs a redirect_uri on this machine with a port"},
		{"a login in a browser without a port",
			client("login: browser, grants: [authorization_code], redirect_uri: 'http://127.0.0.1/cb'"),
			"needs a redirect_uri on this machine with a port"},
		{"a login over TLS on this machine",
			client("login: browser, grants: [authorization_code], redirect_uri: 'https://127.0.0.1:8443/cb'"),
			"needs a redirect_uri on this machine with a port"},
		{"a login without time", client("login_timeout: 0s"), `login_timeout: "0s" is not a duration`},
		{"a key file that is not there", "key: {file: gone.pem}\n",
			":1: key.file gone.pem cannot be read: no such file or directory; make one with dpopspec keys generate"},
		{"a key that is none", "key: {value: nonsense}\n", "key.value: no PEM block found"},
		{"a key said twice", "key: {value: a, file: b}\n", "give exactly one of the two"},
		{"a key for another algorithm", "key: {alg: RS256, value: " + quoted(key) + "}\n", "key.value: "},
		{"a client without a way to drive it", "client: {}\n",
			":1: client needs command, the adapter program with its arguments, or trigger"},
		{"a client driven in two ways", "client: {command: [a], trigger: 'http://localhost:3000/'}\n",
			":1: client has a command, so it takes neither trigger"},
		{"an environment for what runs already", "client: {trigger: 'http://localhost:3000/', env: {A: b}}\n",
			"client.env is for a command"},
		{"a trigger that is no URL", "client: {trigger: 'localhost:3000/call'}\n",
			"client.trigger: it is not a URL such as"},
		{"an issuer beyond loopback",
			"client: {trigger: 'http://localhost:3000/', authorization_server: '0.0.0.0:9440'}\n",
			`client.authorization_server: "0.0.0.0:9440" is not a loopback address`},
		{"an API on any port", "client: {trigger: 'http://localhost:3000/', api: '127.0.0.1:0'}\n",
			`client.api: "127.0.0.1:0" is not a loopback address with a port`},
		{"two servers at one address", "client: {trigger: 'http://localhost:3000/', api: '127.0.0.1:9440'}\n",
			"client.api: 127.0.0.1:9440 is the address of the authorization server too"},
		{"two APIs of one name", "apis:\n  a: {url: https://a.example}\n  a: {url: https://b.example}\n",
			":3: the key \"a\" stands in line 2 already"},
		{"metadata that are none", "authorization_server: {issuer: 'https://a.example', metadata: [a]}\n",
			":1: authorization_server.metadata maps members of metadata to their values"},
		{"an unknown member of metadata",
			"authorization_server:\n  issuer: https://a.example\n  metadata:\n    token_endpint: https://a.example/t\n",
			`:4: authorization_server.metadata: "token_endpint" is no member that is used here; did you mean token_endpoint?`},
		{"an endpoint that is no URL",
			"authorization_server:\n  issuer: https://a.example\n  metadata: {token_endpoint: /token}\n",
			":3: authorization_server.metadata.token_endpoint: it is not a URL such as"},
		{"a member twice",
			"authorization_server: {issuer: 'https://a.example', metadata: {jwks_uri: 'https://a.example/', jwks_uri: x}}\n",
			":1: "},
		{"algorithms that are no list", "authorization_server:\n  issuer: https://a.example\n" +
			"  metadata: {dpop_signing_alg_values_supported: ES256}\n",
			":3: authorization_server.metadata.dpop_signing_alg_values_supported: it is not a list"},
		{"an alias of what has none", "authorization_server:\n  issuer: https://a.example\n" +
			"  metadata: {mtls_endpoint_aliases: {jwks_uri: 'https://a.example/'}}\n",
			`:3: authorization_server.metadata.mtls_endpoint_aliases: "jwks_uri" is no endpoint that has an alias here`},
		{"an audience named by nothing", "apis:\n  a: {url: https://a.example, audience_parameter: aud}\n",
			`:2: the API a: audience_parameter "aud" is not one of audience, resource, none`},
		{"a client that nobody knows", client("secret: s") + "apis:\n  a: {url: https://a.example, client: c2}\n",
			`:6: the API a: client: "c2" is none of authorization_server.clients`},
		{"a token without key", "apis:\n  a: {url: https://a.example, token: abc}\n",
			":2: the API a: token: it needs the key that it is bound to"},
		{"a key without token", "apis:\n  a: {url: https://a.example, key: k.pem}\n",
			":2: the API a: key, unbound_token and other_tokens go with token"},
		{"a token with its scheme", "apis:\n  a: {url: https://a.example, token: DPoP abc, key: k.pem}\n",
			":2: the API a: token: it is no access token"},
		{"a token in two ways", "apis:\n  a: {url: https://a.example, token: {value: a, command: [b]}, key: k.pem}\n",
			":2: the API a: token: give the token"},
		{"an environment for a token", "apis:\n  a: {url: https://a.example, token: {value: a, env: {A: b}}, key: k.pem}\n",
			":2: the API a: token: env is for a command"},
		{"a token for an API that trusts us", "apis:\n  a: {command: [a], token: abc, key: " + quoted(key) + "}\n",
			":2: the API a: token is for an API that takes the tokens of another issuer"},
		{"a token of another key", "apis:\n  a: {url: https://a.example, token: " + boundElsewhere +
			", key: " + quoted(key) + "}\n",
			":2: the API a: token: it is bound to the key of the thumbprint somebody-elses"},
		{"an unbound token that is bound", "apis:\n  a: {url: https://a.example, token: a, key: " + quoted(key) +
			", unbound_token: " + boundElsewhere + "}\n", ":2: the API a: unbound_token: it is bound to a key"},
		{"a further token without one", "apis:\n  a: {url: https://a.example, token: a, key: " + quoted(key) +
			", other_tokens: [{key: k.pem}]}\n", ":2: the API a: other_tokens: number 1 has no token"},
		{"an API without a token beside one with", "apis:\n  a: {url: https://a.example, token: a, key: " + quoted(key) +
			"}\n  b: {url: https://b.example}\n", ":1: the API b has no token, and another API has one of its own"},
		{"an API without url", "apis:\n  a: {scope: x}\n", ":2: the API a: it needs url"},
		{"a success that is none", "apis:\n  a: {url: https://a.example, probe: {request: GET /, status: 401}}\n",
			":2: the API a: probe.status 401 is not a status of success"},
		{"an unknown sign of success", "apis:\n  a: {url: https://a.example, probe: {request: GET /, body: x}}\n",
			":2: unknown key \"body\"; known here: json, request, status"},
		{"a probe twice", "apis:\n  a: {url: https://a.example, probe: GET /a, probes: [GET /b, GET /a]}\n",
			":2: the API a: probes: GET /a is named twice"},
		{"a probe with half an escape", "apis:\n  a: {url: https://a.example, probes: [GET /b%4]}\n",
			":2: the API a: probes: probe \"GET /b%4\""},
		{"a gateway before itself", "apis:\n  a: {url: https://a.example, upstream: https://a.example/}\n",
			":2: the API a: upstream is where the API runs behind its gateway"},
		{"a probe without path", "apis:\n  a: {url: https://a.example, probe: GET}\n",
			":2: the API a: probe \"GET\" is not a method and a path"},
		{"an authority that is not there", "connection: {ca: gone.pem}\n", "connection.ca: gone.pem cannot be read"},
		{"an authority that is none", "connection: {ca: dpopspec.yaml}\n", "holds no certificate that can be read"},
		{"a proxy that is none", "connection: {proxy: 'proxy:3128'}\n", "connection.proxy: it is not a URL such as"},
		{"an address without port", "connection: {resolve: {a.example: 127.0.0.1}}\n",
			"does not map a host with its port"},
		{"a name where an address belongs", "connection: {resolve: {'a.example:443': 'b.example:443'}}\n",
			"does not map a host with its port"},
		{"TLS where the URL says so already", "connection: {resolve: {'a.example:443': 'https://127.0.0.1:1'}}\n",
			"or http://127.0.0.1:8080 for a process without TLS"},
		{"a field that decides the test", "connection: {headers: {dpop: x}}\n",
			"connection.headers: dpop is not to be added"},
		{"a field with a line break", "connection: {headers: {x-a: \"b\\nc\"}}\n", "holds a line break"},
		{"a field without a name", "connection: {headers: {'a b': x}}\n", "is not the name of a header field"},
		{"a rate that is none", "limits: {rate: fast}\n", `limits.rate: "fast" is not a number of requests`},
		{"a rate of nothing", "limits: {rate: 0/s}\n", "is not a number of requests"},
		{"a rate a day", "limits: {rate: 5/d}\n", "is not a number of requests"},
		{"a timeout without unit", "limits: {timeout: '10'}\n", `limits.timeout: "10" is not a duration`},
		{"a patience without unit", "\nlimits: {patience: '10'}\n",
			`:2: limits.patience: "10" is not a duration such as 10m`},
		{"an unknown level", "\nlimits: {level: quik}\n",
			`:2: limits.level: "quik" is not a level; there are quick, standard, full; did you mean quick?`},
		{"a patience below nothing", "limits: {patience: -1m}\n", `limits.patience: "-1m" is not a duration`},
		{"a budget below nothing", "limits: {budget: -1}\n", "limits.budget: -1 is not a number of requests"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := loadText(t, test.text, nil)
			var wrong *ConfigError
			if !errors.As(err, &wrong) || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("%v; want %q", err, test.want)
			}
			if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "hidden") {
				t.Errorf("not one line, or with a secret: %v", err)
			}
		})
	}
}

// boundElsewhere is a JWT whose cnf.jkt is that of nobody's key.
var boundElsewhere = "e30." + dpop.EncodeSegment([]byte(`{"cnf":{"jkt":"somebody-elses"}}`)) + ".c2ln"

func quoted(pem string) string { return `"` + strings.ReplaceAll(pem, "\n", `\n`) + `"` }

func TestAnErrorDoesNotShowWhatCameFromTheEnvironment(t *testing.T) {
	for _, text := range []string{
		"limits: {rate: '${SECRET}'}\n", "limits: {budget: '${SECRET}'}\n", "key: {file: '${SECRET}'}\n",
		"authorization_server: {issuer: '${SECRET}'}\n",
		"connection: {resolve: {'${SECRET}': x}}\n",
	} {
		_, err := loadText(t, text, map[string]string{"SECRET": "swordfish-1"})
		if err == nil || strings.Contains(err.Error(), "sword") {
			t.Errorf("%s: %v", strings.TrimSpace(text), err)
		}
	}
}

func TestEveryKeyOfTheConfigurationArrives(t *testing.T) {
	certificate, certificateKey := selfSigned(t)
	rsa, err := os.ReadFile("../fixtures/keys/rsa.pem")
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t, map[string]string{
		"ca.pem": certificate, "client.pem": certificate, "client.key": certificateKey, "rsa.pem": string(rsa),
		"dpopspec.yaml": `
profile: fapi2
authorization_server:
  issuer: https://${TENANT}/
  hosts: [mtls.tenant.example]
  clients:
    - {id: basic, secret: "${CLIENT_SECRET}"}
    - {id: jwt, key: {file: rsa.pem, alg: PS256, kid: k1}, assertion_audience: https://aud.example}
    - {id: jwt2, key: "${CLIENT_KEY}"}
    - id: mtls
      certificate: {file: client.pem, key: "${CERTIFICATE_KEY}"}
      tls_client_certificate_bound_access_tokens: true
    - id: open
      grants: [authorization_code, refresh_token]
      redirect_uri: "http://localhost/cb"
      scope: openid
      dpop_bound_access_tokens: true
    - {id: refreshes, refresh_token: "${REFRESH_TOKEN}"}
    - id: person
      grants: [authorization_code]
      redirect_uri: "http://127.0.0.1:8765/cb"
      login: browser
      login_timeout: 5m
apis:
  orders:
    {url: https://api.example/v1/, audience: urn:orders, client: jwt, audience_parameter: resource, scope: read,
     probe: "HEAD /x?y=1"}
  invoices: {url: https://invoices.example}
  users:
    url: https://users.example
    probe: {request: GET /users, status: 200, json: users.0}
    probes: [GET /users/test%40example.com, "POST /users?dry=1"]
    upstream: http://users.internal:8080/
  bought:
    url: https://bought.example
    token: {command: [./token], env: {A: b}}
    key: {value: "${DPOP_KEY}"}
    unbound_token: the-unbound-token
    other_tokens: [{token: "${OTHER_TOKEN}", key: {file: rsa.pem}}]
key: {value: "${DPOP_KEY}"}
connection:
  ca: ca.pem
  certificate: {file: client.pem, key: client.key}
  proxy: http://user:proxy-password@proxy.example:3128
  headers: {X-Firewall-Pass: let-me-through, X-A: b}
  resolve: {"tenant.example:443": "127.0.0.1:8443"}
  insecure: true
limits: {rate: 30/m, timeout: 3s, budget: 70, pause: 5s, patience: 10m}
`})
	assertion, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	proofs, err := dpop.GenerateKey("Ed25519")
	if err != nil {
		t.Fatal(err)
	}
	assertionPEM, _, err := assertion.PEM()
	if err != nil {
		t.Fatal(err)
	}
	proofsJWK, err := proofs.PrivateJWK()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Load(filepath.Join(dir, "dpopspec.yaml"), environment(map[string]string{
		"TENANT": "tenant.example", "CLIENT_SECRET": "the-client-secret", "CLIENT_KEY": assertionPEM,
		"CERTIFICATE_KEY": certificateKey, "DPOP_KEY": string(proofsJWK.JSON()),
		"REFRESH_TOKEN": "the-refresh-token", "OTHER_TOKEN": "the-other-token",
	}))
	if err != nil {
		t.Fatal(err)
	}
	as := got.AuthorizationServer
	var ways []string
	for _, c := range as.Clients {
		ways = append(ways, c.ID+" "+c.Auth)
	}
	if want := []string{"basic client_secret_basic", "jwt private_key_jwt", "jwt2 private_key_jwt",
		"mtls tls_client_auth", "open none", "refreshes none", "person none"}; !slices.Equal(ways, want) {
		t.Errorf("clients %v; want %v", ways, want)
	}
	d, _ := proofsJWK.Text("d")
	for _, check := range []struct {
		name      string
		got, want any
	}{
		{"profile", got.Profile, "fapi2"},
		{"issuer", as.Issuer, "https://tenant.example/"},
		{"hosts", as.Hosts, []string{"mtls.tenant.example"}},
		{"alg", as.Clients[1].Key.Algorithm, "PS256"},
		{"kid", as.Clients[1].KeyID, "k1"},
		{"audience of assertions", as.Clients[1].AssertionAudience, "https://aud.example"},
		{"key from the environment", as.Clients[2].Key.Thumbprint, assertion.Thumbprint},
		{"certificate", as.Clients[3].Certificate == nil, false},
		{"bound to the certificate", as.Clients[3].CertificateBound, true},
		{"bound", as.Clients[4].Bound, true},
		{"login", as.Clients[4].Login, LoginRedirects},
		{"refresh token", as.Clients[5].RefreshToken, "the-refresh-token"},
		{"grants of who has a refresh token", as.Clients[5].Grants, []string{"refresh_token"}},
		{"only way of who has a refresh token", as.Clients[5].Refreshes(), true},
		{"login in a browser", as.Clients[6].Login, LoginBrowser},
		{"time for a login", as.Clients[6].LoginTimeout, 5 * time.Minute},
		{"API", got.APIs[0], RealAPI{Name: "orders", URL: "https://api.example/v1", Audience: "urn:orders",
			AudienceNamed: true, Client: "jwt", AudienceParameter: AudienceByResource,
			Scope: "read", Method: "HEAD", Path: "/x?y=1", Command: Command{Dir: dir}}},
		{"probe", got.APIs[1].Method + " " + got.APIs[1].Path, "GET /"},
		{"API with several probes", got.APIs[2], RealAPI{Name: "users", URL: "https://users.example", Audience: "",
			Method: "GET", Path: "/users", Success: Success{200, "users.0"}, Probes: []Operation{
				{Method: "GET", Path: "/users/test%40example.com"}, {Method: "POST", Path: "/users?dry=1"}},
			Upstream: "http://users.internal:8080", Command: Command{Dir: dir}}},
		{"command for a token", got.APIs[3].Tokens[0].Command,
			Command{[]string{"./token"}, dir, map[string]string{"A": "b"}}},
		{"key of a token", got.APIs[3].Tokens[0].Key.Thumbprint, proofs.Thumbprint},
		{"another token", got.APIs[3].Tokens[1].Text + " " + got.APIs[3].Tokens[1].Key.Algorithm, "the-other-token RS256"},
		{"unbound token", got.APIs[3].Unbound.Text, "the-unbound-token"},
		{"key", got.Key.Thumbprint, proofs.Thumbprint},
		{"authorities", got.Connection.Roots == nil, false},
		{"own certificate", got.Connection.Certificate == nil, false},
		{"proxy", got.Connection.Proxy.Host, "proxy.example:3128"},
		{"fields", len(got.Connection.Fields), 2},
		{"addresses", got.Connection.Resolve[0]["tenant.example:443"], "127.0.0.1:8443"},
		{"insecure", got.Connection.Insecure, true},
		{"limits", got.Limits, Limits{Rate: 0.5, Timeout: 3 * time.Second, Budget: 70, Pause: 5 * time.Second,
			Patience: 10 * time.Minute}},
	} {
		if !reflect.DeepEqual(check.got, check.want) {
			t.Errorf("%s: %v; want %v", check.name, check.got, check.want)
		}
	}
	for _, secret := range []string{"the-client-secret", "the-refresh-token", "proxy-password",
		"let-me-through", "the-other-token", "the-unbound-token", assertionPEM, certificateKey, d} {
		if !slices.Contains(got.Secrets, secret) {
			t.Errorf("not known as a secret: %.20q", secret)
		}
	}
}

func TestTheEnvironmentWinsOverTheFile(t *testing.T) {
	text := "profile: strict\nlimits: {timeout: 1s, rate: 1/s}\n"
	got, err := loadText(t, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"DPOPSPEC_PROFILE": "fapi2", "DPOPSPEC_TIMEOUT": "", "DPOPSPEC_RATE": "9/s",
		"DPOPSPEC_BUDGET": "7", "DPOPSPEC_PAUSE": "2s", "DPOPSPEC_PATIENCE": "90s",
		"DPOPSPEC_PROXY": "socks5://p.example:1080", "DPOPSPEC_INSECURE": "true"}
	if err := got.ApplyEnvironment(environment(env)); err != nil {
		t.Fatal(err)
	}
	want := Limits{Rate: 9, Timeout: time.Second, Budget: 7, Pause: 2 * time.Second, Patience: 90 * time.Second}
	if got.Profile != "fapi2" || got.Limits != want || got.Connection.Proxy.Host != "p.example:1080" ||
		!got.Connection.Insecure {
		t.Errorf("%+v", got)
	}
}

func TestABadVariableIsAnErrorThatNamesIt(t *testing.T) {
	for _, s := range Settings {
		if s.Flag == "profile" { // its values are known where the profiles are
			continue
		}
		err := Default().ApplyEnvironment(environment(map[string]string{s.Variable: "no such thing"}))
		if err == nil || !strings.HasPrefix(err.Error(), s.Variable+": ") {
			t.Errorf("%s: %v", s.Variable, err)
		}
	}
}

func TestATriggerURLHasTheAddressesOfServeUnlessTheFileSaysOthers(t *testing.T) {
	const address = "http://localhost:3000/api/call?path={path}&method={method}"
	for text, want := range map[string]Trigger{
		"": {address, "127.0.0.1:9440", "127.0.0.1:9441"},
		", authorization_server: 'localhost:1234', api: '[::1]:1235'": {address, "localhost:1234", "[::1]:1235"},
	} {
		got, err := loadText(t, "client: {trigger: '"+address+"'"+text+"}\n", nil)
		if err != nil {
			t.Fatal(err)
		}
		if *got.Client.Trigger != want || !got.Triggered() || got.Embedded(ClientRole) ||
			got.Describe(ClientRole) != address {
			t.Errorf("%+v, %s", *got.Client.Trigger, got.Describe(ClientRole))
		}
	}
}

package main

import (
	"cmp"
	"encoding/json"
	"encoding/pem"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/fixtures"
	"github.com/dpopspec/dpopspec/internal/clock"
	"github.com/dpopspec/dpopspec/internal/loginpage"
	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// TestInitTenantNamesTheProductsAndWritesOnlyWhatIsReady looks at each answer of
// `init --tenant`, in both spellings of the flag.
func TestInitTenantNamesTheProductsAndWritesOnlyWhatIsReady(t *testing.T) {
	t.Chdir(t.TempDir())
	code, out := call(t, "init", "--tenant")
	if code != exitConformant {
		t.Errorf("exit code %d: %s", code, out)
	}
	list, err := fixtures.Tenants()
	if err != nil {
		t.Fatal(err)
	}
	for _, tenant := range list {
		if !strings.Contains(out, "  "+tenant.Name+" ") || !strings.Contains(out, tenant.Summary) {
			t.Errorf("%s is not listed:\n%s", tenant.Name, out)
		}
	}
	if code, again := call(t, "init", "--tenant", "nobody"); code != exitUsage || !strings.Contains(again, strings.TrimSpace(out)) {
		t.Errorf("exit code %d: %s", code, again)
	}
	for _, product := range fixtures.Products {
		if !strings.Contains(out, product.Title+": "+product.Source) {
			t.Errorf("%s is not listed with its source:\n%s", product.Name, out)
		}
		code, out := call(t, "init", "--tenant", product.Name)
		if code != exitUsage || !strings.Contains(out, product.Says) || !strings.Contains(out, product.Source) {
			t.Errorf("%s: exit code %d: %s", product.Name, code, out)
		}
	}
	if code, out := call(t, "init", "--tenant", "Azure-AD"); code != exitUsage || !strings.Contains(out, "Microsoft Entra ID has no DPoP") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if written, _ := os.ReadDir("."); len(written) > 0 {
		t.Errorf("written: %v", written)
	}
	if code, out := call(t, "init", "--tenant=okta", "one"); code != exitConformant || !strings.Contains(out, "OKTA_DOMAIN ") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if code, out := call(t, "init", "--tenant", "okta", "one"); code != exitUsage || !strings.Contains(out, "exists already") {
		t.Errorf("exit code %d: %s", code, out)
	}
}

// TestTheHeadOfEachReadyTargetNamesItsVariables: what init lists is what the file reads.
func TestTheHeadOfEachReadyTargetNamesItsVariables(t *testing.T) {
	list, err := fixtures.Tenants()
	if err != nil || len(list) < 9 {
		t.Fatal(len(list), err)
	}
	for _, tenant := range list {
		loaded, _ := loadTenant(t, tenant, "tenant.example")
		var said, read []string
		for _, v := range tenant.Variables {
			said = append(said, v.Name)
		}
		for _, v := range loaded.Variables {
			read = append(read, v.Name)
		}
		slices.Sort(said)
		slices.Sort(read)
		if !slices.Equal(said, read) {
			t.Errorf("%s: its head names %v, and it reads %v", tenant.Name, said, read)
		}
		for _, line := range strings.Split(string(tenant.Text), "\n") {
			if strings.HasPrefix(line, "#") && len(line) > 115 && !strings.Contains(line, "https://") {
				t.Errorf("%s: a long line: %s", tenant.Name, line)
			}
		}
	}
}

// TestEachReadyTargetReachesAVerdict points each ready target at an embedded server that
// stands for the tenant, in the look of the product where there is one, with a login page
// before it: nothing but the environment is changed, and every client, login, endpoint and
// API answers.
func TestEachReadyTargetReachesAVerdict(t *testing.T) {
	longtable.Once(t)
	list, err := fixtures.Tenants()
	if err != nil {
		t.Fatal(err)
	}
	for _, tenant := range list {
		t.Run(tenant.Name, func(t *testing.T) {
			folder := t.TempDir()
			if code, out := call(t, "init", "--tenant", tenant.Name, folder); code != exitConformant {
				t.Fatalf("exit code %d: %s", code, out)
			}
			front, authority := standFor(t, tenant)
			file, report := filepath.Join(folder, "tenant.yaml"), filepath.Join(folder, "run.json")
			args := []string{"-c", file, "--ca", authority, "--rate", "10000/s"}
			code, out := call(t, append([]string{"check", "--try"}, args...)...)
			if code != exitConformant || !strings.Contains(out, "Ready: dpopspec run would begin.") {
				t.Fatalf("exit code %d: %s", code, out)
			}
			code, out = call(t, append([]string{"run", "--level", "quick", "--format", "json:" + report}, args...)...)
			run, err := readReport(report)
			if err != nil {
				t.Fatalf("exit code %d: %s %v", code, out, err)
			}
			sum := run.Summary()
			if code != exitConformant || len(run.SetUp) > 0 || sum.Failed+sum.Errored+sum.Inconclusive > 0 {
				t.Errorf("exit code %d, %+v, %v", code, sum, run.SetUp)
				for _, c := range run.Cases {
					if c.Verdict == reports.Failed || c.Verdict == reports.Errored || c.Verdict == reports.Inconclusive {
						t.Log(c.ID, c.Reason)
					}
				}
			}
			if sum.Passed < 50 {
				t.Errorf("only %d passed: %+v", sum.Passed, sum)
			}
			if logins, wrong := front.Counts(); logins != 2 || wrong > 0 { // check --try, run
				t.Errorf("%d logins, %d of them with a wrong password", logins, wrong)
			}
		})
	}
}

// loadTenant loads a ready target as if its server were at a host, and returns what the
// variables were set to.
func loadTenant(t *testing.T, tenant fixtures.Tenant, host string) (*target.Target, map[string]string) {
	t.Helper()
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	private, _, err := key.PEM()
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{}
	for _, v := range tenant.Variables {
		value := ""
		switch suffix := regexp.MustCompile(`[A-Z]+$`).FindString(v.Name); suffix {
		case "DOMAIN":
			value = host
		case "ISSUER":
			value = "https://" + host
		case "REALM":
			value = "dpopspec" // that of the look of Keycloak
		case "ID", "SECRET", "USERNAME", "PASSWORD":
			value = strings.ToLower(v.Name) + "-of-the-stand"
		case "KEY":
			value = private
		case "KID":
			value = "1"
		case "SCOPE":
			value = "read"
		case "AUDIENCE":
			value = world.AudienceOf(world.DefaultAPI)
		case "URL":
			value = "https://" + host
		default:
			t.Fatalf("%s: what to set %s to is not known", tenant.Name, v.Name)
		}
		env[v.Name] = value
	}
	file := filepath.Join(t.TempDir(), "tenant.yaml")
	if err := os.WriteFile(file, tenant.Text, 0o600); err != nil {
		t.Fatal(err)
	}
	loaded, err := target.Load(file, func(name string) (string, bool) { value, set := env[name]; return value, set })
	if err != nil {
		t.Fatal(err)
	}
	return loaded, env
}

// shapes are the pages that stand before the tenant, where they are not one page alone:
// the user name first, a consent once, a consent each time.
var shapes = map[string]loginpage.Shape{
	"auth0": loginpage.TwoPages, "okta": loginpage.TwoPages, "curity": loginpage.Renamed,
	"duende": loginpage.Consent, "oidc-provider": loginpage.Consent, "authlete": loginpage.EveryTime,
}

// standFor starts an authorization server at which the clients of a ready target are
// registered, with a login page before it, and an API; it sets the environment. It
// returns the pages and the file of the authority that certifies the server.
func standFor(t *testing.T, tenant fixtures.Tenant) (front *loginpage.Front, authority string) {
	t.Helper()
	loaded, env := loadTenant(t, tenant, "tenant.example")
	profile, err := features.FindProfile(loaded.Profile)
	if err != nil {
		t.Fatal(err)
	}
	config := mockas.Config{Look: lookOf(t, tenant.Name, loaded.AuthorizationServer.Issuer)}
	if config.Key, err = config.Look.GenerateKey(); err != nil {
		t.Fatal(err)
	}
	world.StandardAS(&config)
	config.Clients = nil
	for _, client := range loaded.AuthorizationServer.Clients {
		config.Clients = append(config.Clients, registeredAs(client))
	}
	world.Following(profile)(&config)

	listener := httptest.NewUnstartedServer(nil)
	origin := "https://" + listener.Listener.Addr().String()
	server, err := mockas.New(origin, config)
	if err != nil {
		t.Fatal(err)
	}
	front = loginpage.Before(server, person(env), cmp.Or(shapes[tenant.Name], loginpage.OnePage))
	front.Authorize = config.Look.Path(mockas.PathAuthorize)
	listener.Config.Handler = front
	listener.StartTLS()
	t.Cleanup(listener.Close)

	session, err := target.Open(t.Context(), target.Default())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.Close)
	as := &target.EmbeddedAS{Server: server}
	api, err := session.StartAPI(clock.Running(), wire.Options{}, world.StandardAPI(world.DefaultAPI, as))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { api.HTTP.Close() })
	for name, value := range env {
		value = strings.ReplaceAll(value, "https://tenant.example", origin)
		value = strings.ReplaceAll(value, "tenant.example", strings.TrimPrefix(origin, "https://"))
		if name == "API_URL" {
			value = api.HTTP.URL
		}
		t.Setenv(name, value)
	}
	authority = filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: listener.Certificate().Raw})
	if err := os.WriteFile(authority, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return front, authority
}

// person is who logs in there.
func person(env map[string]string) (p loginpage.Person) {
	for name, value := range env {
		switch {
		case strings.HasSuffix(name, "_USERNAME"):
			p.Username = value
		case strings.HasSuffix(name, "_PASSWORD"):
			p.Password = value
		}
	}
	return p
}

// lookOf is that of the product, or one with the path of its issuer.
func lookOf(t *testing.T, name, issuer string) mockas.Look {
	t.Helper()
	if look, err := mockas.FindLook(name); err == nil {
		return look
	}
	u, err := url.Parse(issuer)
	if err != nil {
		t.Fatal(err)
	}
	return mockas.Look{Algorithm: "RS256", Issuer: u.Path, TLS: true}
}

// registeredAs is a client of a configuration as a server knows it.
func registeredAs(c target.RegisteredClient) mockas.Client {
	known := mockas.Client{
		ID: c.ID, Secret: c.Secret, Auth: c.Auth, Grants: c.Grants, DPoPBound: c.Bound, AlwaysRefresh: true,
	}
	if c.RedirectURI != "" {
		known.RedirectURIs = []string{c.RedirectURI}
	}
	if c.Key != nil {
		known.JWKS = json.RawMessage(`{"keys":[` + string(c.Key.JWK().JSON()) + `]}`)
	}
	return known
}

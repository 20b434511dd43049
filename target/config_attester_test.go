package target

import (
	"os"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/wallet"
)

const preAuthorized = "urn:ietf:params:oauth:grant-type:pre-authorized_code"

// walletText is a configuration of one client and an API.
func walletText(client, api string) string {
	return "authorization_server:\n  issuer: https://a.example\n  clients:\n    - {id: c1, " + client + "}\n" +
		"apis:\n  cards: {" + api + "}\n"
}

func attesterKey(t *testing.T) string {
	t.Helper()
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	private, err := key.PrivateJWK()
	if err != nil {
		t.Fatal(err)
	}
	return "'" + string(private.JSON()) + "'"
}

func TestAMistakeAboutAWalletIsTold(t *testing.T) {
	key := attesterKey(t)
	const api, good = "url: https://b.example", "credential: {issuer: https://i.example, configuration: PID}"
	for _, test := range []struct{ name, client, api, want string }{
		{"nobody who attests", "auth: attest_jwt_client_auth", api, ":4: client c1: auth attest_jwt_client_auth needs attester"},
		{"an attester without a key", "auth: attest_jwt_client_auth, attester: {issuer: x}", api, "attester.key is missing"},
		{"an attester of another client", "secret: s, attester: {key: " + key + "}", api,
			"attester and attestation are for auth attest_jwt_client_auth"},
		{"an attester and an attestation", "auth: attest_jwt_client_auth, attestation: a, attester: {key: " + key + "}", api,
			"give attester or attestation, not both"},
		{"an attestation for any key", "auth: attest_jwt_client_auth_dpop, attestation: a, key: " + key, api, "needs attester"},
		{"a chain without certificates", "attester: {x5c: '-----BEGIN X', key: " + key + "}", api, "x5c holds no certificate"},
		{"a code that nobody gives", "grants: [" + preAuthorized + "]", api, "needs pre_authorized_code"},
		{"offers for another grant", "pre_authorized_code: {url: https://i.example}", api, "needs the grant " + preAuthorized},
		{"two ways to an offer", "grants: [" + preAuthorized + "], pre_authorized_code: {url: https://i.example, command: [x]}",
			api, "give exactly one of url and command"},
		{"an offer from nowhere", "grants: [" + preAuthorized + "], pre_authorized_code: {url: offers}", api,
			`"offers" is no URL such as`},
		{"a way to send that is none",
			"grants: [" + preAuthorized + "], pre_authorized_code: {url: https://i.example, method: PUT}", api,
			`method "PUT" is neither GET nor POST`},
		{"a credential of nobody", "secret: s", "credential: {configuration: PID}", "credential.issuer"},
		{"no credential", "secret: s", "credential: {issuer: https://i.example}", "credential.configuration is missing"},
		{"a credential and a URL", "secret: s", good + ", url: https://b.example", "take out url, command and probe"},
	} {
		_, err := parse("t.yaml", []byte(walletText(test.client, test.api)), os.LookupEnv)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v; want %q", test.name, err, test.want)
		}
	}
}

func TestAWalletArrives(t *testing.T) {
	key := attesterKey(t)
	certificate, _ := selfSigned(t)
	env := func(string) (string, bool) { return certificate, true }
	text := walletText("grants: ["+preAuthorized+"], attester: {issuer: https://w.example, x5c: '${CHAIN}', key: {value: "+key+
		", kid: k}}, pre_authorized_code: {command: [offer, --new], tx_code: '1234'}",
		"credential: {issuer: https://i.example/t, configuration: PID}")
	read, err := parse("t.yaml", []byte(text), env)
	if err != nil {
		t.Fatal(err)
	}
	c, api := read.AuthorizationServer.Clients[0], read.APIs[0]
	if c.Auth != wallet.AuthAttestation || c.Instance == nil || c.Instance.Combined || c.Instance.Key == nil ||
		c.Instance.Attester.KeyID != "k" || c.Instance.Attester.Issuer != "https://w.example" ||
		len(c.Instance.Attester.Chain) != 1 {
		t.Errorf("the client: %+v", c.Instance)
	}
	if c.Offers == nil || c.Offers.Command.Args[1] != "--new" || c.Offers.TxCode != "1234" {
		t.Errorf("the offers: %+v", c.Offers)
	}
	if api.Issuance == nil || api.Issuance.Issuer != "https://i.example/t" || api.Issuance.Configuration != "PID" {
		t.Errorf("the API: %+v", api.Issuance)
	}
	if got := issuerMetadataURLs("https://i.example/t/"); got[0] != "https://i.example/.well-known/openid-credential-issuer/t" {
		t.Errorf("the metadata are looked for at %v", got)
	}
}

func TestACommandMakesOffers(t *testing.T) {
	offer := &Offers{Command: Command{Args: []string{"/bin/sh", "-c", "echo '{'; echo '}'"}}}
	if text, err := offer.NewOffer(t.Context()); err != nil || strings.TrimSpace(text) != "{\n}" {
		t.Errorf("%q, %v", text, err)
	}
	for name, script := range map[string]string{
		"that fails": "echo code; exit 3", "that says nothing": "true", "that says too much": "head -c 100000 /dev/zero | tr '\\0' x",
	} {
		offer.Command.Args[2] = script
		if text, err := offer.NewOffer(t.Context()); err == nil {
			t.Errorf("a command %s gave %q", name, text[:min(20, len(text))])
		}
	}
}

// Package explain tells what stands behind an id or a word of a report: a requirement, a
// case, a mutant, a cause, a verdict. It knows nothing that the catalogue, the scenarios,
// the mutants and the lists of real products do not say.
package explain

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/features"
)

//go:embed remedies.yaml
var remediesText []byte

// remedies are what each party can do, by the letter of a group of the catalogue and by
// the name of the party: as, rs, client.
var remedies = sync.OnceValues(func() (map[string]map[string]string, error) {
	all := map[string]map[string]string{}
	if err := yaml.Unmarshal(remediesText, &all); err != nil {
		return nil, fmt.Errorf("remedies.yaml: %w", err)
	}
	return all, nil
})

// parties are the parties as reports call them, by the names that requirements use.
var parties = map[string]string{
	features.AuthorizationServer: "authorization server", features.ResourceServer: "API", features.Client: "client",
}

// documents are where the texts that are no RFC are published, by what ids begin with.
var documents = []struct{ prefix, title, page, anchor string }{
	{"FAPI2-", "FAPI 2.0 Security Profile", "https://openid.net/specs/fapi-security-profile-2_0-final.html", "#section-"},
	{"HAIP-", "OpenID4VC High Assurance Interoperability Profile",
		"https://openid.net/specs/openid4vc-high-assurance-interoperability-profile-1_0-final.html", "#section-"},
	{"OID4VCI-", "OpenID for Verifiable Credential Issuance",
		"https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0-final.html", "#section-"},
	{"ATTEST-", "OAuth 2.0 Attestation-Based Client Authentication",
		"https://datatracker.ietf.org/doc/html/draft-ietf-oauth-attestation-based-client-auth", "#section-"},
	{"ATPROTO-", "AT Protocol OAuth", "https://atproto.com/specs/oauth", ""},
	{"SOLID-", "Solid-OIDC", "https://solidproject.org/TR/oidc", ""},
	{"MCP1932-", "Model Context Protocol, SEP-1932", "https://github.com/modelcontextprotocol/ext-auth", ""},
	{"OKTA-", "Okta: configure DPoP", "https://developer.okta.com/docs/guides/dpop/-/main", ""},
	{"HELSEID-", "HelseID security profile", "https://utviklerportal.nhn.no/informasjonstjenester/helseid", ""},
	{"SINGPASS-", "Singpass FAPI 2.0 documentation", "https://docs.developer.singpass.gov.sg/docs", ""},
	{"CAMARA-", "CAMARA security profile", "https://github.com/camaraproject/IdentityAndConsentManagement", ""},
	{"AUTH0-", "documentation of nextjs-auth0", "https://github.com/auth0/nextjs-auth0/blob/main/EXAMPLES.md", ""},
	{"GNAP-", "RFC 9635", "https://www.rfc-editor.org/rfc/rfc9635.html", ""},
}

var (
	rfcID   = regexp.MustCompile(`^RFC(\d{3,5})-`)
	section = regexp.MustCompile(`^\d+(?:\.\d+)*\b`)
)

// standsIn is the text in which a requirement stands, its section, and where to read it.
func standsIn(r features.Requirement) (text, link string) {
	number := section.FindString(r.Section)
	at := func(title, page, anchor string) (string, string) {
		text := title + ", " + r.Section
		if number != "" {
			text = title + " §" + r.Section
		}
		if number == "" || anchor == "" {
			return text, page
		}
		return text, page + anchor + number
	}
	if m := rfcID.FindStringSubmatch(r.ID); m != nil {
		return at("RFC "+m[1], "https://www.rfc-editor.org/rfc/rfc"+m[1]+".html", "#section-")
	}
	for _, d := range documents {
		if strings.HasPrefix(r.ID, d.prefix) {
			return at(d.title, d.page, d.anchor)
		}
	}
	return r.Section, ""
}

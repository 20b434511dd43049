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
	"github.com/dpopspec/dpopspec/reports"
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

// titles are those of the texts that are no RFC, by what ids begin with.
var titles = []struct{ prefix, title string }{
	{"FAPI2-", "FAPI 2.0 Security Profile"},
	{"HAIP-", "OpenID4VC High Assurance Interoperability Profile"},
	{"OID4VCI-", "OpenID for Verifiable Credential Issuance"},
	{"ATTEST-", "OAuth 2.0 Attestation-Based Client Authentication"},
	{"ATPROTO-", "AT Protocol OAuth"},
	{"SOLID-", "Solid-OIDC"},
	{"MCP1932-", "Model Context Protocol, SEP-1932"},
	{"OKTA-", "Okta: configure DPoP"},
	{"HELSEID-", "HelseID security profile"},
	{"SINGPASS-", "Singpass FAPI 2.0 documentation"},
	{"CAMARA-", "CAMARA security profile"},
	{"AUTH0-", "documentation of nextjs-auth0"},
	{"GNAP-", "RFC 9635"},
}

var (
	rfcID   = regexp.MustCompile(`^RFC([0-9]{3,5})-`)
	section = regexp.MustCompile(`^[0-9]+(?:\.[0-9]+)*\b`)
)

// standsIn is the text in which a requirement stands, its section, and where to read it.
func standsIn(r features.Requirement) (text, link string) {
	if links := (reports.Requirement{ID: r.ID, Section: r.Section}).Links(); len(links) > 0 {
		link = links[0].URL
	}
	title := ""
	if m := rfcID.FindStringSubmatch(r.ID); m != nil {
		title = "RFC " + m[1]
	}
	for _, d := range titles {
		if strings.HasPrefix(r.ID, d.prefix) {
			title = d.title
		}
	}
	switch {
	case title == "":
		return r.Section, link
	case section.MatchString(r.Section):
		return title + " §" + r.Section, link
	}
	return title + ", " + r.Section, link
}

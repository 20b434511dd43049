package reports

import (
	"regexp"
	"strings"
)

// Link is a text with the page that it leads to.
type Link struct{ Text, URL string }

// documents are the texts that requirements come from, by what their ids begin with: the
// page, and what stands between it and the number of a section; empty where sections
// have no numbers.
var documents = []struct{ prefix, page, anchor string }{
	{"FAPI2-", "https://openid.net/specs/fapi-security-profile-2_0-final.html", "#section-"},
	{"HAIP-", "https://openid.net/specs/openid4vc-high-assurance-interoperability-profile-1_0-final.html", "#section-"},
	{"OID4VCI-", "https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0-final.html", "#section-"},
	{"ATTEST-", "https://datatracker.ietf.org/doc/html/draft-ietf-oauth-attestation-based-client-auth", "#section-"},
	{"ATPROTO-", "https://atproto.com/specs/oauth", ""},
	{"SOLID-", "https://solidproject.org/TR/oidc", ""},
	{"MCP1932-", "https://github.com/modelcontextprotocol/ext-auth", ""},
	{"OKTA-", "https://developer.okta.com/docs/guides/dpop/-/main", ""},
	{"HELSEID-", "https://utviklerportal.nhn.no/informasjonstjenester/helseid/protokoller-og-sikkerhetsprofil/" +
		"sikkerhetsprofil/docs/vedlegg/formatering_av_dpop_bevis_enmd", ""},
	{"SINGPASS-", "https://docs.developer.singpass.gov.sg/docs", ""},
	{"CAMARA-", "https://github.com/camaraproject/IdentityAndConsentManagement/blob/main/documentation/" +
		"CAMARA-Security-Interoperability.md", ""},
	{"GNAP-", "https://www.rfc-editor.org/rfc/rfc9635.html", ""},
	{"AUTH0-", "https://github.com/auth0/nextjs-auth0/blob/main/EXAMPLES.md", ""},
}

var (
	rfcID      = regexp.MustCompile(`^RFC([1-9][0-9]{2,4})-`)
	ownSection = regexp.MustCompile(`^[1-9][0-9]*(?:\.[0-9]+)*\b`)
	rfcSection = regexp.MustCompile(`\bRFC ?([1-9][0-9]{2,4})(?:-([1-9][0-9]*(?:\.[0-9]+)*))?`)
)

// Links are the sections that a requirement rests on, its own first, with where to read
// them: rfc-editor.org for an RFC, else the page of who publishes the text. The first has
// no URL if nothing is known of the text.
func (q Requirement) Links() []Link {
	links := []Link{{Text: section(q.Section), URL: q.page()}}
	for _, m := range rfcSection.FindAllStringSubmatch(q.Section, -1) {
		text := "RFC " + m[1]
		if m[2] != "" {
			text += " §" + m[2]
		}
		if url := rfc(m[1], m[2]); url != links[0].URL {
			links = append(links, Link{text, url})
		}
	}
	return links
}

// page is where the requirement's own section is read.
func (q Requirement) page() string {
	number := ownSection.FindString(q.Section)
	if m := rfcID.FindStringSubmatch(q.ID); m != nil {
		return rfc(m[1], number)
	}
	for _, d := range documents {
		if strings.HasPrefix(q.ID, d.prefix) {
			if d.anchor == "" || number == "" {
				return d.page
			}
			return d.page + d.anchor + number
		}
	}
	return ""
}

func rfc(number, section string) string {
	page := "https://www.rfc-editor.org/rfc/rfc" + number + ".html"
	if section != "" {
		page += "#section-" + section
	}
	return page
}

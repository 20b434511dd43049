package reports

import (
	"slices"
	"testing"
)

func TestARequirementLeadsToTheSectionOfItsText(t *testing.T) {
	rfc9449 := "https://www.rfc-editor.org/rfc/rfc9449.html"
	for _, row := range []struct {
		id, section string
		want        []Link
	}{
		{"RFC9449-4.3-43", "4.3 (8), RFC9110-9.1", []Link{{"§4.3 (8), RFC9110-9.1", rfc9449 + "#section-4.3"},
			{"RFC 9110 §9.1", "https://www.rfc-editor.org/rfc/rfc9110.html#section-9.1"}}},
		{"RFC9449-4.3-58", "4.3 (12b)", []Link{{"§4.3 (12b)", rfc9449 + "#section-4.3"}}},
		{"FAPI2-5.3.4-02", "5.3.4", []Link{{"§5.3.4", "https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.3.4"}}},
		{"AUTH0-RET-01", "Retry configuration", []Link{{"Retry configuration",
			"https://github.com/auth0/nextjs-auth0/blob/main/EXAMPLES.md"}}},
		{"OWN-1", "\"><script>", []Link{{"\"><script>", ""}}},
		{"RFC9449\"-x", "4", []Link{{"§4", ""}}},
		{"RFC9449-4-01", "javascript:alert(1)", []Link{{"javascript:alert(1)", rfc9449}}},
	} {
		if got := (Requirement{ID: row.id, Section: row.section}).Links(); !slices.Equal(got, row.want) {
			t.Errorf("%s %s: %v", row.id, row.section, got)
		}
	}
}

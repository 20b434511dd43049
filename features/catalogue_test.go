package features

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func mustLoad(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryIDOfTheSourceIsInTheCatalogueInItsOrder(t *testing.T) {
	text, err := os.ReadFile("testdata/ids.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Fields(string(text))
	if len(want) == 0 {
		t.Fatal("testdata/ids.txt holds no ids")
	}
	var got []string
	for _, r := range mustLoad(t).All() {
		got = append(got, r.ID)
	}
	// New requirements may join at the end of their section; none of the source may be lost, renamed or moved.
	i := 0
	for _, id := range got {
		if i < len(want) && id == want[i] {
			i++
		}
	}
	if i < len(want) {
		t.Errorf("%s is missing or out of order", want[i])
	}
}

func TestFindGivesTheRequirementWithThatID(t *testing.T) {
	c := mustLoad(t)
	r, ok := c.Find("RFC9449-4.3-43")
	if !ok || r.ID != "RFC9449-4.3-43" || r.Group != "D" || r.Verdict != Fail ||
		!strings.Contains(r.Text, "case-sensitive") {
		t.Errorf("got %+v, %v", r, ok)
	}
	if _, ok := c.Find("RFC9449-4.3-430"); ok {
		t.Error("an unknown id was found")
	}
}

func TestARequirementCannotBeChangedThroughTheListOfAll(t *testing.T) {
	c := mustLoad(t)
	c.All()[0].ID = "changed"
	if c.All()[0].ID == "changed" {
		t.Error("the list of one caller is the list of another")
	}
}

func TestAnUnknownIDGetsTheNearestOnesSuggested(t *testing.T) {
	c := mustLoad(t)
	for _, test := range []struct{ id, first string }{
		{"RFC9449-4.3-4x", "RFC9449-4.3-40"},
		{"rfc9449-4.3-43", "RFC9449-4.3-43"},
		{"@RFC9449-4.3-43", "RFC9449-4.3-43"},
		{"4.3-43", "RFC9449-4.3-43"},
		{"AUTHO-KEY-15", "AUTH0-KEY-15"},
	} {
		got := c.Suggest(test.id)
		if len(got) == 0 || got[0] != test.first {
			t.Errorf("%s: suggested %v, want %s first", test.id, got, test.first)
		}
		if len(got) > 3 {
			t.Errorf("%s: %d suggestions are too many", test.id, len(got))
		}
	}
}

func TestWhatResemblesNoIDGetsNoSuggestion(t *testing.T) {
	for _, id := range []string{"", "@", "something else altogether"} {
		if got := mustLoad(t).Suggest(id); len(got) != 0 {
			t.Errorf("%q: suggested %v", id, got)
		}
	}
}

func TestEveryGroupHasRequirementsAndATitle(t *testing.T) {
	c := mustLoad(t)
	var letters []string
	for _, r := range c.All() {
		if !slices.Contains(letters, r.Group) {
			letters = append(letters, r.Group)
		}
	}
	var listed []string
	for _, g := range c.Groups() {
		listed = append(listed, g.Letter)
		if g.Title == "" {
			t.Errorf("group %s has no title", g.Letter)
		}
	}
	if !slices.Equal(letters, listed) {
		t.Errorf("requirements are in groups %v, listed are %v", letters, listed)
	}
}

func TestAProofCheckIsProbedWhereverItsPartyTakesAProof(t *testing.T) {
	for _, r := range mustLoad(t).All() {
		if r.Group != "D" {
			continue
		}
		var want []string
		if slices.Contains(r.Binds, AuthorizationServer) {
			want = append(want, TokenEndpoint, PAREndpoint)
		}
		if slices.Contains(r.Binds, ResourceServer) {
			want = append(want, UserinfoEndpoint, API)
		}
		if !slices.Equal(r.Endpoints, want) {
			t.Errorf("%s binds %v and is probed at %v, want %v", r.ID, r.Binds, r.Endpoints, want)
		}
	}
}

func TestAnEndpointBelongsToAPartyThatTheRequirementBinds(t *testing.T) {
	owner := map[string]string{
		TokenEndpoint: AuthorizationServer, PAREndpoint: AuthorizationServer, UserinfoEndpoint: ResourceServer,
		API: ResourceServer,
	}
	for _, r := range mustLoad(t).All() {
		for _, e := range r.Endpoints {
			if !slices.Contains(r.Binds, owner[e]) {
				t.Errorf("%s is probed at %s and binds %v", r.ID, e, r.Binds)
			}
		}
	}
}

func TestEveryRequirementButARecordedFactBindsAParty(t *testing.T) {
	for _, r := range mustLoad(t).All() {
		if len(r.Binds) == 0 && (r.Verdict != Info || r.Waived == "") {
			t.Errorf("%s binds nobody and is neither info nor waived", r.ID)
		}
	}
}

// elsewhere finds ids without their source, and letters and codes of a document outside the project.
var elsewhere = regexp.MustCompile(`\b[OM]:|\b[Ss]ections? [A-Z]\b|(^|[^-.\w%–])\d+(\.\d+)*-\d\d\b`)

func TestTheTextStandsAlone(t *testing.T) {
	for _, r := range mustLoad(t).All() {
		for _, text := range []string{r.Text, r.Probe, r.Expected, r.Notes, r.Why, r.Remedy, r.Waived} {
			if elsewhere.MatchString(text) {
				t.Errorf("%s: %q refers to a document that the reader does not have", r.ID, text)
			}
			if text != strings.TrimSpace(text) || text == "—" {
				t.Errorf("%s: %q is empty or has blanks around it", r.ID, text)
			}
		}
	}
}

func TestEveryRequirementSaysWhyItMattersAndWhatToChange(t *testing.T) {
	for _, r := range mustLoad(t).All() {
		for _, text := range []string{r.Why, r.Remedy} {
			if len(text) < 20 || !strings.HasSuffix(text, ".") {
				t.Errorf("%s: %q is no sentence", r.ID, text)
			}
			if strings.Contains(strings.TrimSuffix(text, "."), ". ") {
				t.Errorf("%s: %q is more than one sentence", r.ID, text)
			}
		}
		if r.Why == r.Remedy {
			t.Errorf("%s: why and remedy are the same", r.ID)
		}
	}
}

// reference finds the ids that a text names; a pattern such as RFC9449-4.3-* names none.
var reference = regexp.MustCompile(`\b(RFC\d{4}|FAPI2|AUTH0|OID4VCI|HAIP|ATPROTO|MCP1932|SOLID)` +
	`(-[A-Za-z0-9.]+)*-\d\d[a-z]?\b`)

func TestATextNamesOnlyRequirementsThatThereAre(t *testing.T) {
	c := mustLoad(t)
	for _, r := range c.All() {
		text := strings.Join([]string{r.Text, r.Probe, r.Expected, r.Notes, r.Waived}, "\n")
		for _, id := range reference.FindAllString(text, -1) {
			if _, ok := c.Find(id); !ok {
				t.Errorf("%s names %s, which is no requirement", r.ID, id)
			}
		}
	}
}

func TestAWaivedRequirementIsProbedAsAnotherThatIsNot(t *testing.T) {
	c := mustLoad(t)
	waived := 0
	for _, r := range c.All() {
		if r.Waived == "" {
			continue
		}
		waived++
		others := reference.FindAllString(r.Waived, -1)
		if len(others) == 0 && r.Verdict != Info {
			t.Errorf("%s is worth a %s and is waived without another that tests it", r.ID, r.Verdict)
		}
		for _, id := range others {
			if other, _ := c.Find(id); other.Waived != "" {
				t.Errorf("%s is waived in favour of %s, which is waived itself", r.ID, id)
			}
		}
		if len(r.Endpoints) > 0 {
			t.Errorf("%s is waived and names endpoints at which it is probed", r.ID)
		}
	}
	if waived*20 > len(c.All()) {
		t.Errorf("%d requirements are waived: more than one in twenty", waived)
	}
}

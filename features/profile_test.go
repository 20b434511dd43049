package features

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func profile(t *testing.T, name string) Profile {
	t.Helper()
	p, err := FindProfile(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func requirement(t *testing.T, id string) Requirement {
	t.Helper()
	r, ok := mustLoad(t).Find(id)
	if !ok {
		t.Fatalf("no requirement %s", id)
	}
	return r
}

func TestTheDefaultProfileComesFirst(t *testing.T) {
	profiles, err := Profiles()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range profiles {
		names = append(names, p.Name)
	}
	if len(names) == 0 || names[0] != DefaultProfile {
		t.Errorf("profiles are %v, and %s is not the first", names, DefaultProfile)
	}
	if p := profile(t, ""); p.Name != DefaultProfile {
		t.Errorf("no name gives %s", p.Name)
	}
}

func TestAnUnknownProfileIsAnErrorThatListsTheNames(t *testing.T) {
	_, err := FindProfile("fapi1")
	if err == nil || !strings.Contains(err.Error(), `"fapi1"`) ||
		!strings.Contains(err.Error(), "rfc9449, strict, fapi2") {
		t.Errorf("got %v", err)
	}
}

func TestAProfileWeighsARequirement(t *testing.T) {
	for _, test := range []struct{ profile, id, verdict string }{
		{"rfc9449", "RFC9449-11.1-02", Warn},
		{"strict", "RFC9449-11.1-02", Fail},
		{"atproto", "RFC9449-11.1-02", Fail},
		{"mcp", "RFC9449-11.1-02", Info},
		{"okta", "RFC9449-11.1-02", Fail},
		{"helseid", "RFC9449-11.1-03", Fail},
		{"rfc9449", "RFC9449-4.3-71", Info},
		{"fapi2", "RFC9449-4.3-71", Fail},
		{"rfc9449", "RFC9449-4.3-50", Warn},
		{"strict", "RFC9449-4.3-50", Fail},
		{"strict", "RFC9449-4.3-52", Warn},
		{"strict", "RFC9449-4.3-54", Fail},
		{"atproto", "RFC9449-4.3-52", Info},
		{"haip", "RFC9449-4.3-42", Fail},
	} {
		if got := profile(t, test.profile).Verdict(requirement(t, test.id)); got != test.verdict {
			t.Errorf("%s under %s is worth %s, want %s", test.id, test.profile, got, test.verdict)
		}
	}
}

func TestARequirementOfAProfileAppliesOnlyThere(t *testing.T) {
	fapi := []string{"fapi2", "haip", "singpass", "helseid"}
	home := map[string][]string{
		"FAPI2": fapi, "OID4VCI": {"haip"}, "HAIP": {"haip"}, "ATPROTO": {"atproto"}, "MCP1932": {"mcp"},
		"SOLID": {"solid"}, "OKTA": {"okta"}, "CAMARA": {"camara"}, "SINGPASS": {"singpass"}, "HELSEID": {"helseid"},
		"GNAP": nil,
	}
	profiles, err := Profiles()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range mustLoad(t).All() {
		if r.Group != "N" {
			continue
		}
		source, _, _ := strings.Cut(r.ID, "-")
		for _, p := range profiles {
			want := slices.Contains(home[source], p.Name) && !matchesAny(p.excludes, r.ID)
			if got := p.Applies(r); got != want {
				t.Errorf("%s applies under %s: %v, want %v", r.ID, p.Name, got, want)
			}
		}
	}
}

func TestEveryProfileNamesTheRevisionOfItsText(t *testing.T) {
	const text = "profiles:\n  - {name: x, description: y}\n"
	_, err := parseProfiles("profiles.yaml", []byte(text), mustLoad(t))
	if err == nil || !strings.Contains(err.Error(), "revision") {
		t.Errorf("a profile without a revision: %v", err)
	}
	if got := profile(t, "haip").Revision; !strings.Contains(got, "1.0, final") {
		t.Errorf("haip reads %q", got)
	}
}

func TestAProfileLeavesOutWhatItContradicts(t *testing.T) {
	query := requirement(t, "RFC9449-4.3-52")
	if profile(t, "solid").Applies(query) {
		t.Error("solid refuses an htu with a query, and yet is asked to ignore the query")
	}
	if !profile(t, "rfc9449").Applies(query) {
		t.Error("the default profile leaves out a requirement of RFC 9449")
	}
}

func TestEveryProfileChangesSomething(t *testing.T) {
	profiles, err := Profiles()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range profiles[1:] {
		for pattern, verdict := range p.verdicts {
			changes := slices.ContainsFunc(mustLoad(t).All(), func(r Requirement) bool {
				return matches(pattern, r.ID) && r.Verdict != verdict
			})
			if !changes {
				t.Errorf("%s: the override %s: %s changes no verdict", p.Name, pattern, verdict)
			}
		}
	}
}

func TestAProfileKeepsTheParametersThatItDoesNotSet(t *testing.T) {
	fapi := profile(t, "fapi2")
	if got, want := fapi.IatFuture(), (Window{10 * time.Second, time.Minute, 61 * time.Second}); got != want {
		t.Errorf("fapi2 takes proofs ahead of its clock by %v, want %v", got, want)
	}
	if got, want := fapi.IatPast(), profile(t, DefaultProfile).IatPast(); got != want {
		t.Errorf("fapi2 takes old proofs within %v, want %v as by default", got, want)
	}
	if got := fapi.ProofAlgorithms(); !slices.Equal(got, []string{"PS256", "ES256", "EdDSA", "Ed25519"}) {
		t.Errorf("fapi2 takes %v", got)
	}
	if got := profile(t, DefaultProfile).ProofAlgorithms(); len(got) != 0 {
		t.Errorf("setting the algorithms of one profile set those of another: %v", got)
	}
}

func TestParametersOfCommunitiesThatDisagree(t *testing.T) {
	for _, test := range []struct {
		profile             string
		cause               Cause
		expected, tolerated []int
	}{
		{"mcp", ProofBad, []int{401}, []int{}},
		{"camara", ProofBad, []int{400}, []int{401}},
		{"camara", ProofMissing, []int{401}, []int{400}},
		{"camara", TokenBad, []int{401}, []int{}},
		{DefaultProfile, ProofBad, []int{401}, []int{400}},
		{DefaultProfile, "whim", nil, nil},
	} {
		expected, tolerated := profile(t, test.profile).RefusalStatus(test.cause)
		if !slices.Equal(expected, test.expected) || !slices.Equal(tolerated, test.tolerated) {
			t.Errorf("%s, %s: expects %v and tolerates %v", test.profile, test.cause, expected, tolerated)
		}
	}
	if got := profile(t, "mcp").IatPast().Refuse; got > 303*time.Second {
		t.Errorf("mcp refuses old proofs from %v on, and is probed at 303 s", got)
	}
	atproto := profile(t, "atproto")
	if _, refuse := atproto.NonceLifetime(); refuse != 5*time.Minute || !atproto.ServerRequiresNonces() ||
		!atproto.APIRequiresNonces() || !slices.Equal(atproto.RequiredAlgorithms(), []string{"ES256"}) {
		t.Errorf("atproto: %+v", atproto.settings)
	}
	okta := profile(t, "okta")
	if accept, _ := okta.NonceLifetime(); accept != 72*time.Hour || !okta.ServerRequiresNonces() ||
		okta.APIRequiresNonces() {
		t.Errorf("okta: %+v", okta.settings)
	}
	singpass := profile(t, "singpass")
	if singpass.PushedBinding() != BindingByProof || !singpass.OneKeyPerLogin() {
		t.Errorf("singpass: %+v", singpass.settings)
	}
	if !profile(t, "solid").RefusesHTUQuery() || profile(t, DefaultProfile).RefusesHTUQuery() {
		t.Error("solid alone refuses an htu with a query")
	}
	p := profile(t, DefaultProfile)
	accept, refuse := p.NonceLifetime()
	if p.ServerRequiresNonces() || p.APIRequiresNonces() || accept != 0 || refuse != 0 ||
		p.AccessTokenLifetime() != time.Hour || p.JTIBits() != 96 ||
		p.PushedBinding() != BindingOptional || p.OneKeyPerLogin() {
		t.Errorf("default: %+v", p.settings)
	}
}

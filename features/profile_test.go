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
		{"mcp", "RFC9449-11.1-02", Warn},
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
	home := map[string]string{
		"FAPI2": "fapi2", "OID4VCI": "haip", "HAIP": "haip", "ATPROTO": "atproto", "MCP1932": "mcp",
		"SOLID": "solid", "GNAP": "",
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
			if got, want := p.Applies(r), p.Name == home[source]; got != want {
				t.Errorf("%s applies under %s: %v, want %v", r.ID, p.Name, got, want)
			}
		}
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
	if expected, tolerated := profile(t, "mcp").BadProofStatus(); !slices.Equal(expected, []int{401}) ||
		len(tolerated) != 0 {
		t.Errorf("mcp expects %v and tolerates %v", expected, tolerated)
	}
	if _, tolerated := profile(t, DefaultProfile).BadProofStatus(); !slices.Equal(tolerated, []int{400}) {
		t.Errorf("the default profile tolerates %v, want 400", tolerated)
	}
	if got := profile(t, "mcp").IatPast().Refuse; got > 303*time.Second {
		t.Errorf("mcp refuses old proofs from %v on, and is probed at 303 s", got)
	}
	atproto := profile(t, "atproto")
	if !atproto.RequiresNonces() || atproto.NonceLifetime() != 5*time.Minute ||
		!slices.Equal(atproto.RequiredAlgorithms(), []string{"ES256"}) {
		t.Errorf("atproto: nonces %v for %v, algorithms %v", atproto.RequiresNonces(), atproto.NonceLifetime(),
			atproto.RequiredAlgorithms())
	}
	if !profile(t, "solid").RefusesHTUQuery() || profile(t, DefaultProfile).RefusesHTUQuery() {
		t.Error("solid alone refuses an htu with a query")
	}
	p := profile(t, DefaultProfile)
	if p.RequiresNonces() || p.NonceLifetime() != 0 || p.AccessTokenLifetime() != time.Hour || p.JTIBits() != 96 {
		t.Errorf("default: nonces %v for %v, tokens %v, jti %d", p.RequiresNonces(), p.NonceLifetime(),
			p.AccessTokenLifetime(), p.JTIBits())
	}
}

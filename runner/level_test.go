package runner

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/shards"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// tenant is a target of strangers at a level.
func tenant(level string) *target.Target {
	t := target.Default()
	t.AuthorizationServer = &target.RealAuthorizationServer{Issuer: "https://tenant.example"}
	t.APIs = []target.RealAPI{{Name: "orders", URL: "https://api.example", Method: "GET", Path: "/orders"}}
	t.Limits.Level = level
	return t
}

// expanded is the built-in cases; they are expanded once.
var expanded = sync.OnceValues(func() ([]*Case, error) {
	sources, err := BuiltIn()
	if err != nil {
		return nil, err
	}
	plan, err := NewPlan(sources, target.Default(), Selection{})
	if err != nil {
		return nil, err
	}
	return plan.everyCase(), nil
})

// planned plans the built-in cases, and others before them.
func planned(t *testing.T, configured *target.Target, s Selection, others ...*Case) *Plan {
	t.Helper()
	cases, err := expanded()
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := features.Load()
	if err != nil {
		t.Fatal(err)
	}
	plan := &Plan{Catalogue: catalogue, all: map[string]bool{}}
	var copies []*Case
	for i, c := range slices.Concat(cases, others) {
		copied := *c
		copied.place = i
		copies = append(copies, &copied)
		plan.all[c.ID] = true
	}
	if err := plan.choose(copies, configured, s); err != nil {
		t.Fatal(err)
	}
	return plan
}

// ownFeature is a person's own, with the battery at an endpoint of theirs.
func ownFeature(t *testing.T) Source {
	t.Helper()
	sources, err := ReadFS(fstest.MapFS{"shop.feature": {Data: []byte(`Feature: Shop
  @rs
  Scenario: One
    When the client calls "GET /orders"
    Then the status is 200
  Scenario: Protected
    Then "GET /orders" is protected by DPoP
`)}})
	if err != nil {
		t.Fatal(err)
	}
	return sources[0]
}

// TestTheRankingFitsTheCases: a case that is new, or gone, asks for make levels.
func TestTheRankingFitsTheCases(t *testing.T) {
	ranking, err := features.LoadRanking()
	if err != nil {
		t.Fatal(err)
	}
	for _, why := range planned(t, target.Default(), Selection{}).Stale(ranking, nil) {
		t.Errorf("features/levels.tsv: %s; run make levels", why)
	}
}

func TestARankingThatDoesNotFitIsStale(t *testing.T) {
	plan := planned(t, target.Default(), Selection{})
	ranking := &features.Ranking{}
	for i, c := range plan.everyCase() {
		if i > 0 {
			ranking.Add(features.Ranked{ID: c.ID, Level: features.Full})
		}
	}
	ranking.Add(features.Ranked{ID: "no/such-case", Level: features.Full})
	stale := strings.Join(plan.Stale(ranking, nil), "\n")
	for _, want := range []string{
		"it does not rank the case " + plan.everyCase()[0].ID,
		"it ranks the case no/such-case, which is none",
		"standard does not test RFC9449-4.3-43 (api)",
	} {
		if !strings.Contains(stale, want) {
			t.Errorf("it is not said that %s", want)
		}
	}
}

func TestALevelIsAPropertyOfThePlan(t *testing.T) {
	sizes := map[string]int{}
	for level, want := range map[string]string{
		"": features.Standard, features.Quick: features.Quick, features.Standard: features.Standard,
		features.Full: features.Full,
	} {
		plan := planned(t, tenant(level), Selection{})
		if plan.Level != want || plan.Selection != nil {
			t.Errorf("level %q: the plan is of the level %s and a selection %+v", level, plan.Level, plan.Selection)
		}
		sizes[plan.Level] = len(plan.Cases)
		left := slices.ContainsFunc(plan.NotRun, func(n reports.NotRun) bool {
			return n.Reason == "level "+want+": it belongs to the level full"
		})
		if left != (want != features.Full) {
			t.Errorf("level %s: cases are left out for it: %v", want, left)
		}
	}
	if quick, standard, full := sizes["quick"], sizes["standard"], sizes["full"]; quick < 50 ||
		quick >= standard || 3*standard > full {
		t.Errorf("quick has %d cases, standard %d, full %d", quick, standard, full)
	}
}

func TestThePartiesSayTheLevelIfNobodyDoes(t *testing.T) {
	inProcess := target.Default()
	serve := func(string) (string, func(), error) { return "", nil, nil }
	inProcess.APIs = []target.RealAPI{{Name: "orders", Serve: serve}}
	for name, test := range map[string]struct {
		t    *target.Target
		want string
	}{
		"all embedded":         {target.Default(), features.Full},
		"an API of this test":  {inProcess, features.Full},
		"strangers":            {tenant(""), features.Standard},
		"an adapter's program": {&target.Target{Client: &target.RealClient{}}, features.Standard},
	} {
		if plan := planned(t, test.t, Selection{}); plan.Level != test.want {
			t.Errorf("%s: %s; want %s", name, plan.Level, test.want)
		}
	}
}

// TestWhatIsNamedRunsWhateverTheLevel: ids name, all else chooses within it.
func TestWhatIsNamedRunsWhateverTheLevel(t *testing.T) {
	ranking, err := features.LoadRanking()
	if err != nil {
		t.Fatal(err)
	}
	var beyond string // a case at the API that only full holds
	for _, c := range planned(t, target.Default(), Selection{}).Cases {
		if ranking.Level(c.ID) == features.Full && c.Endpoint == features.API {
			beyond = c.ID
		}
	}
	plan := planned(t, tenant(features.Quick), Selection{IDs: []string{beyond}})
	if len(plan.Cases) != 1 || plan.Selection == nil || plan.Level != features.Full {
		t.Errorf("%s: %d cases, level %s, selection %+v", beyond, len(plan.Cases), plan.Level, plan.Selection)
	}
	for name, s := range map[string]Selection{
		"--tags": {Tags: "@at:api"}, "--at": {At: []string{"api"}},
		"--subject": {Subjects: []target.Role{target.ResourceServer}}, "--shard": {Shard: shards.Shard{N: 1, Of: 2}},
	} {
		plan := planned(t, tenant(features.Quick), s)
		for _, c := range plan.Cases {
			if ranking.Level(c.ID) != features.Quick {
				t.Errorf("%s: %s is run, which is of the level %s", name, c.ID, ranking.Level(c.ID))
			}
		}
		whole := len(planned(t, tenant(features.Quick), Selection{}).Cases)
		if plan.Selection == nil || plan.Selection.Of != whole {
			t.Errorf("%s: selection %+v of a plan of %d cases", name, plan.Selection, whole)
		}
	}
}

func TestAPersonsOwnFeaturesRunWhole(t *testing.T) {
	count := func(level string) (own int, of string) {
		sources := []Source{ownFeature(t)}
		plan, err := NewPlan(sources, tenant(level), Selection{})
		if err != nil {
			t.Fatal(err)
		}
		return len(plan.Cases), plan.Level
	}
	all, level := count("")
	if level != features.Full || all < 100 {
		t.Errorf("%d cases at the level %s", all, level)
	}
	if quick, level := count(features.Quick); level != features.Quick || quick >= all || quick < 10 {
		t.Errorf("whoever asks for quick gets %d of %d cases at the level %s", quick, all, level)
	}
}

func TestTheMostTellingCasesComeFirstAmongStrangersAndOnesOwnBeforeThem(t *testing.T) {
	ranking, err := features.LoadRanking()
	if err != nil {
		t.Fatal(err)
	}
	others, err := NewPlan([]Source{ownFeature(t)}, tenant(features.Full), Selection{})
	if err != nil {
		t.Fatal(err)
	}
	plan := planned(t, tenant(features.Full), Selection{}, others.ByFeature()...)
	own := true
	last := -1
	for i, c := range plan.Cases {
		if own && !c.own {
			own, last = false, -1
		}
		at := ranking.Place(c.ranked)
		switch {
		case c.own != own:
			t.Fatalf("%s of a person's own stands behind others", c.ID)
		case i == 0 && c.ID != "shop/one":
			t.Errorf("%s is the first", c.ID)
		case i > 0 && at < last:
			t.Errorf("%s stands behind what tells less", c.ID)
		}
		if i > 0 {
			last = at
		}
	}
	embedded := planned(t, target.Default(), Selection{})
	if !slices.Equal(embedded.Cases, embedded.ByFeature()) {
		t.Error("embedded cases are not in the order of their features")
	}
	byFeature := plan.ByFeature()
	results := make([]reports.Case, len(plan.Cases))
	for i, c := range plan.Cases {
		results[i].ID = c.ID
	}
	plan.sortByFeature(results)
	for i, c := range byFeature {
		if results[i].ID != c.ID {
			t.Fatalf("result %d is %s; want %s", i, results[i].ID, c.ID)
		}
	}
}

func TestAReportListsCasesInTheOrderOfTheirFeatures(t *testing.T) {
	nowhere := tenant(features.Quick)
	nowhere.AuthorizationServer.Issuer = "http://127.0.0.1:9"
	sources, err := BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, nowhere, Selection{})
	if err != nil {
		t.Fatal(err)
	}
	run, _ := Run(t.Context(), plan, nowhere, Options{})
	for i, c := range plan.ByFeature() {
		if run.Level != features.Quick || run.Cases[i].ID != c.ID {
			t.Fatalf("level %s: result %d is %s; want %s", run.Level, i, run.Cases[i].ID, c.ID)
		}
	}
}

func TestCasesAreChosenByEndpoint(t *testing.T) {
	var s Selection
	if err := s.ParseEndpoints([]string{"token", "par"}); err != nil {
		t.Fatal(err)
	}
	plan := planned(t, target.Default(), s)
	at := map[string]int{}
	for _, c := range plan.Cases {
		at[c.Endpoint]++
	}
	if len(at) != 2 || at["token"] == 0 || at["par"] == 0 || plan.Selection.How != "--at token,par" {
		t.Errorf("%v, %+v", at, plan.Selection)
	}
	for name, want := range map[string]string{
		"tokn":   `no endpoint is called "tokn"; there are token, par, userinfo, api; did you mean --at token?`,
		"client": "did you mean --subject client?",
		"as":     "did you mean --subject as?",
	} {
		if err := s.ParseEndpoints([]string{name}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", name, err, want)
		}
	}
	if err := s.ParseSubjects([]string{"api"}); err == nil || !strings.Contains(err.Error(), "did you mean --at api?") {
		t.Error(err)
	}
}

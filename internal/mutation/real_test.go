package mutation

import (
	"slices"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/internal/standing"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/runner"
)

// One mutant for each setting: it shows in none of those before. All of them are tried
// by dpopspec mutants --real.
func TestASettingShowsWhatThoseBeforeHide(t *testing.T) {
	sources, err := runner.ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	shows := map[string]string{
		"plain":                               "PV-014@par",
		"nonces":                              "RS-041",
		"an API alone":                        "RS-020",
		"an API that takes unbound tokens":    "RS-003@api/exact-bearer",
		"opaque tokens":                       "RS-004",
		"refresh tokens that last":            "AS-065",
		"names and no port":                   "PV-032@api",
		"clients of every kind":               "AS-012/public",
		"a path with escapes":                 "PV-030@api/both-unescaped",
		"what a wallet needs":                 "AS-230",
		"what a wallet needs, and PoPs alone": "AS-241",
		"two instances that ask for nonces":   "PV-132@api/instances",
	}
	for i, s := range standing.Settings {
		t.Run(s.Name, func(t *testing.T) {
			longtable.Thinned(t)
			t.Parallel()
			name, known := shows[s.Name]
			if !known {
				t.Fatalf("no mutant shows why there is the setting %q", s.Name)
			}
			list, err := mutants.Select("", name)
			if err != nil {
				t.Fatal(err)
			}
			m, err := real(t.Context(), sources, features.Full, list[:1], []standing.Setting{s}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(m.Killed[0].By) == 0 || len(m.HonestFailures()) > 0 {
				t.Errorf("%s: found by %v; honest servers fail %d", name, m.Killed[0].By, len(m.HonestFailures()))
			}
			if m, err = real(t.Context(), sources, features.Full, list[:1], standing.Settings[:i], nil); err != nil {
				t.Fatal(err)
			}
			if len(m.Killed[0].By) > 0 {
				t.Errorf("%s is found without this setting, by %v", name, m.Killed[0].By)
			}
		})
	}
}

func TestWhatIsOutOfSightIsThere(t *testing.T) {
	for _, row := range outOfSight {
		for _, name := range row.names {
			list, err := mutants.Select("", name)
			if err != nil {
				t.Error(err)
				continue
			}
			for _, m := range list {
				if m.Subject() == "client" {
					t.Errorf("%s is a client's, and none of a server", name)
				}
			}
		}
	}
}

// A bad proof that is asked for a nonce again and again hides behind the challenges of a
// server that demands nonces, unless an honest proof with the same nonce is granted.
func TestABadProofThatIsAskedForANonceIsFoundWhereNoncesAreDemanded(t *testing.T) {
	sources, err := runner.ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	var list []mutants.Mutant
	for _, name := range []string{"AS-007/use-dpop-nonce", "RS-102@api", "RS-102@userinfo"} {
		found, err := mutants.Select("", name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, found...)
	}
	i := slices.IndexFunc(standing.Settings, func(s standing.Setting) bool { return s.Name == "nonces" })
	m, err := real(t.Context(), sources, features.Full, list, standing.Settings[i:i+1], nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range m.Killed {
		if len(k.By) == 0 {
			t.Errorf("%s was not found", k.Mutant.Name())
		}
	}
}

// The nonce with which a preflight pushed came from the token endpoint: where PAR gives
// none that can be used, its honest requests are granted with one of another endpoint.
func TestABrokenChallengeAtOneEndpointIsFoundWhereAnotherGivesNonces(t *testing.T) {
	sources, err := runner.ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	var list []mutants.Mutant
	for _, name := range []string{"PV-096@par", "PV-097@par"} {
		one, err := mutants.Select("", name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, one...)
	}
	i := slices.IndexFunc(standing.Settings, func(s standing.Setting) bool { return s.Name == "nonces" })
	m, err := real(t.Context(), sources, features.Full, list, standing.Settings[i:i+1], nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range m.Killed {
		if len(k.By) == 0 {
			t.Errorf("%s was not found", k.Mutant.Name())
		}
	}
}

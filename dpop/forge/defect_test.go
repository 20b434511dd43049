package forge

import (
	"errors"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
)

func TestARefusalCarriesTheCodeOfItsCheck(t *testing.T) {
	for _, c := range []struct{ part, value, code string }{
		{"nonce", "missing", dpop.UseNonce}, {"nonce", "made up", dpop.UseNonce},
		{"key", "another party's", dpop.InvalidToken}, {"htm", "missing", dpop.InvalidProof},
		{"ath", "missing", dpop.InvalidProof}, {"field", "missing", dpop.InvalidProof},
	} {
		d, err := Find(c.part, c.value)
		if err != nil {
			t.Fatal(err)
		}
		f := testForgery(t, occasions["API with a nonce"], "ES256")
		forged, err := d.Forge(f)
		if err != nil {
			t.Fatal(err)
		}
		refusal := judge(f, d, forged)
		if refusal == nil || refusal.Code != c.code || len(refusal.Requirements) == 0 ||
			!strings.Contains(refusal.Error(), refusal.Check) {
			t.Errorf("%s: %+v", d.Name(), refusal)
		}
	}
}

func TestADefectThatDoesNotFitTheOccasionSaysWhy(t *testing.T) {
	for _, c := range []struct{ part, value, algorithm, occasion, says string }{
		{"ath", "missing", "ES256", "token endpoint", "an access token"},
		{"nonce", "missing", "ES256", "API", "nonces"},
		{"signature", "DER", "EdDSA", "API", "ES256"},
		{"signature", "with an empty salt", "RS256", "API", "PS256"},
		{"htu", "without its port", "ES256", "API at its root", "port"},
	} {
		d, err := Find(c.part, c.value)
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.Forge(testForgery(t, occasions[c.occasion], c.algorithm))
		var not *NotForgeable
		if !errors.As(err, &not) || not.Part != c.part || !strings.Contains(not.Reason, c.says) {
			t.Errorf("%s: %v", d.Name(), err)
		}
	}
	d, err := Find("htm", "missing")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Forge(Forgery{}); err == nil {
		t.Error("forged without a key")
	}
}

func TestWhatAnotherKeyTokenOrNonceMayMendIsByChance(t *testing.T) {
	for _, c := range []struct {
		part, value string
		by          bool
	}{
		{"nonce", "in upper case", true}, {"ath", "with non-zero trailing bits", false},
		{"htm", "in upper case", false}, {"htu", "with its escapes in upper case", false},
	} {
		d, err := Find(c.part, c.value)
		if err != nil {
			t.Fatal(err)
		}
		f := testForgery(t, dpop.Occasion{Method: "GET", URI: "https://api.example/", Nonce: "UPPER"}, "ES256")
		_, err = d.Forge(f)
		var not *NotForgeable
		if !errors.As(err, &not) || not.ByChance != c.by {
			t.Errorf("%s: %v, by chance %v", d.Name(), err, not != nil && not.ByChance)
		}
	}
}

func TestADefectWithoutItsAidsSaysWhichItLacks(t *testing.T) {
	for _, d := range All() {
		f := testForgery(t, occasions["API with a nonce"], "ES256")
		f.Aids = Aids{}
		_, err := d.Forge(f)
		var not *NotForgeable
		if err != nil && !errors.As(err, &not) {
			t.Errorf("%s: %v", d.Name(), err)
		}
		n := d.Needs
		if err == nil && (n.Keys || n.Other || n.ServerKey || n.OtherToken || n.OldNonce || n.OtherNonce || n.Canary) {
			t.Errorf("%s: forged without what it needs", d.Name())
		}
	}
}

func TestForgingLeavesTheDraftOfTheCallerAlone(t *testing.T) {
	f := testForgery(t, occasions["API with a nonce"], "ES256")
	f.Draft = dpop.NewDraft(f.Key, f.Occasion, f.Now)
	header, claims := string(f.Draft.Header.JSON()), string(f.Draft.Claims.JSON())
	for _, d := range All() {
		_, _ = d.Forge(f) // some do not fit the occasion
		if string(f.Draft.Header.JSON()) != header || string(f.Draft.Claims.JSON()) != claims {
			t.Fatalf("%s changed it", d.Name())
		}
	}
}

func TestTheThumbprintOfAForgedProofIsTheSameEveryTime(t *testing.T) {
	for _, d := range All() {
		if d.Key == nil && !d.Embeds {
			continue
		}
		f := testForgery(t, occasions["token endpoint"], "EdDSA")
		f.Algorithms = nil
		first, err := d.Forge(f)
		if err != nil {
			continue // not on this occasion
		}
		second, err := d.Forge(f)
		if err != nil || first.Thumbprint != second.Thumbprint || first.Key.Thumbprint != second.Key.Thumbprint {
			t.Errorf("%s: %s, %s, %v", d.Name(), first.Thumbprint, second.Thumbprint, err)
		}
		if d.Embeds && first.Thumbprint == "" {
			t.Errorf("%s: no thumbprint to bind a token to", d.Name())
		}
	}
}

// A name may begin with a dot: that is no dot segment (RFC 3986 §5.2.4).
func TestATargetWithADotInANameLendsItself(t *testing.T) {
	d, err := Find("htu", "with a query")
	if err != nil {
		t.Fatal(err)
	}
	for path, lends := range map[string]bool{
		"/.oidc/token": true, "/alice/.acl": true, "/..hidden": true, "/a/...": true,
		"/a/./b": false, "/a/..": false, "/a/%2e%2E/b": false, "/.": false,
	} {
		o := occasions["API"]
		o.URI = "https://server.example" + path
		_, err := d.Forge(testForgery(t, o, "ES256"))
		var not *NotForgeable
		if lends && err != nil || !lends && !errors.As(err, &not) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

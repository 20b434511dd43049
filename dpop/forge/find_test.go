package forge

import (
	"strings"
	"testing"
)

func TestADefectIsFoundByNameWithOrWithoutQuotes(t *testing.T) {
	for _, value := range []string{"missing", `"missing"`} {
		if d, err := Find("htm", value); err != nil || d.Name() != "htm is missing" {
			t.Errorf("%s: %v, %v", value, d.Name(), err)
		}
	}
}

func TestAnUnknownDefectNamesTheNearest(t *testing.T) {
	for _, c := range []struct{ part, value, want string }{
		{"htm", "mising", `"missing"`},
		{"htn", "missing", `"htm"`},
	} {
		if _, err := Find(c.part, c.value); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s is %s: %v", c.part, c.value, err)
		}
	}
}

func TestADistanceFromNowIsAFamilyOfDefects(t *testing.T) {
	for _, c := range []struct {
		part, value string
		sound, open bool
	}{
		{"iat", "-3600 s", false, false}, {"iat", `"-3600 s"`, false, false},
		{"iat", "3600 s", false, false}, {"iat", "+3600 s", false, false},
		{"iat", "-5 s", true, false}, {"iat", "0 s", true, false},
		{"iat", "5 s", false, true}, {"iat", "-120 s", false, true},
		{"exp", "-3600 s", false, false}, {"exp", "60 s", true, false},
		{"nbf", "3600 s", false, false}, {"nbf", "-60 s", true, false},
	} {
		d, err := Find(c.part, c.value)
		if err != nil {
			t.Errorf("%s is %s: %v", c.part, c.value, err)
			continue
		}
		if d.Sound != c.sound || d.Open != c.open {
			t.Errorf("%s: sound %v, open %v", d.Name(), d.Sound, d.Open)
		}
		f := testForgery(t, occasions["API"], "ES256")
		forged, err := d.Forge(f)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, d.Name(), d, judge(f, d, forged))
	}
	for _, value := range []string{"-3600", "x s", "1.5 s", "99999999999999999999 s"} {
		if d, err := Find("iat", value); err == nil {
			t.Errorf("%q was taken for %s", value, d.Name())
		}
	}
	if _, err := Find("jti", "5 s"); err == nil {
		t.Error("jti has a distance from now")
	}
}

func TestAJSONLiteralIsAFamilyOfDefects(t *testing.T) {
	for _, part := range []string{"typ", "alg", "jwk", "jti", "htm", "htu", "iat", "ath", "nonce"} {
		for _, literal := range []string{"null", "true", `["a"]`, "{", "NaN"} {
			d, err := Find(part, "JSON "+literal)
			if err != nil {
				t.Fatal(err)
			}
			f := testForgery(t, occasions["API with a nonce"], "ES256")
			forged, err := d.Forge(f)
			if err != nil {
				t.Fatal(err)
			}
			if refusal := judge(f, d, forged); refusal == nil {
				t.Errorf("%s: accepted", d.Name())
			} else {
				compare(t, d.Name(), d, refusal)
			}
		}
	}
	if _, err := Find("form", "JSON null"); err == nil {
		t.Error("the form is a member")
	}
}

package proof

import (
	"fmt"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

func TestStructureInNoncesIsSeen(t *testing.T) {
	now := time.Unix(1800000000, 0)
	random := func(n int) (list []string) {
		for range n {
			list = append(list, dpop.NewID())
		}
		return list
	}
	numbered := func(format string, start, step int64) (list []string) {
		for i := range int64(16) {
			list = append(list, fmt.Sprintf(format, start+i*step))
		}
		return list
	}
	repeated := random(3)
	for _, c := range []struct {
		name  string
		list  []string
		holds bool
	}{
		{"128 random bits", random(32), true},
		{"one nonce of 128 random bits", random(1), true},
		{"random bits behind a fixed prefix", []string{"v1." + dpop.NewID(), "v1." + dpop.NewID()}, true},
		{"a counter", numbered("nonce-%016d", 1, 1), false},
		{"the time in seconds", numbered("%d", now.Unix(), 150), false},
		{"the time in milliseconds", numbered("%d", now.UnixMilli(), 150000), false},
		{"one short nonce", []string{"abcdef"}, false},
		{"one that comes back after another", append(repeated, repeated[0]), false},
	} {
		if structure := foreseeable(c.list, now); (structure == "") != c.holds {
			t.Errorf("%s: %q", c.name, structure)
		}
	}
}

func TestALeakIsToldFromAnExplanation(t *testing.T) {
	for text, leaks := range map[string]bool{
		"htu names https://a.example/token, the request went to https://b.example/token": false,
		"DPoP proof is not a valid JWT (iat is 3600 s old)":                              false,
		"goroutine 7 [running]": true,
		"verify: token.go:42":   true,
		"Error\n    at Object.verify (/srv/app/node_modules/jose/index.js:12:3)": true,
		"java.lang.NullPointerException":                                         true,
		"<html><body>Bad Request</body></html>":                                  true,
	} {
		if found := leaksInside(text); found != leaks {
			t.Errorf("%q: %v", text, found)
		}
	}
}

func TestResemblancesAreNoThumbprints(t *testing.T) {
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	for name, resemble := range resemblances {
		if text := resemble(key.Thumbprint); text == key.Thumbprint || text == "" {
			t.Errorf("%s is %q", name, text)
		}
	}
}

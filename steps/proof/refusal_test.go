package proof

import "testing"

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

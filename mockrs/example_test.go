package mockrs_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

// An API that asks an authorization server about opaque tokens. One that is bound to a
// key is taken with a proof, and not as Bearer. The API is an http.Handler, too.
func Example() {
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		log.Fatal(err)
	}
	api := mockrs.New("https://api.example", mockrs.Config{
		Audience: "https://api.example", Issuer: "https://as.example",
		Introspect: func(context.Context, string) (dpop.Object, error) { // in place of that server
			return dpop.ParseObject(fmt.Appendf(nil, `{"active": true, "iss": "https://as.example",
				"aud": "https://api.example", "exp": %d, "cnf": {"jkt": %q}}`,
				time.Now().Add(time.Hour).Unix(), key.Thumbprint))
		},
	})
	proof, err := dpop.NewProof(key, dpop.Occasion{
		Method: "GET", URI: "https://api.example/orders", AccessToken: "opaque",
	}, time.Now())
	if err != nil {
		log.Fatal(err)
	}
	for _, scheme := range []string{"Bearer", "DPoP"} {
		request := httptest.NewRequest("GET", "https://api.example/orders", nil)
		request.Header.Set("Authorization", scheme+" opaque")
		request.Header.Set("DPoP", proof)
		if failure := api.Authorize(request); failure != nil {
			fmt.Println(scheme, failure.Status, failure.Reason)
			continue
		}
		fmt.Println(scheme, "may be served")
	}
	// Output:
	// Bearer 401 the token is bound to a key and must not be sent as Bearer
	// DPoP may be served
}

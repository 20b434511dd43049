package mockas_test

import (
	"fmt"
	"log"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// A client asks for a token with a proof. A server listens where its origin says: it is an
// http.Handler.
func Example() {
	as, err := mockas.New("https://as.example", mockas.Config{
		Clients: []mockas.Client{{ID: "app", Secret: "s3cret", Auth: mockas.AuthPost}},
		APIs:    []mockas.API{{Audience: "https://api.example", Policy: mockas.ConstraintRequired}},
	})
	if err != nil {
		log.Fatal(err)
	}
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		log.Fatal(err)
	}
	endpoint := as.URL(mockas.PathToken)
	proof, err := dpop.NewProof(key, dpop.Occasion{Method: "POST", URI: endpoint}, time.Now())
	if err != nil {
		log.Fatal(err)
	}
	request := httptest.NewRequest("POST", endpoint, strings.NewReader("grant_type=client_credentials"+
		"&client_id=app&client_secret=s3cret&resource=https://api.example"))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("DPoP", proof)
	answer := httptest.NewRecorder()
	as.ServeHTTP(answer, request)
	fmt.Println(answer.Code)
	for _, issued := range as.Issued() {
		fmt.Println(issued.Kind, "for", issued.ClientID, "bound to its key:", issued.Bound == key.Thumbprint)
	}
	// Output:
	// 200
	// access_token for app bound to its key: true
}

// A token without any request, as a test of an API wants it.
func ExampleServer_Mint() {
	as, err := mockas.New("https://as.example", mockas.Config{})
	if err != nil {
		log.Fatal(err)
	}
	token, err := as.Mint(mockas.Mint{
		Audience: []string{"https://api.example"}, Scope: "read:orders",
		Bound: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
	})
	if err != nil {
		log.Fatal(err)
	}
	confirmation, _ := as.Introspect(token).Get("cnf")
	fmt.Println(string(confirmation))
	as.Revoke(token)
	fmt.Println(string(as.Introspect(token).JSON()))
	// Output:
	// {"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}
	// {"active":false}
}

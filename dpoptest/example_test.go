package dpoptest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpoptest"
	"github.com/dpopspec/dpopspec/fixtures/examples/orders"
)

// A handler is called by an honest client, with a bound token and a new proof in every
// request. In a test, t is the *testing.T.
func ExampleNewClient() {
	t := begin()
	defer t.end()

	as := dpoptest.NewAuthorizationServer(t)
	api := httptest.NewServer(orders.New(as.URL, as.Audience)) // stands for the handler under test
	defer api.Close()
	c := dpoptest.NewClient(t, dpoptest.IssuedBy(as))
	response, err := c.Get(api.URL + "/orders")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	fmt.Println(response.Status)
	// Output: 200 OK
}

// A client is judged by what it sends: this one makes its proof for another method. In a test,
// t is the *testing.T, which fails.
func ExampleNewAPI() {
	t := begin()
	defer t.end()

	api := dpoptest.NewAPI(t)
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	token, err := api.AuthorizationServer.TokenFor(key.Thumbprint, api.Audience)
	if err != nil {
		t.Fatal(err)
	}
	wrong := dpop.Occasion{Method: "POST", URI: api.URL + "/orders", AccessToken: token}
	proof, err := dpop.NewProof(key, wrong, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	request, _ := http.NewRequest("GET", api.URL+"/orders", nil)
	request.Header.Set("Authorization", "DPoP "+token)
	request.Header.Set("DPoP", proof)
	if response, err := http.DefaultClient.Do(request); err == nil {
		response.Body.Close()
	}
	// Output:
	// dpoptest: request 1 at the API is wrong
	// │ GET /orders was answered 401
	// │ htm: htm is "POST", the request's method is "GET"
}

// A test that looks at the requests itself.
func ExampleQuietly() {
	t := begin()
	defer t.end()

	api := dpoptest.NewAPI(t, dpoptest.WithNonces(), dpoptest.Quietly())
	c := dpoptest.NewClient(t, dpoptest.IssuedBy(api.AuthorizationServer))
	for range 2 { // the client gets a nonce, and another when that has expired
		if response, err := c.Get(api.URL + "/orders"); err == nil {
			response.Body.Close()
		}
		api.ExpireNonces()
	}
	for _, r := range api.Requests() {
		fmt.Println(r.Method, r.Path, r.Status, "asked for a nonce:", r.Challenged, "wrong:", len(r.Problems))
	}
	// Output:
	// GET /orders 401 asked for a nonce: true wrong: 0
	// GET /orders 200 asked for a nonce: false wrong: 0
	// GET /orders 401 asked for a nonce: true wrong: 0
	// GET /orders 200 asked for a nonce: false wrong: 0
}

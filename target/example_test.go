package target_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/dpopspec/dpopspec/target"
)

// A configuration that names an authorization server and an API. The client is embedded,
// and so nobody asks how it does.
func ExampleLoad() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "dpopspec.yaml")
	err = os.WriteFile(file, []byte(`
profile: fapi2
authorization_server:
  issuer: https://tenant.example/
  clients: [{id: app, secret: "${CLIENT_SECRET}", grants: [client_credentials]}]
apis:
  orders: {url: "https://api.example", audience: "https://api.example", probe: GET /orders}
`), 0o600)
	if err != nil {
		log.Fatal(err)
	}
	t, err := target.Load(file, func(name string) (string, bool) { return "s3cret", name == "CLIENT_SECRET" })
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("under test:", t.Subjects(), "by", t.Profile)
	fmt.Println(t.Describe(target.AuthorizationServer))
	fmt.Println(t.Describe(target.ClientRole))
	// Output:
	// under test: [as rs] by fapi2
	// https://tenant.example/
	// embedded
}

// The environment wins over the file. A mistake is told with its remedy.
func ExampleTarget_ApplyEnvironment() {
	t := target.Default()
	err := t.ApplyEnvironment(func(name string) (string, bool) { return "often", name == "DPOPSPEC_RATE" })
	fmt.Println(err)
	// Output:
	// DPOPSPEC_RATE: "often" is not a number of requests in a second or a minute, such as 5/s or 30/m
}

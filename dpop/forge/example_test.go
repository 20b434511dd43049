package forge_test

import (
	"fmt"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
)

// A proof for another method is refused by the check of htm, and by no other.
func ExampleDefect_Forge() {
	clock := func() time.Time { return time.Unix(1762700000, 0) }
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		panic(err)
	}
	defect, err := forge.Find("htm", "another method")
	if err != nil {
		panic(err)
	}
	forged, err := defect.Forge(forge.Forgery{
		Key:      key,
		Occasion: dpop.Occasion{Method: "POST", URI: "https://server.example/token"},
		Now:      clock(),
	})
	if err != nil {
		panic(err)
	}
	_, refusal := dpop.NewVerifier(clock).Verify(dpop.Request{
		Method: "POST", TargetURI: "https://server.example/token", Fields: forged.Fields,
	})
	fmt.Println(defect.Name(), "→", refusal)
	// Output: htm is another method → htm: htm is "GET", the request's method is "POST"
}

package client_test

import (
	"fmt"

	"github.com/dpopspec/dpopspec/steps/client"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// The steps about a client under test. This is the one that a line of a scenario means.
func ExampleRegister() {
	v := &vocabulary.Vocabulary{}
	v.Enter("client")
	client.Register(v)
	for _, d := range v.Match(`every proof carries the newest nonce of its server`) {
		fmt.Println(d.Keyword, d.Written)
		fmt.Println(d.Doc)
	}
	// Output:
	// Then ^every proof {proof-rule}$
	// States something about every proof that the client has sent in this case.
}

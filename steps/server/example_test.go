package server_test

import (
	"fmt"

	"github.com/dpopspec/dpopspec/steps/server"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// The steps about an authorization server. This is the one that a line of a scenario means.
func ExampleRegister() {
	v := &vocabulary.Vocabulary{}
	v.Enter("server")
	server.Register(v)
	for _, d := range v.Match(`the client redeems a code bound by "dpop_jkt" with a proof by another key`) {
		fmt.Println(d.Keyword, d.Written)
	}
	// Output:
	// When ^the client redeems a code bound by "{code-binding}" (?:{proof}|{verifier}|with a proof whose (.+?) is (.+))$
}

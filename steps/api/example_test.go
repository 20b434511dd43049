package api_test

import (
	"fmt"

	"github.com/dpopspec/dpopspec/steps/api"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// The steps about an API. The one that a line of a scenario means has its words in braces.
func ExampleRegister() {
	v := &vocabulary.Vocabulary{}
	v.Enter("api")
	api.Register(v)
	for _, d := range v.Match(`an unbound access token is sent in the query without a proof`) {
		fmt.Println(d.Keyword, d.Written)
	}
	// Output:
	// When ^{sent-token} is sent (?:{presentation}|with the scheme (\S+))( without a proof)?$
}

package features_test

import (
	"fmt"
	"log"

	"github.com/dpopspec/dpopspec/features"
)

// A requirement of the catalogue, and what its violation is worth to two communities.
func Example() {
	catalogue, err := features.Load()
	if err != nil {
		log.Fatal(err)
	}
	requirement, found := catalogue.Find("RFC9449-5-16")
	if !found {
		log.Fatal(catalogue.Suggest("RFC9449-5-16"))
	}
	fmt.Println(requirement.Section, requirement.Level, requirement.Text)
	for _, name := range []string{features.DefaultProfile, "fapi2"} {
		profile, err := features.FindProfile(name)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(name, profile.Verdict(requirement), profile.ProofAlgorithms())
	}
	// Output:
	// 5 MUST (conditional) Unexpected token_type: discard when protection matters
	// rfc9449 warn []
	// fapi2 fail [PS256 ES256 EdDSA Ed25519]
}

package surroundings_test

import (
	"fmt"
	"log"

	"github.com/dpopspec/dpopspec/surroundings"
)

// What may come of a run where one answer in twenty is a refusal that has nothing to do
// with the proof: an honest party is never called not conformant.
func ExampleSelect() {
	rows, err := surroundings.Select("SU-12/401-5-percent")
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range rows {
		fmt.Println(row.Does)
		for _, s := range []surroundings.Subject{surroundings.Honest, surroundings.Lax} {
			fmt.Println(s, row.Allowed(s).Conformance)
		}
	}
	// Output:
	// 5 % of requests are refused by lot
	// honest [conformant partial could not test]
	// takes everything [not conformant]
}

package mutants_test

import (
	"fmt"
	"log"

	"github.com/dpopspec/dpopspec/mutants"
)

// One bug, as a table row has it: where it lives, what it is, and which requirements it
// breaks. Its Parts are put into the Target of a run.
func ExampleSelect() {
	found, err := mutants.Select("rs", "RS-007@api")
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range found {
		fmt.Println(m.Name(), m.Subject(), m.Breaks)
		fmt.Println(m.Does)
	}
	// Output:
	// RS-007@api rs [RFC9449-4.3-79]
	// the proof is checked, the binding is not
}

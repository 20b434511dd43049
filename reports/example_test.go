package reports_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/dpopspec/dpopspec/reports"
)

// A program reads what dpopspec run --format json:run.json has written, and tells what is
// to be mended: one line a cause, however many cases it made fail.
func ExampleReadJSON() {
	run, err := reports.ReadJSON(strings.NewReader(runJSON()))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.Conformance(), "exit code", run.ExitCode())
	for _, cause := range run.Causes() {
		fmt.Printf("%s at %s: %d cases, %v\n", cause.Title, cause.Where(), len(cause.Cases), cause.Requirements)
	}
	// Output:
	// not conformant exit code 1
	// A proof for another method is refused at resource server at api: 3 cases, [RFC9449-4.3-42]
}

// Whatever is written was masked before.
func ExampleRedactor() {
	redactor := reports.NewRedactor("correct horse")
	fmt.Println(redactor.Text("the page https://login.example/hello%20correct%20horse greets you"))
	// Output:
	// the page https://login.example/hello%20[masked] greets you
}

package dpoptest_test

import (
	"fmt"
	"slices"
	"testing"
)

// printed stands for the *testing.T of a test: an example has none. It prints what a test
// would be failed with.
type printed struct {
	testing.TB // for what no example needs
	ends       []func()
	failed     bool
}

// begin is where the test begins.
func begin() *printed { return &printed{} }

// end is where it ends, which is when the servers are closed and tell of their requests.
func (p *printed) end() {
	for _, end := range slices.Backward(p.ends) {
		end()
	}
}

func (p *printed) Helper()            {}
func (p *printed) Failed() bool       { return p.failed }
func (p *printed) Skipped() bool      { return false }
func (p *printed) Cleanup(end func()) { p.ends = append(p.ends, end) }
func (p *printed) Error(args ...any)  { p.failed = true; fmt.Println(args...) }
func (p *printed) Fatal(args ...any)  { panic(fmt.Sprint(args...)) }

func (p *printed) Errorf(format string, args ...any) { p.Error(fmt.Sprintf(format, args...)) }
func (p *printed) Fatalf(format string, args ...any) { p.Fatal(fmt.Sprintf(format, args...)) }

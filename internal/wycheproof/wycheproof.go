// Package wycheproof gives tests the vectors of Project Wycheproof, which collects
// inputs that break cryptographic code.
package wycheproof

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Its module holds 109 MB and asks for a newer Go than ours, so it is no
// requirement of go.mod; like the tests of Go itself, Read fetches it into the
// module cache, where the checksum database vouches for it.
const (
	module = "github.com/c2sp/wycheproof@v0.0.0-20260902155932-3fa63dd0344a"
	sum    = "h1:pNbL2nztRsWfW/ispAwsvcDFxs9Id38uIsR2/Up5G2c="
)

// Read reads a file of test vectors, which is JSON, into a value. It skips the
// test unless DPOPSPEC_WYCHEPROOF is set, and fails it where the module cannot be
// had or is another than the one we know.
func Read(t testing.TB, file string, into any) {
	t.Helper()
	if os.Getenv("DPOPSPEC_WYCHEPROOF") == "" {
		t.Skip("fetches a module of 26 MB; make vectors runs it")
	}
	command := exec.Command("go", "mod", "download", "-json", module)
	command.Dir = t.TempDir() // outside our module, whose go.mod stays as it is
	output, err := command.Output()
	var fetched struct{ Dir, Sum, Error string }
	if jsonErr := json.Unmarshal(output, &fetched); err != nil || jsonErr != nil || fetched.Dir == "" {
		t.Fatalf("the module proxy cannot be reached: %v %s", err, fetched.Error)
	}
	if fetched.Sum != sum {
		t.Fatalf("the module has the checksum %s", fetched.Sum)
	}
	text, err := os.ReadFile(filepath.Join(fetched.Dir, "testvectors_v1", file))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

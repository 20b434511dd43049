package runner

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"flag"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/fixtures"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// battery plans what probes proofs.
func battery(t testing.TB) *Plan {
	t.Helper()
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	sources = slices.DeleteFunc(sources, func(s Source) bool {
		return !strings.HasPrefix(s.Path, "proof-") && !strings.HasPrefix(s.Path, "thumbprint")
	})
	plan, err := NewPlan(sources, target.Default(), Selection{})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// BenchmarkBattery runs the battery of proofs, embedded, and compares the
// processor time it takes with that of its signatures and verifications alone. Garbage
// is collected as seldom as in the command.
func BenchmarkBattery(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(500))
	plan := battery(b)
	session, err := target.Open(b.Context(), target.Default())
	if err != nil {
		b.Fatal(err)
	}
	defer session.Close()
	Execute(b.Context(), plan, session, Options{}) // what is made once is made
	counted, before := tallied(), processorTime(b)
	b.ResetTimer()
	for range b.N {
		Execute(b.Context(), plan, session, Options{})
	}
	b.StopTimer()
	used := processorTime(b) - before
	need := tallied().since(counted)
	bare := need.cost(b)
	b.ReportMetric(float64(used)/float64(bare), "×signatures")
	b.ReportMetric(float64(used.Microseconds())/float64(b.N*len(plan.Cases)), "cpu-µs/case")
	b.ReportMetric(float64(need.made())/float64(b.N*len(plan.Cases)), "signatures/case")
}

// BenchmarkEmbeddedRun is the whole embedded run, planning included, without the
// sampling of allocations that the test binary does beside it and dpopspec does not.
func BenchmarkEmbeddedRun(b *testing.B) {
	if flag.Lookup("test.memprofile").Value.String() == "" {
		defer func(rate int) { runtime.MemProfileRate = rate }(runtime.MemProfileRate)
		runtime.MemProfileRate = 0
	}
	for b.Loop() {
		plan, err := planBuiltIn()
		if err != nil {
			b.Fatal(err)
		}
		run, err := Run(b.Context(), plan, target.Default(), Options{})
		if err != nil {
			b.Fatal(err)
		}
		if s := run.Summary(); s.Failed+s.Errored > 0 {
			b.Fatalf("%+v", s)
		}
		b.ReportMetric(float64(len(run.Cases)), "cases")
	}
}

// BenchmarkCase runs one negative case at the API.
func BenchmarkCase(b *testing.B) {
	plan := battery(b)
	session, err := target.Open(b.Context(), target.Default())
	if err != nil {
		b.Fatal(err)
	}
	defer session.Close()
	i := slices.IndexFunc(plan.Cases, func(c *Case) bool {
		return c.Endpoint == features.API && c.Has("RFC9449-4.3-42")
	})
	for b.Loop() {
		result := RunCase(b.Context(), plan.Cases[i], session, plan.Profile, Options{})
		if result.Verdict != reports.Passed {
			b.Fatal(result.Reason)
		}
	}
}

// operations are numbers of signatures made and verified, by algorithm.
type operations map[string][2]int

// tallied is what this process has signed and verified so far.
func tallied() operations {
	o := operations{}
	for _, alg := range dpop.AlgorithmNames() {
		made, checked := dpop.Tally(alg)
		o[alg] = [2]int{made, checked}
	}
	return o
}

func (o operations) since(before operations) operations {
	difference := operations{}
	for alg, n := range o {
		difference[alg] = [2]int{n[0] - before[alg][0], n[1] - before[alg][1]}
	}
	return difference
}

func (o operations) made() (sum int) {
	for _, n := range o {
		sum += n[0]
	}
	return sum
}

// cost is the processor time of the operations, each done by the standard
// library and nothing around it.
func (o operations) cost(b *testing.B) time.Duration {
	var sum time.Duration
	for alg, n := range o {
		if n[0]+n[1] > 0 {
			sign, verify := bare(b, alg)
			sum += time.Duration(n[0])*sign + time.Duration(n[1])*verify
		}
	}
	return sum
}

// enough is how much processor time an operation is repeated for, so that a
// busy machine cannot move its cost by much.
const enough = 200 * time.Millisecond

// each returns the processor time of one operation.
func each(b *testing.B, operation func()) time.Duration {
	before, rounds := processorTime(b), 0
	for {
		for range 20 {
			operation()
		}
		rounds += 20
		if used := processorTime(b) - before; used > enough {
			return used / time.Duration(rounds)
		}
	}
}

func bare(b *testing.B, alg string) (sign, verify time.Duration) {
	key := benchKey(b, alg)
	a, _ := dpop.FindAlgorithm(alg)
	digest := make([]byte, 32)
	options := crypto.SignerOpts(a.Hash)
	if a.Hash != 0 {
		digest = make([]byte, a.Hash.Size())
	}
	if a.Family == dpop.PSS {
		options = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: a.Hash}
	}
	var signature []byte
	sign = each(b, func() {
		var err error
		if signature, err = key.Private().Sign(rand.Reader, digest, options); err != nil {
			b.Fatal(err)
		}
	})
	verify = each(b, func() {
		if !verifies(key.Public(), a, digest, signature) {
			b.Fatalf("a signature of %s does not verify", alg)
		}
	})
	return sign, verify
}

func benchKey(b *testing.B, alg string) *dpop.Key {
	a, _ := dpop.FindAlgorithm(alg)
	var key *dpop.Key
	var err error
	if a.Family == dpop.PKCS1 || a.Family == dpop.PSS {
		if key, err = dpop.ParsePEM(fixtures.RSAKey); err == nil {
			key, err = key.WithAlgorithm(alg)
		}
	} else {
		key, err = dpop.GenerateKey(alg)
	}
	if err != nil {
		b.Fatal(err)
	}
	return key
}

func verifies(public crypto.PublicKey, a dpop.Algorithm, digest, signature []byte) bool {
	switch key := public.(type) {
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(key, digest, signature)
	case ed25519.PublicKey:
		return ed25519.Verify(key, digest, signature)
	case *rsa.PublicKey:
		if a.Family == dpop.PSS {
			return rsa.VerifyPSS(key, a.Hash, digest, signature, nil) == nil
		}
		return rsa.VerifyPKCS1v15(key, a.Hash, digest, signature) == nil
	}
	return false
}

package forge

import "testing"

func BenchmarkForge(b *testing.B) {
	for _, name := range []string{
		"htm is missing", "signature is malleated", "signature is with a natural leading zero in r",
		"jwk is RSA of 2047 bits", "jwk is RSA of 16384 bits",
	} {
		for _, d := range All() {
			if d.Name() != name {
				continue
			}
			f := testForgery(b, occasions["token endpoint"], "ES256")
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					if _, err := d.Forge(f); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkCatalogue forges and judges every defect once: what a battery costs.
func BenchmarkCatalogue(b *testing.B) {
	defects := All()
	f := testForgery(b, occasions["API with a nonce"], "ES256")
	for b.Loop() {
		judged := 0
		for _, d := range defects {
			if forged, err := d.Forge(f); err == nil {
				judge(f, d, forged)
				judged++
			}
		}
		b.ReportMetric(float64(judged), "proofs/op")
	}
}

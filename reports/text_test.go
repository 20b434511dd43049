package reports

import (
	"strings"
	"testing"
)

func TestAReportCutsNoMaskInHalf(t *testing.T) {
	const text = "code=[masked]&d=[masked private key], DPoP eyJhbG…(842), said \"abc… (5000 octets)\" at last"
	for limit := 1; limit < len(text); limit++ {
		words, _ := strings.CutSuffix(clip(text, limit), "…")
		octets, _, _ := strings.Cut(clipBytes(text, limit), "\n… ")
		for _, mask := range []string{"[masked]", "[masked private key]", "…(842)", "… (5000 octets)"} {
			at := strings.Index(text, mask)
			for _, head := range []string{words, octets} {
				if at < len(head) && len(head) < at+len(mask) {
					t.Errorf("at %d half of %s is left: %q", limit, mask, head)
				}
			}
		}
	}
}

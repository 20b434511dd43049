package target

import (
	"bytes"
	"testing"
)

// A browser is told to trust an authority by its key (docs/client-adapters.md): it has
// to be shown the authority's certificate for that.
func TestTheEmbeddedIssuerShowsItsAuthority(t *testing.T) {
	var s secured
	if err := s.open(nil); err != nil {
		t.Fatal(err)
	}
	defer s.close()
	chain := s.tls.Certificates[0].Certificate
	if len(chain) != 2 || !bytes.Equal(chain[1], s.authority.Certificate.Raw) {
		t.Errorf("%d certificates, of which the last is not the authority's", len(chain))
	}
}

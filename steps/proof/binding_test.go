package proof

import (
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

func TestAllBindingsButOneAreToNoThumbprint(t *testing.T) {
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	for name, bind := range bindings {
		m := mockas.Mint{Bound: key.Thumbprint}
		bind(&m, key.Thumbprint)
		switch {
		case m.Claims != nil: // the thumbprint, beside unknown members
		case m.Bound == key.Thumbprint || m.Bound == "":
			t.Errorf("%s is %q", name, m.Bound)
		}
	}
}

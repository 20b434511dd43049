package proof_test

import (
	"context"
	"fmt"
	"log"

	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// A probe in Go: an honest request as the control, and one whose proof has a defect, which
// the API must refuse for it. Here every party is embedded.
func ExampleProber_CallWith() {
	session, err := target.Open(context.Background(), target.Default())
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	profile, err := features.FindProfile(features.DefaultProfile)
	if err != nil {
		log.Fatal(err)
	}
	at, err := world.FindEndpoint(features.API)
	if err != nil {
		log.Fatal(err)
	}
	w := world.NewWorld(context.Background(), session, profile, at, target.ResourceServer)
	defer w.Close()
	defect, err := forge.Find("htm", "another method")
	if err != nil {
		log.Fatal(err)
	}

	prober := world.Of[proof.Prober](w)
	if err := prober.CallWith(proof.Call{Title: "control"}); err != nil {
		log.Fatal(err)
	}
	fmt.Println("control:", w.Latest().Exchange.Status, prober.IsAccepted())
	w.NoteControl()
	if err := prober.CallWith(proof.Call{Title: "probe", Defect: &defect}); err != nil {
		log.Fatal(err)
	}
	fmt.Println("probe:", w.Latest().Exchange.Status, prober.IsRefused())
	// Output:
	// control: 200 <nil>
	// probe: 401 <nil>
}

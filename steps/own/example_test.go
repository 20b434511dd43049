package own_test

import (
	"context"
	"fmt"
	"log"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/steps/own"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// What a step of one's own does in Go: it calls the API as a sound client, or departs
// from that in one manner. Here every party is embedded.
func ExampleCaller_Call() {
	session, err := target.Open(context.Background(), target.Default())
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	profile, err := features.FindProfile(features.DefaultProfile)
	if err != nil {
		log.Fatal(err)
	}
	w := world.NewWorld(context.Background(), session, profile, world.Endpoint{}, "")
	defer w.Close()

	caller := world.Of[own.Caller](w)
	for _, manner := range []own.Manner{own.Unbound, own.AsBearer, own.WithoutProof} {
		answered, err := caller.Call(own.Call{Request: "GET /orders", Manner: manner})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d %s\n", answered.Status, manner)
	}
	// Output:
	// 401 with an unbound token
	// 401 as Bearer
	// 401 without a proof
}

// The steps for scenarios of one's own API, to be listed or searched.
func ExampleRegister() {
	v := &vocabulary.Vocabulary{}
	v.Enter(vocabulary.OwnRoom)
	own.Register(v)
	for _, d := range v.Match(`the JSON at "orders" has 2 items`) {
		fmt.Println(d.Keyword, d.Written)
		fmt.Println(d.Doc)
	}
	// Output:
	// Then ^the JSON at "([^"]+)" has (\d+) (?:items?|members?)$
	// An array of the latest answer must have so many items, an object so many members.
}

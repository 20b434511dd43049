package world_test

import (
	"context"
	"fmt"
	"log"
	"strconv"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// What a step has to itself: keys, tokens and servers are there when they are first asked
// for. What must hold is stated by Expect; if it does not, that is a violation.
func ExampleWorld() {
	session, err := target.Open(context.Background(), target.Default())
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	profile, err := features.FindProfile(features.DefaultProfile)
	if err != nil {
		log.Fatal(err)
	}
	at, err := world.FindEndpoint(features.TokenEndpoint)
	if err != nil {
		log.Fatal(err)
	}
	w := world.NewWorld(context.Background(), session, profile, at, target.AuthorizationServer)
	defer w.Close()

	key, err := w.Key("client")
	if err != nil {
		log.Fatal(err)
	}
	answered, err := w.SendHonest("a token request", key)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(w.Expect(answered.Status == 200, "200", strconv.Itoa(answered.Status)))
	fmt.Println(w.Expect(answered.Status == 201, "201", strconv.Itoa(answered.Status)))
	// Output:
	// <nil>
	// expected 201; got 200
}

// Values that a scenario has saved are put into its later lines.
func ExampleWorld_Interpolate() {
	w := world.NewWorld(context.Background(), nil, features.Profile{}, world.Endpoint{}, "")
	w.Save("id", "17")
	fmt.Println(w.Interpolate("GET /orders/{id}"))
	_, err := w.Interpolate("GET /orders/{nr}")
	fmt.Println(err)
	// Output:
	// GET /orders/17 <nil>
	// no value is called {nr}; known: [{id}]; write {{nr}} for the text {nr} itself
}

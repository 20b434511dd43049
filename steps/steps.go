// Package steps is the vocabulary of the built-in scenarios: the rooms in which
// the steps live, in the order in which the documentation lists them.
package steps

import (
	"sync"

	"github.com/dpopspec/dpopspec/steps/api"
	"github.com/dpopspec/dpopspec/steps/client"
	"github.com/dpopspec/dpopspec/steps/own"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/server"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// rooms are the rooms of steps, in the order of the documentation.
var rooms = []struct {
	name     string
	register func(*vocabulary.Vocabulary)
}{
	{vocabulary.OwnRoom, own.Register},
	{"proof", proof.Register},
	{"server", server.Register},
	{"api", api.Register},
	{"client", client.Register},
}

// Standard returns the vocabulary of the built-in scenarios and of those that
// people write for their own APIs.
var Standard = sync.OnceValue(func() *vocabulary.Vocabulary {
	v := &vocabulary.Vocabulary{}
	for _, room := range rooms {
		v.Enter(room.name)
		room.register(v)
	}
	return v
})

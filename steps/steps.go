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

// Standard returns the vocabulary of the built-in scenarios and of those that
// people write for their own APIs.
var Standard = sync.OnceValue(func() *vocabulary.Vocabulary {
	v := &vocabulary.Vocabulary{}
	for _, register := range []func(*vocabulary.Vocabulary){
		own.Register,
		proof.Register,
		server.Register,
		api.Register,
		client.Register,
	} {
		register(v)
	}
	return v
})

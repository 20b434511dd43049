package world

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// Words names the parameters of steps that mean the same in every room.
func Words(v *vocabulary.Vocabulary) {
	v.Word("proof", "Whose proof, if any.", "with a proof by its key", "with a proof by another key", "without a proof")
}

// proofKeys are the names of the key pairs that the forms of {proof} mean;
// empty: no proof.
var proofKeys = vocabulary.Meanings[string]{
	"with a proof by its key":     "client",
	"with a proof by another key": "another",
	"without a proof":             "",
}

// ProofKey is the key pair that a form of {proof} means; nil: no proof.
func (w *World) ProofKey(proof string) (*dpop.Key, error) {
	name, err := proofKeys.Of(proof)
	if err != nil || name == "" {
		return nil, err
	}
	return w.Key(name)
}

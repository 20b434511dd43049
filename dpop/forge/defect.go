package forge

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
)

// Defect is the one thing wrong with a forged proof, or the one thing odd
// about a sound one. It is named as in "a proof whose <part> is <value>".
type Defect struct {
	Part, Value string
	// Says explains the defect in one line.
	Says string
	// Refused names the checks of dpop.Verifier that may rightly refuse it.
	Refused []string
	// Sound marks an odd but legal variation, which must be accepted.
	Sound bool
	// Open marks a variation on which the texts are silent or at odds: either
	// answer is sound. Refused then names the checks that may refuse it.
	Open bool
	// Needs says what the occasion must offer.
	Needs Needs
	// Key returns the key pair that the defect brings, nil where it works with
	// the scenario's own. At a resource server the access token must be bound
	// to that key, else the binding is a second defect.
	Key func(Aids) (*dpop.Key, error)
	// Embeds marks a proof that is signed with a key of the defect's own making
	// that is no dpop.Key. At a resource server the access token must be bound to
	// Forged.Thumbprint; the same Forgery gives the same one before and after.
	Embeds bool
	// Apply makes the defect.
	Apply func(*Forgery) error
}

// Name returns the defect as it reads in a scenario.
func (d Defect) Name() string { return d.Part + " is " + d.Value }

// Forge makes a proof that has this defect and is sound otherwise. The error
// is a *NotForgeable where the occasion does not offer what the defect needs.
func (d Defect) Forge(f Forgery) (Forged, error) {
	drafted, err := d.draft(f)
	if err != nil {
		return Forged{}, d.explain(err)
	}
	forged, err := drafted.finish()
	return forged, d.explain(err)
}

// BringsKey reports whether the proof may carry another key than that of the
// forgery; Brings then tells which.
func (d Defect) BringsKey() bool { return d.Key != nil || d.Embeds || d.Part == "jwk" }

// Brings returns the key pair that Forge would make the proof for and the
// thumbprint of the key in its jwk, as in Forged, without making the proof.
func (d Defect) Brings(f Forgery) (key *dpop.Key, thumbprint string, err error) {
	drafted, err := d.draft(f)
	if err != nil {
		return nil, "", d.explain(err)
	}
	return drafted.Key, drafted.embedded(), nil
}

// draft runs the defect on a copy of the forgery, all but the last steps.
func (d Defect) draft(f Forgery) (*Forgery, error) {
	if f.Key == nil {
		return nil, errors.New("the forgery has no key")
	}
	if err := d.Needs.missing(f, d.Key != nil); err != nil {
		return nil, err
	}
	f.Aids.Algorithms = slices.Clone(f.Aids.Algorithms)
	f.prepare()
	if d.Key != nil {
		key, err := d.Key(f.Aids)
		if err != nil {
			return nil, err
		}
		f.use(key)
	}
	if err := d.Apply(&f); err != nil {
		return nil, err
	}
	return &f, nil
}

// explain names the defect in an error.
func (d Defect) explain(err error) error {
	var not *NotForgeable
	switch {
	case err == nil:
		return nil
	case errors.As(err, &not):
		return &NotForgeable{d.Part, d.Value, not.Reason, not.ByChance}
	}
	return fmt.Errorf("forge: a proof whose %s: %w", d.Name(), err)
}

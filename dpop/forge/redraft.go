package forge

import (
	"bytes"
	"errors"

	"github.com/dpopspec/dpopspec/dpop"
)

// errRedraft says that this proof cannot be signed as the defect wants it, and
// that another one may.
var errRedraft = errors.New("no signature of this kind for this proof")

// redraft takes another jti until the proof can be signed, and keeps the
// signature that was found: PSS is random.
func (f *Forgery) redraft() error {
	f.Sign = remembering(f.Sign)
	for range 5000 {
		_, err := f.segments()
		if !errors.Is(err, errRedraft) {
			return err
		}
		f.Draft.Claims.Set("jti", dpop.NewID())
	}
	return errRedraft
}

// remembering signs an input once, however often it is asked for.
func remembering(sign func([]byte) ([]byte, error)) func([]byte) ([]byte, error) {
	var last, signature []byte
	return func(input []byte) ([]byte, error) {
		if signature != nil && bytes.Equal(input, last) {
			return signature, nil
		}
		made, err := sign(input)
		if err == nil {
			last, signature = bytes.Clone(input), made
		}
		return made, err
	}
}

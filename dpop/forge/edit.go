package forge

import "github.com/dpopspec/dpopspec/dpop"

// nothing leaves the proof as it is: what is odd is the key that it brings.
func nothing(*Forgery) error { return nil }

// editHeader changes the drafted header.
func editHeader(edit func(*dpop.Object)) func(*Forgery) error {
	return func(f *Forgery) error { edit(&f.Draft.Header); return nil }
}

// editClaims changes the drafted claims.
func editClaims(edit func(*dpop.Object)) func(*Forgery) error {
	return func(f *Forgery) error { edit(&f.Draft.Claims); return nil }
}

// setHeader gives one header parameter another value.
func setHeader(name string, value any) func(*Forgery) error {
	return editHeader(func(o *dpop.Object) { o.Set(name, value) })
}

// setClaim gives one claim another value.
func setClaim(name string, value any) func(*Forgery) error {
	return editClaims(func(o *dpop.Object) { o.Set(name, value) })
}

// octetsOf changes the octets of the signature.
func octetsOf(edit func([]byte) []byte) func(*Forgery) error {
	return func(f *Forgery) error {
		sign := f.Sign
		f.Sign = func(input []byte) ([]byte, error) {
			signature, err := sign(input)
			if err != nil {
				return nil, err
			}
			return edit(signature), nil
		}
		return nil
	}
}

// unknownMembers adds members that no specification of proofs knows.
func unknownMembers(o *dpop.Object) {
	o.Add("x-text", "ignored")
	o.Add("x-number", 1.5)
	o.Add("x-null", nil)
	o.Add("x-array", []any{"a", []int{1, 2}})
	o.Prepend("x-object", map[string]any{"jti": "ignored", "htm": "DELETE"})
}

package forge

import "slices"

// placeDefects are about the object that a member stands in: a claim is one of the
// payload (RFC 7519 §4), a parameter one of the header (RFC 7515 §4). Who reads both
// into one map finds each where the other belongs.
func placeDefects(part string) []Defect {
	check, right, other := memberChecks[part], "claims", "header"
	if slices.Contains(headerMembers, part) {
		right, other = other, right
	}
	refused := []string{check}
	if part == "jwk" { // another key is a key all the same: what fails is that it did not sign
		refused = append(refused, "alg-key", "signature")
	}
	return []Defect{
		bad(part, "in the "+other+" in place of the "+right, "the member stands in the wrong object alone",
			misplaced(part, nil), refused...),
		bad(part, "wrong beside the right one in the "+other, "the member is wrong in the object that counts",
			misplaced(part, (*Forgery).wrongValue), refused...),
	}
}

// misplaced moves a member into the other object, and leaves another value in its
// place if one is given.
func misplaced(part string, left func(f *Forgery, part string) (any, error)) func(*Forgery) error {
	return func(f *Forgery) error {
		from, to := &f.Draft.Claims, &f.Draft.Header
		if slices.Contains(headerMembers, part) {
			from, to = to, from
		}
		value, _ := from.Get(part)
		to.Add(part, value)
		if left == nil {
			from.Delete(part)
			return nil
		}
		wrong, err := left(f, part)
		if err == nil {
			from.Set(part, wrong)
		}
		return err
	}
}

package mutants

import (
	"errors"

	"github.com/dpopspec/dpopspec/dpop"
)

// check is what a check of a proof does.
type check = func(*dpop.Verification) error

// replacing exchanges one check.
func replacing(name string, do check) inVerifier {
	return func(v *dpop.Verifier) { v.Replace(name, do) }
}

// wrapping exchanges one check for another that may make use of it.
func wrapping(name string, do func(p *dpop.Verification, honest check) error) inVerifier {
	return func(v *dpop.Verifier) {
		honest := v.Check(name)
		v.Replace(name, func(p *dpop.Verification) error { return do(p, honest) })
	}
}

// removing takes checks out.
func removing(names ...string) inVerifier {
	return func(v *dpop.Verifier) { v.Remove(names...) }
}

// also adds a condition to a check.
func also(name string, do check) inVerifier {
	return wrapping(name, func(p *dpop.Verification, honest check) error { return errors.Join(honest(p), do(p)) })
}

// skipping skips a check where a condition holds.
func skipping(name string, holds func(*dpop.Verification) bool) inVerifier {
	return wrapping(name, func(p *dpop.Verification, honest check) error {
		if holds(p) {
			return nil
		}
		return honest(p)
	})
}

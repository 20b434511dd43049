package forge

import (
	"encoding/json"

	"github.com/dpopspec/dpopspec/dpop"
)

// privateKeyDefects embed private key material (RFC 9449 §4.3, check 7).
func privateKeyDefects() []Defect {
	// own gives away members of the private key: those named, else all it has.
	own := func(value, says string, names ...string) Defect {
		return bad("jwk", value, says, func(f *Forgery) error {
			if err := f.useExportable(); err != nil {
				return err
			}
			private, err := f.Key.PrivateJWK()
			if err != nil {
				return err
			}
			members := names
			if members == nil {
				members = dpop.PrivateMembers(private)
			}
			return editJWK(func(o *dpop.Object) {
				for _, name := range members {
					if member, found := private.Get(name); found {
						o.Set(name, member)
					}
				}
			})(f)
		}, "private-key")
	}
	raw := func(value, says, name, literal string) Defect {
		return bad("jwk", value, says,
			editJWK(func(o *dpop.Object) { o.Set(name, json.RawMessage(literal)) }), "private-key")
	}
	rows := []Defect{
		own("the whole private key", "every private member that the key has"),
		own("with its d", "the private exponent or scalar alone", "d"),
		raw("with an empty d", "private in form, empty in content", "d", `""`),
		raw("with d null", "private in form, null in content", "d", "null"),
		raw("with d a number", "private in form, of the wrong type", "d", "1"),
		raw("with d false", "private in form, of the wrong type", "d", "false"),
		bad("jwk", "with a wrong d", "private in form, of another key",
			editJWK(func(o *dpop.Object) { o.Set("d", dpop.EncodeSegment(make([]byte, 32))) }), "private-key"),
		moot("jwk", "with a k", "the member of a secret, in a key that is none",
			editJWK(func(o *dpop.Object) { o.Set("k", dpop.NewID()) }), "private-key"),
	}
	rsa := []Defect{
		own("with its primes", "p and q alone give the private key away", "p", "q"),
		own("with its p", "one prime gives the private key away", "p"),
		own("with its q", "one prime gives the private key away", "q"),
		own("with its CRT members", "dp, dq and qi give the private key away", "dp", "dq", "qi"),
		own("with its dp", "one CRT exponent gives the private key away", "dp"),
		own("with its dq", "one CRT exponent gives the private key away", "dq"),
		own("with its qi", "the CRT coefficient is private", "qi"),
		raw("with further primes", "oth is private (RFC 7518 §6.3.2.7)", "oth", `[{"r":"Aw","d":"AQ","t":"AQ"}]`),
		raw("with empty primes", "private in form, empty in content", "p", `""`),
	}
	return append(rows, needing(Needs{Algorithms: rsaKinds}, rsa...)...)
}

// useExportable exchanges a key pair whose private half has a form that nobody
// would take: its refusal would say nothing.
func (f *Forgery) useExportable() error {
	if _, ok := f.Key.Private().(manyPrimes); !ok {
		return nil
	}
	private, err := twoPrimes()
	if err != nil {
		return err
	}
	key, err := dpop.NewKey(private, f.Key.Algorithm)
	if err != nil {
		return err
	}
	f.use(key)
	return nil
}

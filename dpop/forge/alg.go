package forge

import (
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// algDefects are about alg (RFC 9449 §4.3, check 5; §11.6).
func algDefects() []Defect {
	rows := memberDefects("alg")
	for _, none := range []string{"none", "None", "NONE", "nOnE"} {
		rows = append(rows,
			bad("alg", none, "unsecured, with an empty signature (RFC 7518 §3.6)", unsecured(none), "alg", "form"),
			bad("alg", none+" with a signature", "unsecured, yet with the signature of the key",
				setHeader("alg", none), "alg"),
		)
	}
	for _, alg := range []string{"FOO", "ES999", "RSA-OAEP", "dir", "A128KW", "ES256K", "HS256"} {
		rows = append(rows, bad("alg", "called "+alg, "the signature is sound, but alg names something else",
			setHeader("alg", alg), "alg"))
	}
	rows = append(rows,
		bad("alg", "in lower case", "the names of algorithms are case-sensitive (RFC 7515 §4.1.1)",
			func(f *Forgery) error {
				f.Draft.Header.Set("alg", strings.ToLower(f.Key.Algorithm))
				return nil
			}, "alg"),
		notAdvertised("not advertised", dpop.AlgorithmNames()),
	)
	for _, name := range dpop.AlgorithmNames() {
		rows = append(rows, advertised(name), notAdvertised(name+" though not advertised", []string{name}))
	}
	return rows
}

// unsecured makes an unsecured JWS.
func unsecured(alg string) func(*Forgery) error {
	return func(f *Forgery) error {
		f.Draft.Header.Set("alg", alg)
		f.Sign = func([]byte) ([]byte, error) { return nil, nil }
		return nil
	}
}

// advertised is the sound proof of a key for one algorithm.
func advertised(name string) Defect {
	d := fine("alg", name, "a sound proof with "+name+", if the server advertises it", nothing)
	d.Needs = Needs{Keys: true}
	d.Key = func(a Aids) (*dpop.Key, error) {
		if a.Algorithms != nil && !slices.Contains(a.Algorithms, name) {
			return nil, lacking("the server does not advertise " + name)
		}
		return a.keyFor(name)
	}
	return d
}

// notAdvertised is a proof that would be sound at a server which takes more
// algorithms: the first of the names that this one does not list.
func notAdvertised(value string, names []string) Defect {
	d := bad("alg", value, "a registered algorithm that the server does not list", nothing, "alg")
	d.Needs = Needs{Keys: true}
	d.Key = func(a Aids) (*dpop.Key, error) {
		for _, name := range names {
			if a.Algorithms != nil && !slices.Contains(a.Algorithms, name) {
				return a.keyFor(name)
			}
		}
		return nil, lacking("it needs the advertised algorithms, and one besides them")
	}
	return d
}

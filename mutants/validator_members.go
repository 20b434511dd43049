package mutants

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// replacing exchanges one check.
func replacing(name string, do func(*dpop.Verification) error) gate {
	return gate{verifier: func(v *dpop.Verifier) { v.Replace(name, do) }}
}

// removing takes checks out.
func removing(names ...string) gate {
	return gate{verifier: func(v *dpop.Verifier) { v.Remove(names...) }}
}

// also adds a condition to a check.
func also(name string, do func(*dpop.Verification) error) gate {
	return gate{verifier: func(v *dpop.Verifier) {
		honest := v.Check(name)
		v.Replace(name, func(p *dpop.Verification) error { return errors.Join(honest(p), do(p)) })
	}}
}

// skipping skips a check where a condition holds.
func skipping(name string, holds func(*dpop.Verification) bool) gate {
	return gate{verifier: func(v *dpop.Verifier) {
		honest := v.Check(name)
		v.Replace(name, func(p *dpop.Verification) error {
			if holds(p) {
				return nil
			}
			return honest(p)
		})
	}}
}

// knownMembers are those that RFC 9449 names.
var knownMembers = []string{"typ", "alg", "jwk", "jti", "htm", "htu", "iat", "ath", "nonce"}

// caseless reads an object and gives its members the names that they resemble.
func caseless(data []byte) (dpop.Object, error) {
	object, err := dpop.ParseObject(data)
	for i, m := range object {
		if at := slices.IndexFunc(knownMembers, func(name string) bool { return strings.EqualFold(name, m.Name) }); at >= 0 {
			object[i].Name = knownMembers[at]
		}
	}
	return object, err
}

func onlyKnown(object dpop.Object, known []string) error {
	for _, m := range object {
		if !slices.Contains(known, m.Name) {
			return fmt.Errorf("the member %s is not known", m.Name)
		}
	}
	return nil
}

// memberBugs are bugs in reading the members of header, claims and key.
var memberBugs = []bug{
	{"PV-043", "checks typ only where there is one", []string{"RFC9449-4.3-19"}, nil,
		skipping("typ", func(p *dpop.Verification) bool { return !p.Proof.Header.Has("typ") })},
	{"PV-044", "checks typ only for the text dpop", []string{"RFC9449-4.3-19"}, nil,
		skipping("typ", func(p *dpop.Verification) bool {
			typ, _ := p.Proof.Header.Text("typ")
			return strings.Contains(typ, "dpop")
		})},
	{"PV-073", "ignores b64", []string{"RFC7797-7-01"}, nil, removing("crit")},
	{"PV-074", "matches the names of members without letter case", []string{"RFC9449-4.3-17"}, nil,
		replacing("objects", dpop.Objects(caseless))},
	{"PV-076", "refuses unknown claims and header parameters", []string{"RFC9449-4.3-82"}, nil,
		also("objects", func(p *dpop.Verification) error {
			return errors.Join(onlyKnown(p.Proof.Header, knownMembers), onlyKnown(p.Proof.Claims, knownMembers))
		})},
	{"PV-077", "refuses unknown members of the key", []string{"RFC7517-4-01"}, nil,
		also("jwk", func(p *dpop.Verification) error {
			return onlyKnown(p.Proof.JWK, []string{"kty", "crv", "x", "y", "n", "e"})
		})},
	{"PV-079", "requires exp", []string{"RFC9449-4.3-82"}, nil,
		also("lifetime", func(p *dpop.Verification) error {
			_, err := p.Proof.Claims.Number("exp")
			return err
		})},
}

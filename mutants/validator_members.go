package mutants

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// knownMembers are those that RFC 9449 names.
var knownMembers = []string{"typ", "alg", "jwk", "jti", "htm", "htu", "iat", "ath", "nonce"}

// caseless reads an object and gives its members the names that they resemble.
func caseless(data []byte) (dpop.Object, error) {
	object, err := dpop.ParseObject(data)
	for i, m := range object {
		for _, known := range knownMembers {
			if strings.EqualFold(known, m.Name) {
				object[i].Name = known
			}
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

// The members by the object that they belong to.
var (
	knownParameters = []string{"typ", "alg", "jwk"}
	knownClaims     = []string{"jti", "htm", "htu", "iat", "ath", "nonce"}
)

// lookedUp lets an object have members that another one holds: those that it lacks,
// or all of them.
func lookedUp(names []string, into, from func(*dpop.Proof) *dpop.Object, overriding bool) inVerifier {
	return wrapping("objects", func(p *dpop.Verification, honest check) error {
		if err := honest(p); err != nil {
			return err
		}
		for _, name := range names {
			value, found := from(&p.Proof).Get(name)
			if own := into(&p.Proof); found && (overriding || !own.Has(name)) {
				own.Set(name, value)
			}
		}
		return nil
	})
}

func headerOf(p *dpop.Proof) *dpop.Object { return &p.Header }
func claimsOf(p *dpop.Proof) *dpop.Object { return &p.Claims }

// memberBugs are bugs in reading the members of header, claims and key.
var memberBugs = []row{
	{id: "PV-043", does: "checks typ only where there is one", breaks: ids{"RFC9449-4.3-19"},
		change: skipping("typ", func(p *dpop.Verification) bool { return !p.Proof.Header.Has("typ") })},
	{id: "PV-044", does: "checks typ only for the text dpop", breaks: ids{"RFC9449-4.3-19"},
		change: skipping("typ", func(p *dpop.Verification) bool {
			typ, _ := p.Proof.Header.Text("typ")
			return strings.Contains(typ, "dpop")
		})},
	{id: "PV-073", does: "ignores b64", breaks: ids{"RFC7797-7-01"}, change: removing("crit")},
	{id: "PV-074", does: "matches the names of members without letter case", breaks: ids{"RFC9449-4.3-17"},
		change: replacing("objects", dpop.Objects(caseless))},
	{id: "PV-076", does: "refuses unknown claims and header parameters", breaks: ids{"RFC9449-4.3-82"},
		change: also("objects", func(p *dpop.Verification) error {
			return errors.Join(onlyKnown(p.Proof.Header, knownMembers), onlyKnown(p.Proof.Claims, knownMembers))
		})},
	{id: "PV-077", does: "refuses unknown members of the key", breaks: ids{"RFC7517-4-01"},
		change: also("jwk", func(p *dpop.Verification) error {
			return onlyKnown(p.Proof.JWK, []string{"kty", "crv", "x", "y", "n", "e"})
		})},
	{id: "PV-079", does: "requires exp", breaks: ids{"RFC9449-4.3-82"},
		change: also("lifetime", func(p *dpop.Verification) error {
			_, err := p.Proof.Claims.Number("exp")
			return err
		})},
	{id: "PV-122", variant: "claims-in-header", does: "looks for a claim in the header when the payload lacks it",
		breaks: ids{"RFC9449-4.3-12", "RFC9449-4.3-13", "RFC9449-4.3-14", "RFC9449-4.3-15"},
		change: lookedUp(knownClaims, claimsOf, headerOf, false)},
	{id: "PV-122", variant: "header-over-claims", does: "reads header and payload into one map, the header last",
		breaks: ids{"RFC9449-4.3-12", "RFC9449-4.3-13", "RFC9449-4.3-14", "RFC9449-4.3-15"},
		change: lookedUp(knownClaims, claimsOf, headerOf, true)},
	{id: "PV-122", variant: "ath", does: "takes ath out of the header", breaks: ids{"RFC9449-4.3-76"}, at: withToken,
		change: lookedUp([]string{"ath"}, claimsOf, headerOf, false)},
	{id: "PV-122", variant: "nonce", does: "takes the nonce out of the header", breaks: ids{"RFC9449-4.3-68"},
		change: lookedUp([]string{"nonce"}, claimsOf, headerOf, false)},
	{id: "PV-122", variant: "header-in-claims", does: "looks for typ, alg and jwk in the payload too",
		breaks: ids{"RFC9449-4.3-19", "RFC9449-4.3-22", "RFC9449-4.3-35"},
		change: lookedUp(knownParameters, headerOf, claimsOf, false)},
}

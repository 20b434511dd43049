package forge

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
)

// Defect is the one thing wrong with a forged proof, or the one thing odd
// about a sound one. It is named as in "a proof whose <part> is <value>".
type Defect struct {
	Part, Value string
	// Says explains the defect in one line.
	Says string
	// Refused names the checks of Verifier that may rightly refuse it.
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
	// that is no Key. At a resource server the access token must be bound to
	// Forged.Thumbprint; the same Forgery gives the same one before and after.
	Embeds bool
	// Apply makes the defect.
	Apply func(*Forgery) error
}

// Needs is what a defect asks of the occasion and the aids.
type Needs struct {
	// Algorithms are those of which the scenario's key must have one; empty:
	// any. The first is the best choice.
	Algorithms []string
	// AccessToken, NoAccessToken: a resource server, an authorization server.
	AccessToken, NoAccessToken bool
	// JWT: an access token that is a JWT.
	JWT bool
	// Nonce: the server has handed one out.
	Nonce bool
	// The aids of the same name.
	Keys, Other, ServerKey, OtherToken, OldNonce, OtherNonce, Canary bool
}

// NotForgeable says why a defect makes no sense on this occasion.
type NotForgeable struct {
	Part, Value string // of the defect
	Reason      string
	// ByChance: it is the text of this very key, token or nonce that stands in
	// the way, and another one may do.
	ByChance bool
}

// Error implements error.
func (e *NotForgeable) Error() string {
	return fmt.Sprintf("a proof whose %s is %s cannot be forged here: %s", e.Part, e.Value, e.Reason)
}

// lacking says what the occasion does not offer, before the defect has a name.
func lacking(reason string) error { return &NotForgeable{Reason: reason} }

// unlucky is lacking where another key, token or nonce may do.
func unlucky(reason string) error { return &NotForgeable{Reason: reason, ByChance: true} }

// Name returns the defect as it reads in a scenario.
func (d Defect) Name() string { return d.Part + " is " + d.Value }

// Forge makes a proof that has this defect and is sound otherwise. The error
// is a *NotForgeable where the occasion does not offer what the defect needs.
func (d Defect) Forge(f Forgery) (Forged, error) {
	drafted, err := d.draft(f)
	if err != nil {
		return Forged{}, err
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
		return nil, "", err
	}
	return drafted.Key, drafted.embedded(), nil
}

func (d Defect) draft(f Forgery) (*Forgery, error) {
	if f.Key == nil {
		return nil, d.explain(errors.New("the forgery has no key"))
	}
	if err := d.Needs.missing(f, d.Key != nil); err != nil {
		return nil, d.explain(err)
	}
	drafted, err := d.drafted(f)
	return drafted, d.explain(err)
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
	return fmt.Errorf("dpop: forging a proof whose %s: %w", d.Name(), err)
}

// Suits reports whether a key for that algorithm serves the defect.
func (n Needs) Suits(algorithm string) bool {
	return len(n.Algorithms) == 0 || slices.Contains(n.Algorithms, algorithm)
}

func (n Needs) missing(f Forgery, ownKey bool) error {
	if !ownKey && !n.Suits(f.Key.Algorithm) {
		return lacking("it needs a key for " + strings.Join(n.Algorithms, ", ") + ", not for " + f.Key.Algorithm)
	}
	for _, need := range []struct {
		lacks  bool
		reason string
	}{
		{n.AccessToken && f.AccessToken == "", "it needs an access token"},
		{n.NoAccessToken && f.AccessToken != "", "it needs a request without access token"},
		{n.Nonce && f.Nonce == "", "it needs a server that hands out nonces"},
		{n.Keys && f.Keys == nil, "it needs key pairs for other algorithms"},
		{n.Other && f.Other == nil, "it needs the key pair of another party"},
		{n.ServerKey && f.ServerKey == nil, "it needs a public key of the server"},
		{n.JWT && strings.Count(f.AccessToken, ".") != 2, "it needs an access token that is a JWT"},
		{n.OtherToken && f.OtherToken == "", "it needs another access token"},
		{n.OldNonce && f.OldNonce == "", "it needs an expired nonce"},
		{n.OtherNonce && f.OtherNonce == "", "it needs a nonce of another server"},
		{n.Canary && f.Canary == "", "it needs a canary URL"},
	} {
		if need.lacks {
			return lacking(need.reason)
		}
	}
	return nil
}

// defectTables are the tables, one a concern, in the order of the catalogue.
var defectTables = []func() []Defect{
	fieldDefects, formDefects, objectDefects,
	typDefects, algDefects, macDefects, extensionDefects, keySourceDefects,
	jwkDefects, pointDefects, rsaDefects, privateKeyDefects,
	signatureDefects, rsaSignatureDefects, mismatchDefects, pssDefects,
	claimDefects, methodDefects, uriDefects, timeDefects, nonceDefects, tokenHashDefects,
}

var catalogue = sync.OnceValue(func() []Defect {
	var all []Defect
	for _, table := range defectTables {
		all = append(all, table()...)
	}
	return all
})

// All returns the whole catalogue, sound and open variations included.
func All() []Defect { return slices.Clone(catalogue()) }

// Find returns the defect of that name. Besides the catalogue it knows
// two families: "JSON <literal>" for any member of header or claims, and a
// distance from now such as "-3600 s" for iat, exp and nbf. The value may stand
// in quotes.
func Find(part, value string) (Defect, error) {
	if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' && !strings.Contains(value[1:n-1], `"`) {
		value = value[1 : n-1]
	}
	for _, d := range catalogue() {
		if d.Part == part && d.Value == value {
			return d, nil
		}
	}
	if literal, found := strings.CutPrefix(value, "JSON "); found {
		return literalDefect(part, literal)
	}
	if d, found := distanceDefect(part, value); found {
		return d, nil
	}
	return Defect{}, unknownDefect(part, value)
}

// bad is a row of a table: a defect.
func bad(part, value, says string, apply func(*Forgery) error, refused ...string) Defect {
	return Defect{Part: part, Value: value, Says: says, Apply: apply, Refused: refused}
}

// fine is a row of a table: an odd but legal variation.
func fine(part, value, says string, apply func(*Forgery) error) Defect {
	return Defect{Part: part, Value: value, Says: says, Apply: apply, Sound: true}
}

// moot is a row of a table: a variation that may be taken or refused.
func moot(part, value, says string, apply func(*Forgery) error, refused ...string) Defect {
	return Defect{Part: part, Value: value, Says: says, Apply: apply, Refused: refused, Open: true}
}

// embedding marks rows of a table that bring a key of their own making.
func embedding(rows ...Defect) []Defect {
	for i := range rows {
		rows[i].Embeds = true
	}
	return rows
}

// needing gives rows of a table the same needs.
func needing(n Needs, rows ...Defect) []Defect {
	for i := range rows {
		rows[i].Needs = n
	}
	return rows
}

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

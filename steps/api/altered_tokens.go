package api

import (
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// alteredTokensSteps are about tokens that a server did issue and somebody has
// changed since (RFC 7519 §7.2, RFC 7515 §5.2). That takes no issuer of ours.
func alteredTokensSteps(v *vocabulary.Vocabulary) {
	v.Word("alteration", "What somebody without the issuer's key has made of a JWT.", alterations.Forms()...)
	g := vocabulary.For[Tester](v)
	g.Given(`^an access token that is a JWT$`, (*Tester).tokenIsJWT,
		"Where a real authorization server issues other tokens, the case does not apply.",
		"Given an access token that is a JWT")
	g.When(`^the request carries its access token {alteration}$`, (*Tester).sendAltered,
		"Sends the endpoint's request with the access token that was accepted, changed so, "+
			"and an honest proof for what has become of it.",
		"When the request carries its access token without its signature")
}

// alteration is what becomes of a token, and how it is sent.
type alteration struct {
	of     func(*Tester) (string, error) // the token that is changed; nil: the one that was accepted
	change func(*Tester, *signedToken) error
	bearer bool // it is sent as Bearer, without a proof
}

var alterations = vocabulary.Meanings[alteration]{
	"with another first octet in its signature": {change: resigned(firstFlipped)},
	"with another last octet in its signature":  {change: resigned(lastFlipped)},
	"with an octet less in its signature":       {change: resigned(func(s []byte) []byte { return s[:len(s)-1] })},
	"with half of its signature":                {change: resigned(func(s []byte) []byte { return s[:len(s)/2] })},
	"with a signature of zeros":                 {change: resigned(func(s []byte) []byte { return make([]byte, len(s)) })},
	"without its signature":                     {change: resigned(func([]byte) []byte { return nil })},
	"without the last of its parts":             {change: bare},
	"with the signature of another of them":     {change: otherSignature},

	"with another subject":                 {change: claimed(otherSubject)},
	"with another id":                      {change: claimed(otherID)},
	"with a later end":                     {change: claimed(laterEnd)},
	"without an end":                       {change: claimed(endless)},
	"with a wider scope":                   {change: claimed(widerScope)},
	"with another audience beside its own": {change: claimed(furtherAudience)},
	"issued for another key, bound to this": {
		of: (*Tester).tokenOfAnotherKey, change: boundToClient,
	},
	"without its binding, as Bearer": {change: claimed(unbound), bearer: true},

	"with another kid":          {change: headed(otherKid)},
	"without its kid":           {change: headed(noKid)},
	"with a critical extension": {change: headed(critical)},

	"with alg none":                   {change: unsignedAs("none")},
	"with alg none, capitalised":      {change: unsignedAs("None")},
	"with alg none in mixed case":     {change: unsignedAs("nOnE")},
	"with an empty alg":               {change: unsignedAs("")},
	"with alg none and its signature": {change: headed(algNone)},
	"unbound and with alg none, as Bearer": {
		change: then(claimed(unbound), unsignedAs("none")), bearer: true,
	},

	"signed with the issuer's key in PEM as a secret": {change: keyed(publicPEM)},
	"signed with the issuer's key in DER as a secret": {change: keyed(publicDER)},
	"signed with the issuer's JWK as a secret":        {change: keyed(publicJWK)},
	"signed with an empty secret":                     {change: keyed(emptySecret)},
	"signed with an empty secret, its kid a file":     {change: then(headed(emptyFile), keyed(emptySecret))},
	"signed by another key":                           {change: signedAnew(asItWas)},
	"signed by another key without a kid":             {change: signedAnew(withoutName)},
	"signed by another key of another kid":            {change: signedAnew(withOtherName)},
	"signed by a key in its own jwk":                  {change: signedAnew(withJWK)},
	"signed by a key in its own jwk, without a kid":   {change: signedAnew(withJWKAlone)},
	"signed by a key in its own x5c":                  {change: signedAnew(withCertificate)},
	"signed by the key of its proof":                  {change: signedByClient},
	"signed by another key, of another id and subject": {
		change: then(claimed(otherID), claimed(otherSubject), signedAnew(asItWas)),
	},
}

// then makes one change after another.
func then(changes ...func(*Tester, *signedToken) error) func(*Tester, *signedToken) error {
	return func(w *Tester, t *signedToken) error {
		for _, change := range changes {
			if err := change(w, t); err != nil {
				return err
			}
		}
		return nil
	}
}

func (w *Tester) tokenIsJWT() error {
	w.WantJWT()
	if w.EmbeddedAS() {
		return nil
	}
	text, err := w.usualToken()
	if err != nil {
		return err
	}
	_, err = readSigned(text)
	return err
}

// usualToken is the one that the endpoint's honest request carries.
func (w *Tester) usualToken() (string, error) {
	probe, err := w.ProbeFor(proof.Call{})
	if err != nil {
		return "", err
	}
	return probe.Occasion.AccessToken, nil
}

// tokenOfAnotherKey is one that the authorization server bound to the key of somebody
// else, who sent a proof for it.
func (w *Tester) tokenOfAnotherKey() (string, error) {
	p, err := w.At()
	if err != nil {
		return "", err
	}
	other, err := w.Key("another party")
	if err != nil {
		return "", err
	}
	return p.Token(w.World, other.Thumbprint)
}

func (w *Tester) sendAltered(how string) error {
	a, err := alterations.Of(how)
	if err != nil {
		return err
	}
	if a.of == nil {
		a.of = (*Tester).usualToken
	}
	text, err := a.of(w)
	if err != nil {
		return err
	}
	t, err := readSigned(text)
	if err != nil {
		return err
	}
	if err := a.change(w, t); err != nil {
		return err
	}
	if t.text() == text {
		return world.NotApplicablef("the access token is so already: %s", how)
	}
	w.resourceState.keyFault = false
	c := proof.Call{Title: "an access token " + how, Token: t.text()}
	if a.bearer {
		c.Bare, c.Present = true, asBearer
	}
	return w.CallWith(c)
}

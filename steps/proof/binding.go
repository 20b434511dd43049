package proof

import (
	"encoding/hex"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// bindingSteps are about the key that an access token is bound to (RFC 9449 §4.3,
// check 12, and §7.1).
func bindingSteps(v *vocabulary.Vocabulary) {
	v.Word("near-binding", "What the confirmation of an access token holds.", bindings.Forms()...)
	g := vocabulary.For[Prober](v)
	g.When(`^the request carries a token that is bound to {near-binding}$`, (*Prober).sendBoundTo,
		"Sends the endpoint's request with an honest proof and a token whose binding only resembles the key's thumbprint, "+
			"or has unknown members beside it; it takes an embedded authorization server.",
		"When the request carries a token that is bound to the first half of the thumbprint")
}

// bindings change the token that the embedded authorization server mints for a key
// of the given thumbprint.
var bindings = vocabulary.Meanings[func(m *mockas.Mint, thumbprint string)]{
	"the thumbprint, beside unknown members": func(m *mockas.Mint, thumbprint string) {
		m.Claims = func(claims *dpop.Object) {
			claims.Set("cnf", map[string]any{"kid": "k-1", "jkt": thumbprint, "x-unknown": []int{1}})
		}
	},
	"the first half of the thumbprint":        resembling(func(t string) string { return t[:len(t)/2] }),
	"the thumbprint and one more character":   resembling(func(t string) string { return t + "A" }),
	"the thumbprint in other letter case":     resembling(SwapCase),
	"the thumbprint with a padding":           resembling(func(t string) string { return t + "=" }),
	"the thumbprint in hexadecimal":           resembling(inHex),
	"the first 42 characters and another one": resembling(lastChanged),
	"another first character and the same 42": resembling(firstChanged),
	"the first character and 42 others":       resembling(func(t string) string { return t[:1] + dpop.TokenHash(t)[1:] }),
}

// resembling binds a token to a text that a careless comparison takes for the
// thumbprint.
func resembling(change func(thumbprint string) string) func(*mockas.Mint, string) {
	return func(m *mockas.Mint, thumbprint string) { m.Bound = change(thumbprint) }
}

// SwapCase exchanges the cases of all letters but that of the last character, so
// that a thumbprint stays canonical base64url.
func SwapCase(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return r
	}, text[:42]) + text[42:]
}

func inHex(text string) string {
	digest, _ := dpop.DecodeSegment(text) // it is a thumbprint of ours
	return hex.EncodeToString(digest)
}

// firstChanged is the text of another digest that ends alike.
func firstChanged(text string) string {
	digest, _ := dpop.DecodeSegment(text)
	digest[0] ^= 0x80
	return dpop.EncodeSegment(digest)
}

// lastChanged keeps the text canonical base64url: another digest that differs
// in its last bits alone.
func lastChanged(text string) string {
	digest, _ := dpop.DecodeSegment(text)
	digest[len(digest)-1] ^= 1
	return dpop.EncodeSegment(digest)
}

func (w *Prober) sendBoundTo(binding string) error {
	bind, err := bindings.Of(binding)
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	m := mockas.Mint{Bound: key.Thumbprint}
	bind(&m, key.Thumbprint)
	if err := w.sendMinted(forge.Defect{Part: "token", Value: "bound to " + binding}, m); err != nil {
		return err
	}
	w.Latest().Defect = nil // it is the token that is refused, not always by a check of the proof
	return nil
}

// sendMinted sends the endpoint's request with a token of the harness's making
// and an honest proof for it.
func (w *Prober) sendMinted(defect forge.Defect, m mockas.Mint) error {
	if !w.EmbeddedAS() {
		return world.NotApplicablef("a real authorization server would not issue such a token")
	}
	as, err := w.AS()
	if err != nil {
		return err
	}
	if m.Scope = "openid"; w.AtAPI() {
		resource, err := w.Resource(world.DefaultAPI)
		if err != nil {
			return err
		}
		m.Audience, m.Scope = []string{resource.Audience}, resource.Scope
	}
	token, err := as.Mint(m)
	if err != nil {
		return err
	}
	return w.sendChanged(defect, func(probe *world.Probe) error {
		authorization := wire.Field{Name: "Authorization", Value: dpop.Scheme + " " + token}
		probe.Request.Fields = append(Without(probe.Request.Fields, "Authorization"), authorization)
		probe.Occasion.AccessToken = token
		return nil
	})
}

package proof

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func bindingSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.When(`^the request carries a token that is bound to (.+)$`, (*Prober).sendNearlyBound,
		"Sends the endpoint's request with an honest proof and a token whose binding only resembles the key's thumbprint; it takes an embedded authorization server.",
		"When the request carries a token that is bound to the first half of the thumbprint")
	g.When(`^the request carries a token whose confirmation has unknown members too$`, (*Prober).sendRichConfirmation,
		"Sends the endpoint's request with an honest proof and a token whose cnf holds more than jkt.",
		"When the request carries a token whose confirmation has unknown members too")
}

// resemblances are texts that a careless comparison takes for a thumbprint.
var resemblances = map[string]func(thumbprint string) string{
	"the first half of the thumbprint":        func(t string) string { return t[:len(t)/2] },
	"the thumbprint and one more character":   func(t string) string { return t + "A" },
	"the thumbprint in other letter case":     SwapCase,
	"the thumbprint with a padding":           func(t string) string { return t + "=" },
	"the thumbprint in hexadecimal":           inHex,
	"the first 42 characters and another one": lastChanged,
	"another first character and the same 42": firstChanged,
	"the first character and 42 others":       func(t string) string { return t[:1] + dpop.TokenHash(t)[1:] },
}

func SwapCase(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return r
	}, text[:42]) + text[42:] // the last character stays canonical
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

func (w *Prober) sendNearlyBound(to string) error {
	resemble, known := resemblances[to]
	if !known {
		return fmt.Errorf("no binding is called %q", to)
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	defect := forge.Defect{Part: "token", Value: "bound to " + to}
	if err := w.sendMinted(defect, mockas.Mint{Bound: resemble(key.Thumbprint)}); err != nil {
		return err
	}
	w.Latest().Defect = nil // it is the token that is refused, not always by a check of the proof
	return nil
}

func (w *Prober) sendRichConfirmation() error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	rich := func(claims *dpop.Object) {
		claims.Set("cnf", map[string]any{"kid": "k-1", "jkt": key.Thumbprint, "x-unknown": []int{1}})
	}
	return w.sendMinted(forge.Defect{Part: "token", Value: "confirmed with unknown members"}, mockas.Mint{Bound: key.Thumbprint, Claims: rich})
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

package api

import (
	"fmt"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// personsSteps are about two people whose requests come on one connection, as they do
// from a gateway or an HTTP/2 proxy: nothing of the one is the other's.
func personsSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.When(`^another person calls on the connection of an accepted request$`, (*Tester).anotherPersonCalls,
		"Sends an honest request, and then on the same connection one with the token of another person and a proof by "+
			"that token's key. A real authorization server gives a token of the same person, bound to another key.",
		"When another person calls on the connection of an accepted request")
	g.Then(`^the answer is about the person who called$`, (*Tester).isAboutCaller,
		"An answer of the userinfo endpoint must name the person of the token that came with the request "+
			"(OpenID Connect Core 1.0 §5.3.2).",
		"Then the answer is about the person who called")
}

// anotherPerson is the subject of the tokens of otherPersonsToken.
const anotherPerson = "person-2"

// otherPersonsToken returns an access token of another person, bound to another key
// than the client's.
func (w *Tester) otherPersonsToken() (string, error) {
	key, err := w.Key("another party")
	if err != nil {
		return "", err
	}
	if w.EmbeddedAS() {
		return w.mint(func(m *mockas.Mint) { m.Subject, m.Bound = anotherPerson, key.Thumbprint })
	}
	p, err := w.At()
	if err != nil {
		return "", err
	}
	return p.Token(w.World, key.Thumbprint)
}

func (w *Tester) anotherPersonCalls() error {
	c := proof.Call{Title: "a request of another person on the same connection"}
	var err error
	if c.Token, err = w.otherPersonsToken(); err != nil {
		return err
	}
	if c.Key, err = w.Key("another party"); err != nil {
		return err
	}
	if err := w.bringConnection(&c); err != nil {
		return err
	}
	return w.CallWith(c)
}

func (w *Tester) isAboutCaller() error {
	if w.AtAPI() || !w.EmbeddedAS() {
		return world.NotApplicablef("of whom the answer tells is known at userinfo alone, where tokens of two people are")
	}
	body, err := dpop.ParseObject(w.Latest().Exchange.Reply)
	if err != nil {
		return world.Inconclusivef("the answer is no JSON object: %v", err)
	}
	sub, _ := body.Text("sub")
	return w.Expect(sub == anotherPerson, fmt.Sprintf("the sub %q", anotherPerson), fmt.Sprintf("the sub %q", sub))
}

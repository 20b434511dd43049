package api

import (
	"fmt"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
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
	tokens := []func() (string, error){w.otherPersonsToken}
	if w.EmbeddedAS() && w.AtAPI() { // what is asked for may be one person's alone
		tokens = append(tokens, w.otherKeysToken)
	}
	said := ""
	for _, token := range tokens {
		unfit, err := w.callsOnConnection(token)
		if err != nil || unfit == "" {
			return err
		}
		said = unfit
	}
	return world.Inconclusivef("it is refused on a connection of its own too: %s", said)
}

// otherKeysToken returns an access token of the same person, bound to another key.
func (w *Tester) otherKeysToken() (string, error) {
	key, err := w.Key("another party")
	if err != nil {
		return "", err
	}
	return w.mint(func(m *mockas.Mint) { m.Bound = key.Thumbprint })
}

// callsOnConnection calls by a token on the connection of an accepted request. A request that
// is refused there, and on a connection of its own too, tells nothing of connections: then
// unfit is what it was answered.
func (w *Tester) callsOnConnection(token func() (string, error)) (unfit string, err error) {
	p, err := w.At()
	if err != nil {
		return "", err
	}
	c := proof.Call{Title: "a request of another person on the same connection"}
	if c.Token, err = token(); err != nil {
		return "", err
	}
	if c.Key, err = w.Key("another party"); err != nil {
		return "", err
	}
	if err := w.bringConnection(&c); err != nil {
		return "", err
	}
	if err := w.CallWith(c); err != nil {
		return "", err
	}
	if e := w.Latest().Exchange; e == nil || w.Latest().BrokenDown || accepted(p, e) {
		return "", nil
	}
	if !w.AtAPI() { // userinfo is there for everybody
		return "", nil
	}
	w.Reconnect()
	c.Title = "the same on a connection of its own"
	alone, err := w.SendAside(c)
	if err != nil || alone == nil || accepted(p, alone) {
		return "", err
	}
	return p.Explain(alone, nil), nil
}

// accepted reports whether an endpoint has granted a request.
func accepted(p world.Endpoint, e *wire.Exchange) bool {
	answer, _ := p.Classify(e)
	return answer == world.Accepted
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

package client

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func bindingSteps(v *vocabulary.Vocabulary) {
	v.Word("bound-key", "The key that a token is bound to.", boundKeys.Forms()...)
	v.Word("key-change", "Where the client is to have another key.", keyChanges.Forms()...)
	g := vocabulary.For[Actor](v)
	g.When(`^the client obtains a token from another authorization server$`, (*Actor).obtainsElsewhere,
		"Starts another authorization server and lets a second client with the same settings get a token there.",
		"When the client obtains a token from another authorization server")
	g.Then(`^the issued token is bound to {bound-key}$`, (*Actor).tokenIsBound,
		"The authorization server must have bound the newest token to that key: of the newest proof, or of the "+
			"rotation.",
		"Then the issued token is bound to the key of the proofs")
	g.Then(`^the client has another key {key-change}$`, (*Actor).hasAnotherKey,
		"The first and the last proof for a token must be by different keys, or those for the two servers.",
		"Then the client has another key after each start")
	g.Then(`^the client uses the key of the environment, or its error names the variable$`, (*Actor).loadsOrNames,
		"Every token request must be proven by the key of the environment; without one the client must report an error "+
			"that names AUTH0_DPOP.",
		"Then the client uses the key of the environment, or its error names the variable")
}

// boundKeys are thumbprints, or the outcome of a case that cannot tell them.
var boundKeys = vocabulary.Meanings[func(*Actor) (string, error)]{
	"the key of the proofs": (*Actor).keyOfProofs,
	"the new key":           (*Actor).newKey,
}

func (a *Actor) keyOfProofs() (string, error) {
	all := proofsIn(a.sentTo(toToken))
	if len(all) == 0 {
		return "", a.withoutProofs()
	}
	return all[len(all)-1].thumbprint(), nil
}

// newKey is that of the rotation.
func (a *Actor) newKey() (string, error) {
	key, err := a.Key("rotated")
	if err != nil {
		return "", err
	}
	return key.Thumbprint, nil
}

func (a *Actor) tokenIsBound(to string) error {
	find, err := boundKeys.Of(to)
	if err != nil {
		return err
	}
	bound, err := a.boundTo()
	if err != nil {
		return err
	}
	want, err := find(a)
	if err != nil {
		return err
	}
	return a.Expect(bound == want, "a token bound to "+to+", "+want, "bound to "+bound)
}

// boundTo is the key that the newest token was bound to, as the authorization
// server noted it.
func (a *Actor) boundTo() (string, error) {
	if err := a.began(); err != nil {
		return "", err
	}
	var bound string
	for _, s := range a.sentTo(toToken) {
		if jkt, found := s.Fact("bound-to"); found {
			bound = jkt
		}
	}
	if bound == "" {
		return "", world.Inconclusivef("no bound token was issued; the client ended with %s", a.ending())
	}
	return bound, nil
}

var keyChanges = vocabulary.Meanings[func(*Actor) error]{
	"after each start":                  (*Actor).startsDiffer,
	"at the other authorization server": (*Actor).serversDiffer,
}

func (a *Actor) hasAnotherKey(where string) error {
	judge, err := keyChanges.Of(where)
	if err != nil {
		return err
	}
	return judge(a)
}

func (a *Actor) startsDiffer() error {
	all := proofsIn(a.sentTo(toToken))
	if len(all) < 2 {
		return a.withoutProofs()
	}
	first, last := all[0].thumbprint(), all[len(all)-1].thumbprint()
	return a.Expect(first != last, "another key after a new start", "the same key "+first)
}

func (a *Actor) serversDiffer() error {
	switch {
	case a.second == nil && a.problem != nil:
		return a.withoutProofs()
	case a.second == nil:
		return fmt.Errorf("there is no second authorization server yet; put a When step before this one")
	}
	var there []sent
	for _, e := range a.second.HTTP.Exchanges() {
		there = append(there, sent{Exchange: e, kind: toToken, origin: a.second.HTTP.URL})
	}
	one, two := proofsIn(a.sentTo(toToken)), proofsIn(there)
	if len(one) == 0 || len(two) == 0 {
		return a.withoutProofs()
	}
	return a.Expect(one[0].thumbprint() != two[0].thumbprint(), "another key for the other authorization server",
		fmt.Sprintf("the keys %s and %s", one[0].thumbprint(), two[0].thumbprint()))
}

// obtainsElsewhere drives a second client. The first one goes on as it was.
func (a *Actor) obtainsElsewhere() error {
	if err := a.configure(); err != nil {
		return a.outcome(err)
	}
	second, err := a.StartAnotherAS()
	if err != nil {
		return err
	}
	a.AtClose(func() { second.HTTP.Close() })
	a.second = second
	driver, err := a.open()
	if err != nil {
		return err
	}
	setup := a.setup
	setup.Issuer = second.Issuer()
	if err := driver.Configure(a.Context, setup); err != nil {
		return a.outcome(err)
	}
	if a.hello.Can(target.CanClientCredentials) && !a.public() {
		_, err = driver.Token(a.Context, target.TokenOrder{Grant: target.CanClientCredentials})
	} else {
		_, err = driver.Login(a.Context, target.LoginOrder{})
	}
	return a.outcome(err)
}

func (a *Actor) loadsOrNames() error {
	const expected = "proofs by the key of the environment, or an error that names AUTH0_DPOP"
	if a.problem != nil {
		return a.expect(strings.Contains(a.problem.Text(), "AUTH0_DPOP"), expected, a.ending())
	}
	asked := a.sentTo(toToken)
	if len(asked) == 0 {
		return a.expect(false, expected, "neither a token request nor an error")
	}
	all := proofsIn(asked)
	if len(all) < len(asked) {
		return a.Expect(false, expected,
			fmt.Sprintf("%d token requests, %d of them with a proof, no error", len(asked), len(all)))
	}
	problem := environmentKey(a, all)
	return a.Expect(problem == "", expected, orElse(problem, "proofs by that key"))
}

package api

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/world"
)

// challenges reads the challenges of the attempt. What breaks the grammar is a
// violation that shows the field as it came; nothing is guessed.
func (w *Tester) challenges() ([]dpop.Challenge, error) {
	if w.Latest().Exchange == nil {
		return nil, wrongOrder("a When step before this one")
	}
	lines := w.Latest().Exchange.Answer.Values("WWW-Authenticate")
	challenges, err := dpop.ParseChallenges(lines)
	if err != nil {
		return nil, w.Expect(false, "a WWW-Authenticate field by the grammar of RFC 9110 §11.6.1",
			fmt.Sprintf("%q: %v", lines, err))
	}
	return challenges, nil
}

// errorsOf lists the error codes of challenges.
func errorsOf(challenges []dpop.Challenge) []string {
	var codes []string
	for _, c := range challenges {
		if code, found := c.Get("error"); found {
			codes = append(codes, code)
		}
	}
	return codes
}

// dpopChallenge returns the one that a refusal of a resource server must hold. Where
// nothing was sent the server "can" give it (RFC 9449 §7.1): one scenario asks for it,
// and all others have nothing to look at without.
func (w *Tester) dpopChallenge() (dpop.Challenge, error) {
	challenges, err := w.challenges()
	if err != nil {
		return dpop.Challenge{}, err
	}
	if _, found := dpop.FindChallenge(challenges, dpop.Scheme); !found && w.sentNothing() {
		return dpop.Challenge{}, noDPoPNamed()
	}
	return w.demandDPoPChallenge()
}

// sentNothing reports whether the latest request had neither a token nor a proof.
func (w *Tester) sentNothing() bool {
	fields := w.Latest().Exchange.Fields
	return len(fields.Values("Authorization")) == 0 && len(fields.Values("DPoP")) == 0
}

func noDPoPNamed() error {
	return world.NotApplicablef("where nothing was sent, the challenge does not name DPoP")
}

// demandDPoPChallenge is dpopChallenge whatever was sent.
func (w *Tester) demandDPoPChallenge() (dpop.Challenge, error) {
	challenges, err := w.challenges()
	if err != nil {
		return dpop.Challenge{}, err
	}
	c, found := dpop.FindChallenge(challenges, dpop.Scheme)
	if !found {
		if err := w.wantsBearer(challenges); err != nil {
			return c, err
		}
	}
	return c, w.Expect(found, "a challenge of the scheme DPoP",
		fmt.Sprintf("status %d, schemes %q", w.Latest().Exchange.Status, schemesOf(challenges)))
}

// wantsBearer ends a case at an API that takes Bearer tokens too and challenges
// for those alone where the client did not use the DPoP scheme: RFC 9449 §7.2
// allows it to name both schemes and does not demand it.
func (w *Tester) wantsBearer(challenges []dpop.Challenge) error {
	_, bearer := dpop.FindChallenge(challenges, "Bearer")
	credentials, _ := w.Latest().Exchange.Fields.One("Authorization")
	scheme, _, _ := strings.Cut(credentials, " ")
	if !bearer || strings.EqualFold(scheme, dpop.Scheme) {
		return nil
	}
	taken, err := w.takesBearer()
	if err == nil && taken {
		return world.NotApplicablef("the API takes Bearer tokens too, and challenges for those alone")
	}
	return err
}

func schemesOf(challenges []dpop.Challenge) []string {
	schemes := make([]string, len(challenges))
	for i, c := range challenges {
		schemes[i] = c.Scheme
	}
	return schemes
}

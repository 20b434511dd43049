package api

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// challengeForms judge the attributes of the challenges of the latest answer.
var challengeForms = vocabulary.Meanings[func(*Tester) error]{
	"lists the algorithms of proofs":          (*Tester).listsAlgorithms,
	"has each attribute once":                 (*Tester).attributesAreSound,
	"has registered errors alone":             (*Tester).errorsAreRegistered,
	"points to metadata with an absolute URL": (*Tester).pointsToMetadata,
}

func (w *Tester) challengeHas(form string) error {
	judge, err := challengeForms.Of(form)
	if err != nil {
		return err
	}
	return judge(w)
}

func (w *Tester) listsAlgorithms() error {
	c, err := w.dpopChallenge()
	if err != nil {
		return err
	}
	algs, found := c.Get("algs")
	err = w.Expect(found && algs != "", "algs in the DPoP challenge", fmt.Sprintf("algs %q", algs))
	if err != nil {
		return err
	}
	return w.areAsymmetric(strings.Split(algs, " "), "algs "+algs)
}

// areAsymmetric demands names of asymmetric signature algorithms.
func (w *Tester) areAsymmetric(names []string, actual string) error {
	for _, name := range names {
		if !asymmetric(name) {
			return w.Expect(false, "names of asymmetric signature algorithms, separated by single spaces",
				fmt.Sprintf("%s: %q is none", actual, name))
		}
	}
	return w.Expect(true, "names of asymmetric signature algorithms", actual)
}

// unsignable are registered algorithms that the harness cannot sign with.
var unsignable = []string{"ES256K", "Ed448", "ESP256", "ESP384", "ESP512", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"}

func asymmetric(name string) bool {
	_, known := dpop.FindAlgorithm(name)
	return known || slices.Contains(unsignable, name)
}

func (w *Tester) attributesAreSound() error {
	challenges, err := w.challenges() // a repeated attribute is an error of the grammar already
	if err != nil {
		return err
	}
	if err := w.Expect(len(challenges) > 0, "a challenge", "no WWW-Authenticate field"); err != nil {
		return err
	}
	for _, c := range challenges {
		for _, p := range c.Parameters {
			if slices.Contains(attributes, strings.ToLower(p.Name)) && strings.ContainsFunc(p.Value, forbidden) {
				return w.Expect(false, p.Name+" with the characters of RFC 6750 §3", fmt.Sprintf("%q", p.Value))
			}
		}
	}
	return w.Expect(true, "each attribute once, with the characters of RFC 6750 §3", fmt.Sprint(challenges))
}

// attributes are those whose characters RFC 6750 §3 limits.
var attributes = []string{"scope", "error", "error_description", "error_uri"}

func forbidden(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }

// registeredErrors are the codes of a resource server in the OAuth Extensions
// Error Registry.
var registeredErrors = []string{
	"invalid_request", dpop.InvalidToken, "insufficient_scope", dpop.InvalidProof, dpop.UseNonce,
	"insufficient_user_authentication", "insufficient_authorization_details",
}

func (w *Tester) errorsAreRegistered() error {
	challenges, err := w.challenges()
	if err != nil {
		return err
	}
	codes := errorsOf(challenges)
	for _, code := range codes {
		if !slices.Contains(registeredErrors, code) {
			return w.Expect(false, fmt.Sprintf("a registered error, one of %q", registeredErrors), fmt.Sprintf("%q", code))
		}
	}
	return w.Expect(true, "registered errors", fmt.Sprintf("%q", codes))
}

func (w *Tester) pointsToMetadata() error {
	c, err := w.dpopChallenge()
	if err != nil {
		return err
	}
	address, found := c.Get("resource_metadata")
	if !found {
		return world.NotApplicablef("the challenge has no resource_metadata")
	}
	u, err := url.Parse(address)
	holds := err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && onLoopback(u.Hostname()))
	return w.Expect(holds, "an absolute https URL in resource_metadata", fmt.Sprintf("%q", address))
}

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

func challengeSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Then(`^it is refused as an (invalid token|invalid request|insufficient scope)$`, (*Tester).isRefusedAs,
		"The refusal must have the form of RFC 6750 §3.1: an invalid token 401, an invalid request 400 (401 tolerated), an insufficient scope 403, each with its error code in a challenge.",
		"Then it is refused as an invalid token")
	g.Then(`^the answer is a challenge with the DPoP scheme$`, (*Tester).isDPoPChallenge,
		"The answer must be 401 with a well-formed WWW-Authenticate that holds a challenge of the scheme DPoP (RFC 9449 §7.1).",
		"Then the answer is a challenge with the DPoP scheme")
	g.Then(`^the answer carries a challenge with the DPoP scheme$`, (*Tester).carriesDPoPChallenge,
		"As \"the answer is a challenge\", but a status that the profile tolerates in place of 401 passes too.",
		"Then the answer carries a challenge with the DPoP scheme")
	g.Then(`^no challenge carries an error$`, (*Tester).noChallengeCarriesError,
		"No challenge may have an error attribute, since no credentials were sent (RFC 6750 §3.1).",
		"Then no challenge carries an error")
	g.Then(`^there is a challenge for the schemes? (DPoP|Bearer|DPoP and Bearer)$`, (*Tester).challengesOf,
		"There must be a challenge for each of the schemes.",
		"Then there is a challenge for the schemes DPoP and Bearer")
	g.Then(`^a proof with each algorithm of the challenge is accepted$`, (*Tester).challengeAlgorithmsWork,
		"For each algorithm in algs a request with a key, a bound token and an honest proof of that algorithm must be accepted.",
		"Then a proof with each algorithm of the challenge is accepted")
	g.Then(`^it is not accepted$`, (*Tester).isNotAccepted,
		"Whatever the answer's form, the request must not succeed.",
		"Then it is not accepted")
	g.Then(`^only the (DPoP|Bearer) challenge carries an error$`, (*Tester).onlyOneCarriesError,
		"The error must stand in the challenge of the scheme that was used, and in no other (RFC 9449 §7.2).",
		"Then only the Bearer challenge carries an error")
	g.Then(`^the DPoP challenge carries the error "([^"]+)"$`, (*Tester).dpopChallengeCarries,
		"The DPoP challenge must carry that error code.",
		`Then the DPoP challenge carries the error "invalid_dpop_proof"`)
	g.Then(`^the DPoP challenge lists the algorithms that proofs may use$`, (*Tester).challengeListsAlgorithms,
		"algs must be there: names of asymmetric algorithms, separated by single spaces (RFC 9449 §7.1).",
		"Then the DPoP challenge lists the algorithms that proofs may use")
	g.Then(`^no attribute of a challenge occurs twice$`, (*Tester).attributesAreSound,
		"realm, scope, error and error_description must occur at most once in a challenge and hold the characters that RFC 6750 §3 allows.",
		"Then no attribute of a challenge occurs twice")
	g.Then(`^the error is spelled as it is registered$`, (*Tester).errorIsRegistered,
		"Every error code of the answer must be a registered one, letter by letter (RFC 9449 §12.2, RFC 6750 §6.2).",
		"Then the error is spelled as it is registered")
	g.Then(`^the scheme is not used for proxies$`, (*Tester).noProxyScheme,
		"No Proxy-Authenticate field may hold a challenge of the scheme DPoP (RFC 9449 §7.1).",
		"Then the scheme is not used for proxies")
	g.Then(`^the challenge points to metadata with an absolute URL$`, (*Tester).pointsToMetadata,
		"resource_metadata, where a challenge has it, must be an absolute URL, https unless on loopback (RFC 9728 §5.1).",
		"Then the challenge points to metadata with an absolute URL")
}

// challenges reads the challenges of the attempt. What breaks the grammar is a
// violation that shows the field as it came; nothing is guessed.
func (w *Tester) challenges() ([]dpop.Challenge, error) {
	if w.Latest().Exchange == nil {
		return nil, wrongOrder("a When step before this one")
	}
	lines := w.Latest().Exchange.Answer.Values("WWW-Authenticate")
	challenges, err := dpop.ParseChallenges(lines)
	if err != nil {
		return nil, w.Expect(false, "a WWW-Authenticate field by the grammar of RFC 9110 §11.6.1", fmt.Sprintf("%q: %v", lines, err))
	}
	return challenges, nil
}

func (w *Tester) isRefusedAs(kind string) error {
	if err := w.IsRefused(); err != nil {
		return err
	}
	challenges, err := w.challenges()
	if err != nil {
		return err
	}
	form := map[string]struct {
		statuses []int
		codes    []string
	}{
		"invalid token":      {[]int{401}, []string{dpop.InvalidToken}},
		"invalid request":    {[]int{400, 401}, []string{"invalid_request"}},
		"insufficient scope": {[]int{403}, []string{"insufficient_scope"}},
	}[kind]
	if w.resourceState.keyFault {
		form.codes = append(form.codes, dpop.InvalidProof)
	}
	status, codes := w.Latest().Exchange.Status, errorsOf(challenges)
	holds := slices.Contains(form.statuses, status) && slices.ContainsFunc(codes, func(c string) bool { return slices.Contains(form.codes, c) })
	return w.Expect(holds, fmt.Sprintf("status %s and a challenge with the error %s", either(form.statuses), strings.Join(form.codes, " or ")),
		fmt.Sprintf("status %d, errors %q", status, codes))
}

func either(statuses []int) string {
	texts := make([]string, len(statuses))
	for i, s := range statuses {
		texts[i] = fmt.Sprint(s)
	}
	return strings.Join(texts, " or ")
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

// dpopChallenge returns the one that a refusal of a resource server must hold.
func (w *Tester) dpopChallenge() (dpop.Challenge, error) {
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
	return c, w.Expect(found, "a challenge of the scheme DPoP", fmt.Sprintf("status %d, schemes %q", w.Latest().Exchange.Status, schemesOf(challenges)))
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

func (w *Tester) isDPoPChallenge() error {
	if _, err := w.dpopChallenge(); err != nil {
		return err
	}
	return w.Expect(w.Latest().Exchange.Status == 401, "status 401", fmt.Sprintf("status %d", w.Latest().Exchange.Status))
}

func (w *Tester) carriesDPoPChallenge() error {
	if _, err := w.dpopChallenge(); err != nil {
		return err
	}
	expected, tolerated := w.Profile.BadProofStatus()
	statuses := slices.Concat(expected, tolerated)
	return w.Expect(slices.Contains(statuses, w.Latest().Exchange.Status), "status "+either(statuses), fmt.Sprintf("status %d", w.Latest().Exchange.Status))
}

func (w *Tester) noChallengeCarriesError() error {
	challenges, err := w.challenges()
	if err != nil {
		return err
	}
	if err := w.Expect(len(challenges) > 0, "a challenge", "no WWW-Authenticate field"); err != nil {
		return err
	}
	for _, c := range challenges {
		for _, name := range []string{"error", "error_description", "error_uri"} {
			if value, found := c.Get(name); found {
				return w.Expect(false, "no error attribute in answer to a request without credentials", fmt.Sprintf("%s challenge with %s=%q", c.Scheme, name, value))
			}
		}
	}
	return w.Expect(true, "no error attribute in any challenge", fmt.Sprintf("%q without one", schemesOf(challenges)))
}

func (w *Tester) challengesOf(names string) error {
	challenges, err := w.challenges()
	if err != nil {
		return err
	}
	for _, scheme := range strings.Split(names, " and ") {
		_, found := dpop.FindChallenge(challenges, scheme)
		if err := w.Expect(found, "a challenge of the scheme "+scheme, fmt.Sprintf("schemes %q", schemesOf(challenges))); err != nil {
			return err
		}
	}
	return nil
}

func (w *Tester) onlyOneCarriesError(scheme string) error {
	challenges, err := w.challenges()
	if err != nil {
		return err
	}
	expected := "the error in the " + scheme + " challenge alone"
	var with []string
	for _, c := range challenges {
		if _, found := c.Get("error"); found {
			with = append(with, c.Scheme)
		}
	}
	holds := len(with) > 0 && !slices.ContainsFunc(with, func(s string) bool { return !strings.EqualFold(s, scheme) })
	return w.Expect(holds, expected, fmt.Sprintf("challenges %q, an error in %q", schemesOf(challenges), with))
}

func (w *Tester) dpopChallengeCarries(code string) error {
	c, err := w.dpopChallenge()
	if err != nil {
		return err
	}
	actual, found := c.Get("error")
	return w.Expect(found && actual == code, fmt.Sprintf("the error %q in the DPoP challenge", code), fmt.Sprintf("%q", actual))
}

func (w *Tester) challengeListsAlgorithms() error {
	c, err := w.dpopChallenge()
	if err != nil {
		return err
	}
	algs, found := c.Get("algs")
	if err := w.Expect(found && algs != "", "algs in the DPoP challenge", fmt.Sprintf("algs %q", algs)); err != nil {
		return err
	}
	return w.areAsymmetric(strings.Split(algs, " "), "algs "+algs)
}

// areAsymmetric demands names of asymmetric signature algorithms.
func (w *Tester) areAsymmetric(names []string, actual string) error {
	for _, name := range names {
		if !asymmetric(name) {
			return w.Expect(false, "names of asymmetric signature algorithms, separated by single spaces", fmt.Sprintf("%s: %q is none", actual, name))
		}
	}
	return w.Expect(true, "names of asymmetric signature algorithms", actual)
}

// asymmetric knows also registered algorithms that the harness cannot sign
// with.
func asymmetric(name string) bool {
	_, known := dpop.FindAlgorithm(name)
	return known || slices.Contains([]string{"ES256K", "Ed448", "ESP256", "ESP384", "ESP512", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"}, name)
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
			if !slices.Contains([]string{"scope", "error", "error_description", "error_uri"}, strings.ToLower(p.Name)) {
				continue
			}
			if bad := strings.IndexFunc(p.Value, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }); bad >= 0 {
				return w.Expect(false, p.Name+" with the characters of RFC 6750 §3", fmt.Sprintf("%q", p.Value))
			}
		}
	}
	return w.Expect(true, "each attribute once, with the characters of RFC 6750 §3", fmt.Sprint(challenges))
}

func (w *Tester) challengeAlgorithmsWork() error {
	c, err := w.dpopChallenge()
	if err != nil {
		return err
	}
	algs, found := c.Get("algs")
	if !found {
		return world.NotApplicablef("the challenge has no algs")
	}
	return w.algorithmsWork(strings.Split(algs, " "))
}

func (w *Tester) isNotAccepted() error {
	p, attempt, err := w.Judge("refused")
	if err != nil {
		return err
	}
	answer, _ := p.Classify(attempt.Exchange)
	if answer == world.Unclear {
		return world.Inconclusivef("the answer tells neither acceptance nor refusal: %s", p.Describe(attempt.Exchange, nil))
	}
	return w.Expect(answer == world.Refused || answer == world.Challenged, "the request to be refused", p.Describe(attempt.Exchange, nil))
}

// registeredErrors are the codes of a resource server in the OAuth Extensions
// Error Registry.
var registeredErrors = []string{
	"invalid_request", dpop.InvalidToken, "insufficient_scope", dpop.InvalidProof, dpop.UseNonce,
	"insufficient_user_authentication", "insufficient_authorization_details",
}

func (w *Tester) errorIsRegistered() error {
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

func (w *Tester) noProxyScheme() error {
	if w.Latest().Exchange == nil {
		return wrongOrder("a When step before this one")
	}
	lines := w.Latest().Exchange.Answer.Values("Proxy-Authenticate")
	challenges, _ := dpop.ParseChallenges(lines)
	_, found := dpop.FindChallenge(challenges, dpop.Scheme)
	return w.Expect(!found, "no challenge of the scheme DPoP in Proxy-Authenticate", fmt.Sprintf("%q", lines))
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

// onLoopback reports whether a host is this machine, where nobody listens in.
func onLoopback(host string) bool {
	return host == "localhost" || strings.HasPrefix(host, "127.") || host == "::1"
}

package api

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func challengeSteps(v *vocabulary.Vocabulary) {
	v.Word("refusal", "Why a request is refused (RFC 6750 §3.1).", refusals.Forms()...)
	v.Word("challenge-status", "The status beside a challenge.", challengeStatuses.Forms()...)
	v.Word("schemes", "Authentication schemes of challenges.", schemes.Forms()...)
	v.Word("erring-challenge", "Which of the challenges carry an error.", erringChallenges.Forms()...)
	v.Word("challenge-form", "What holds of the attributes of challenges (RFC 9449 §7.1).", challengeForms.Forms()...)
	g := vocabulary.For[Tester](v)
	g.Then(`^it is refused as an {refusal}$`, (*Tester).isRefusedAs,
		"The refusal must have the form of RFC 6750 §3.1: an invalid token 401, an invalid request 400 (401 tolerated), "+
			"an insufficient scope 403, each with its error code in a challenge.",
		"Then it is refused as an invalid token")
	g.Then(`^the answer is {challenge-status} with a DPoP challenge$`, (*Tester).isDPoPChallenge,
		"The answer must have that status and a well-formed WWW-Authenticate "+
			"that holds a challenge of the scheme DPoP (RFC 9449 §7.1).",
		"Then the answer is 401 with a DPoP challenge")
	g.Then(`^a 401 carries a challenge$`, (*Tester).has401Challenge,
		"An answer with the status 401 must have a WWW-Authenticate with a challenge, of whatever scheme "+
			"(RFC 9110 §15.5.2).",
		"Then a 401 carries a challenge")
	g.Then(`^there is a challenge for {schemes}$`, (*Tester).challengesFor,
		"There must be a challenge for each of the schemes.",
		"Then there is a challenge for DPoP and Bearer")
	g.Then(`^{erring-challenge} carries an error$`, (*Tester).errorStandsAt,
		"The error must stand in the challenge of the scheme that was used, and in no other (RFC 9449 §7.2); "+
			"in none where no credentials were sent (RFC 6750 §3.1).",
		"Then only the Bearer challenge carries an error")
	g.Then(`^a demand for another login stands in the DPoP challenge$`, (*Tester).demandsLogin,
		"If the answer has the error insufficient_user_authentication, the DPoP challenge must carry it (RFC 9470 §3).",
		"Then a demand for another login stands in the DPoP challenge")
	g.Then(`^the DPoP challenge carries the error "([^"]+)"$`, (*Tester).dpopChallengeCarries,
		"The DPoP challenge must carry that error code.",
		`Then the DPoP challenge carries the error "invalid_dpop_proof"`)
	g.Then(`^the challenge {challenge-form}$`, (*Tester).challengeHas,
		"algs must be there, names of asymmetric algorithms separated by single spaces; each attribute must occur once, "+
			"with the characters of RFC 6750 §3; error codes must be registered, letter by letter (RFC 9449 §12.2); "+
			"resource_metadata, where it is there, must be an absolute URL, https unless on loopback (RFC 9728 §5.1).",
		"Then the challenge lists the algorithms of proofs")
	g.Then(`^the scheme is not used for proxies$`, (*Tester).noProxyScheme,
		"No Proxy-Authenticate field may hold a challenge of the scheme DPoP (RFC 9449 §7.1).",
		"Then the scheme is not used for proxies")
}

// refusal is the form of a refusal.
type refusal struct {
	statuses []int
	code     string
}

var refusals = vocabulary.Meanings[refusal]{
	"invalid token":      {[]int{401}, dpop.InvalidToken},
	"invalid request":    {[]int{400, 401}, "invalid_request"},
	"insufficient scope": {[]int{403}, "insufficient_scope"},
}

func (w *Tester) isRefusedAs(kind string) error {
	form, err := refusals.Of(kind)
	if err != nil {
		return err
	}
	if err := w.IsRefused(); err != nil {
		return err
	}
	challenges, err := w.challenges()
	if err != nil {
		return err
	}
	wanted := []string{form.code}
	if w.resourceState.keyFault {
		wanted = append(wanted, dpop.InvalidProof)
	}
	status, codes := w.Latest().Exchange.Status, errorsOf(challenges)
	holds := slices.Contains(form.statuses, status) &&
		slices.ContainsFunc(codes, func(c string) bool { return slices.Contains(wanted, c) })
	expected := fmt.Sprintf("status %s and a challenge with the error %s",
		either(form.statuses), strings.Join(wanted, " or "))
	return w.Expect(holds, expected, fmt.Sprintf("status %d, errors %q", status, codes))
}

func either(statuses []int) string {
	texts := make([]string, len(statuses))
	for i, s := range statuses {
		texts[i] = fmt.Sprint(s)
	}
	return strings.Join(texts, " or ")
}

// challengeStatuses are the statuses that an answer with a challenge may have.
var challengeStatuses = vocabulary.Meanings[func(*Tester) []int]{
	"401":                                 func(*Tester) []int { return []int{401} },
	"401, or what the profile tolerates,": (*Tester).badProofStatuses,
}

// badProofStatuses are what the profile expects or tolerates of the refusal of a
// bad proof.
func (w *Tester) badProofStatuses() []int {
	expected, tolerated := w.Profile.RefusalStatus(features.ProofBad)
	return slices.Concat(expected, tolerated)
}

func (w *Tester) isDPoPChallenge(status string) error {
	statuses, err := challengeStatuses.Of(status)
	if err != nil {
		return err
	}
	return w.challengesWith(statuses(w))
}

func (w *Tester) challengesWith(statuses []int) error {
	if _, err := w.demandDPoPChallenge(); err != nil {
		return err
	}
	status := w.Latest().Exchange.Status
	return w.Expect(slices.Contains(statuses, status), "status "+either(statuses), fmt.Sprintf("status %d", status))
}

func (w *Tester) has401Challenge() error {
	challenges, err := w.challenges()
	if err != nil {
		return err
	}
	if status := w.Latest().Exchange.Status; status != 401 {
		return world.NotApplicablef("the answer has the status %d", status)
	}
	return w.Expect(len(challenges) > 0, "a challenge", "no WWW-Authenticate field")
}

var schemes = vocabulary.Meanings[[]string]{
	"DPoP": {dpop.Scheme}, "Bearer": {"Bearer"}, "DPoP and Bearer": {dpop.Scheme, "Bearer"},
}

func (w *Tester) challengesFor(names string) error {
	wanted, err := schemes.Of(names)
	if err != nil {
		return err
	}
	challenges, err := w.challenges()
	if err != nil {
		return err
	}
	for _, scheme := range wanted {
		_, found := dpop.FindChallenge(challenges, scheme)
		if !found && w.sentNothing() { // RFC 9449 §7.2 lets a server name several and does not demand it
			return world.NotApplicablef("where nothing was sent, the challenge does not name %s", scheme)
		}
		err := w.Expect(found, "a challenge of the scheme "+scheme, fmt.Sprintf("schemes %q", schemesOf(challenges)))
		if err != nil {
			return err
		}
	}
	return nil
}

// erringChallenges are the schemes whose challenge carries an error; empty: none.
var erringChallenges = vocabulary.Meanings[string]{
	"no challenge": "", "only the DPoP challenge": dpop.Scheme, "only the Bearer challenge": "Bearer",
}

func (w *Tester) errorStandsAt(which string) error {
	scheme, err := erringChallenges.Of(which)
	if err != nil {
		return err
	}
	challenges, err := w.challenges()
	if err != nil {
		return err
	}
	if scheme == "" {
		return w.noneCarriesError(challenges)
	}
	var with []string
	for _, c := range challenges {
		if _, found := c.Get("error"); found {
			with = append(with, c.Scheme)
		}
	}
	holds := len(with) > 0 && !slices.ContainsFunc(with, func(s string) bool { return !strings.EqualFold(s, scheme) })
	return w.Expect(holds, "the error in the "+scheme+" challenge alone",
		fmt.Sprintf("challenges %q, an error in %q", schemesOf(challenges), with))
}

func (w *Tester) noneCarriesError(challenges []dpop.Challenge) error {
	if err := w.Expect(len(challenges) > 0, "a challenge", "no WWW-Authenticate field"); err != nil {
		return err
	}
	for _, c := range challenges {
		for _, name := range []string{"error", "error_description", "error_uri"} {
			if value, found := c.Get(name); found {
				return w.Expect(false, "no error attribute in answer to a request without credentials",
					fmt.Sprintf("%s challenge with %s=%q", c.Scheme, name, value))
			}
		}
	}
	return w.Expect(true, "no error attribute in any challenge", fmt.Sprintf("%q without one", schemesOf(challenges)))
}

func (w *Tester) demandsLogin() error {
	const code = "insufficient_user_authentication"
	challenges, err := w.challenges()
	if err != nil {
		return err
	}
	if !slices.Contains(errorsOf(challenges), code) {
		return world.NotApplicablef("the API does not ask for another login: status %d, errors %q",
			w.Latest().Exchange.Status, errorsOf(challenges))
	}
	return w.dpopChallengeCarries(code)
}

func (w *Tester) dpopChallengeCarries(code string) error {
	c, err := w.dpopChallenge()
	if err != nil {
		return err
	}
	actual, found := c.Get("error")
	if code == dpop.InvalidProof && actual == dpop.UseNonce {
		if err := w.ShowsNonce(); err != nil {
			return err
		}
	}
	return w.Expect(found && actual == code, fmt.Sprintf("the error %q in the DPoP challenge", code),
		fmt.Sprintf("%q", actual))
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

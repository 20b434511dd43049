package server

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func answersSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Then(`^it is refused with the error ((?:"[^"]+"(?: or )?)+)$`, (*Tester).isRefusedWith,
		"The refusal must be a token error (RFC 6749 §5.2): status 400, or 401 for invalid_client, "+
			"and one of those codes in JSON.",
		`Then it is refused with the error "invalid_grant" or "invalid_dpop_proof"`)
	g.Then(`^the profile refuses it$`, (*Tester).profileRefuses,
		"What is sound by RFC 9449 must be refused all the same, because the profile does not allow it.",
		"Then the profile refuses it")
	g.Then(`^the status is that of the error$`, (*Tester).statusFitsError,
		"401 belongs to invalid_client alone; every other token error has the status 400 (RFC 6749 §5.2).",
		"Then the status is that of the error")
	g.Then(`^the error code is a registered one$`, (*Tester).codeIsRegistered,
		"The error must be one of the OAuth extensions error registry, spelled letter by letter.",
		"Then the error code is a registered one")
	g.Then(`^no cache keeps the answer$`, (*Tester).isUncacheable,
		"The answer must forbid caching by Cache-Control: no-store (RFC 6749 §5.1, RFC 9449 §8.2).",
		"Then no cache keeps the answer")
	g.Then(`^the lifetime of the token is short or nonces limit its proofs$`, (*Tester).lifetimeIsShort,
		"Without nonces a bound access token should not live longer than the profile's access_token_lifetime "+
			"(RFC 9449 §11.2).",
		"Then the lifetime of the token is short or nonces limit its proofs")
}

var quotedText = regexp.MustCompile(`"([^"]+)"`)

func (w *Tester) isRefusedWith(codes string) error {
	if err := w.RefusedInForm(); err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	var wanted []string
	for _, m := range quotedText.FindAllStringSubmatch(codes, -1) {
		wanted = append(wanted, m[1])
	}
	code := p.ErrorCode(w.Latest().Exchange)
	err = w.Expect(slices.Contains(wanted, code), "the error "+codes, fmt.Sprintf("the error %q", code))
	if err != nil {
		return err
	}
	return w.statusFitsError()
}

// profileRefuses forgets that the proof is sound elsewhere.
func (w *Tester) profileRefuses() error {
	w.Latest().Defect = nil
	return w.IsRefused()
}

func (w *Tester) statusFitsError() error {
	p, attempt, err := w.Judge("judged")
	if err != nil {
		return err
	}
	e := attempt.Exchange
	code, inJSON := p.ErrorCode(e), world.IsJSON(e.Answer)
	fits := e.Status == 400 || e.Status == 401 && code == "invalid_client"
	return w.Expect(fits && inJSON, "status 400 with JSON, or 401 for invalid_client",
		fmt.Sprintf("status %d, JSON %v, error %q", e.Status, inJSON, code))
}

// tokenErrors are the codes of the OAuth extensions error registry that the
// token and PAR endpoints may use.
var tokenErrors = []string{
	"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
	"invalid_scope", "access_denied", "unsupported_response_type", "server_error", "temporarily_unavailable",
	"invalid_target", "authorization_pending", "slow_down", "expired_token", "invalid_request_uri",
	"invalid_request_object", "request_not_supported", "request_uri_not_supported",
	"invalid_authorization_details", "interaction_required", "login_required", "consent_required",
	"account_selection_required", "unmet_authentication_requirements", "insufficient_user_authentication",
	dpop.InvalidProof, dpop.UseNonce, dpop.InvalidToken, "insufficient_scope",
}

func (w *Tester) codeIsRegistered() error {
	p, attempt, err := w.Judge("judged")
	if err != nil {
		return err
	}
	answer, code := p.Classify(attempt.Exchange)
	if answer == world.Accepted {
		return world.Inconclusivef("the request was accepted; there is no error to look at")
	}
	return w.Expect(slices.Contains(tokenErrors, code), "an error code of the registry", fmt.Sprintf("%q", code))
}

func (w *Tester) isUncacheable() error {
	if w.Latest().Exchange == nil {
		return errors.New("nothing was sent; put a When step before this one")
	}
	lines := w.Latest().Exchange.Answer.Values("Cache-Control")
	return w.Expect(hasToken(lines, "no-store"), "Cache-Control: no-store", fmt.Sprintf("Cache-Control %q", lines))
}

// hasToken reports whether a comma-separated list holds a word, in any letter case.
func hasToken(lines []string, word string) bool {
	for _, item := range strings.Split(strings.Join(lines, ","), ",") {
		if strings.EqualFold(strings.TrimSpace(item), word) {
			return true
		}
	}
	return false
}

func (w *Tester) lifetimeIsShort() error {
	grant, err := w.grantedNow()
	if err != nil {
		return err
	}
	if w.HoldsNonce() {
		return world.NotApplicablef("the server hands out nonces, which limit the life of proofs made in advance")
	}
	limit := w.Profile.AccessTokenLifetime()
	seconds, err := grant.Response.Number("expires_in")
	if err != nil {
		return world.NotApplicablef("the answer does not say how long the token lives")
	}
	return w.Expect(seconds <= limit.Seconds(), fmt.Sprintf("at most %v without nonces", limit),
		fmt.Sprintf("expires_in %.0f", seconds))
}

package proof

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// refusalSteps are about the form of a refusal, which matters to clients; the
// refusal itself matters to everybody. They stand in scenarios of their own.
func refusalSteps(v *vocabulary.Vocabulary) {
	v.Word("refusal-form", "In which form a request is refused.", refusalForms.Forms()...)
	g := vocabulary.For[Prober](v)
	g.Then(`^it is refused as an invalid proof$`, (*Prober).isRefusedAsInvalidProof,
		"The refusal must have the form that RFC 9449 gives it: status 400 and the error invalid_dpop_proof in JSON "+
			"at the authorization server (§5), a DPoP challenge with that error at a resource server (§7.1).",
		"Then it is refused as an invalid proof")
	g.Then(`^the refusal {refusal-form}$`, (*Prober).refusalIs,
		"A resource server refuses a bad proof with status 401; one with that status carries a WWW-Authenticate that can "+
			"be read and names the scheme DPoP, and says why in its error parameter (RFC 9449 §7.1). A token error is JSON "+
			"with characters that RFC 6749 §5.2 allows, and gives nothing of the server's inside away.",
		"Then the refusal carries a DPoP challenge")
}

// refusalForms are the ways of {refusal-form}.
var refusalForms = vocabulary.Meanings[func(*Prober) error]{
	"has the status 401":                     (*Prober).refusalIs401,
	"carries a DPoP challenge":               (*Prober).refusalHasChallenge,
	"carries a DPoP challenge with an error": (*Prober).challengeNamesError,
	"is a well-formed error":                 (*Prober).refusalIsWellFormed,
	"gives nothing of the inside away":       (*Prober).refusalIsDiscreet,
}

func (w *Prober) refusalIs(form string) error {
	holds, err := refusalForms.Of(form)
	if err != nil {
		return err
	}
	if err := w.RefusedInForm(); err != nil {
		return err
	}
	return holds(w)
}

func (w *Prober) isRefusedAsInvalidProof() error {
	p, err := w.At()
	if err != nil {
		return err
	}
	if w.Latest().Hidden && !w.givesNonces() {
		return w.Expect(false, "the error "+dpop.InvalidProof,
			"the error "+dpop.UseNonce+", and never a nonce to come again with")
	}
	if err := w.RefusedInForm(); err != nil {
		return err
	}
	e := w.Latest().Exchange
	code := p.ErrorCode(e)
	if code == dpop.UseNonce {
		if err := w.ShowsNonce(); err != nil {
			return err
		}
	}
	actual := fmt.Sprintf("the error %q", code)
	if err := w.Expect(code == dpop.InvalidProof, "the error "+dpop.InvalidProof, actual); err != nil {
		return err
	}
	if p.Resource {
		return nil
	}
	isJSON := world.IsJSON(e.Answer)
	return w.Expect(e.Status == 400 && isJSON, "status 400 with a JSON body",
		fmt.Sprintf("status %d, JSON %v", e.Status, isJSON))
}

// RefusedInForm demands that there is a refusal whose form can be looked at.
// That there is none is the business of another scenario.
func (w *Prober) RefusedInForm() error {
	err := w.IsRefused()
	if violation, ok := err.(*world.Violation); ok {
		return world.Inconclusivef("there is no refusal to look at: %s", violation.Actual)
	}
	if err == nil && w.Latest().Exchange.Status/100 == 2 {
		return world.Inconclusivef("the refusal has status %d and says error in its body: whether the server or "+
			"something on the way does that cannot be told", w.Latest().Exchange.Status)
	}
	if err == nil && w.Latest().Err != nil {
		return world.Inconclusivef("there is no refusal to look at: %v", w.Latest().Err)
	}
	return err
}

// challenge returns the DPoP challenge of the latest answer.
func (w *Prober) challenge() (dpop.Challenge, error) {
	lines := w.Latest().Exchange.Answer.Values("WWW-Authenticate")
	challenges, err := dpop.ParseChallenges(lines)
	if err != nil {
		return dpop.Challenge{}, w.Expect(false, "a WWW-Authenticate that can be read", fmt.Sprintf("%q: %v", lines, err))
	}
	challenge, found := dpop.FindChallenge(challenges, dpop.Scheme)
	return challenge, w.Expect(found, "a challenge of the scheme DPoP", fmt.Sprintf("WWW-Authenticate %q", lines))
}

func (w *Prober) refusalHasChallenge() error {
	if w.Latest().Exchange.Status != 401 {
		return world.NotApplicablef("only status 401 demands a challenge (RFC 9110 §15.5.2); the refusal has %d",
			w.Latest().Exchange.Status)
	}
	_, err := w.challenge()
	return err
}

func (w *Prober) refusalIs401() error {
	return w.Expect(w.Latest().Exchange.Status == 401, "status 401", fmt.Sprintf("status %d", w.Latest().Exchange.Status))
}

func (w *Prober) challengeNamesError() error {
	challenge, err := w.challenge()
	if err != nil {
		return err
	}
	code, found := challenge.Get("error")
	return w.Expect(found && code != "", "an error parameter in the DPoP challenge", fmt.Sprintf("%q", challenge.String()))
}

func (w *Prober) refusalIsWellFormed() error {
	if p, err := w.At(); err != nil || p.Resource {
		return err
	}
	body, err := dpop.ParseObject(w.Latest().Exchange.Reply)
	if err := w.Expect(err == nil, "a JSON object", fmt.Sprintf("%q", mask.Head(string(w.Latest().Exchange.Reply), 200))); err != nil {
		return err
	}
	code, err := body.Text("error")
	const characters = " of the characters of RFC 6749 §5.2"
	named := err == nil && code != "" && errorText(code)
	if err := w.Expect(named, "a member error"+characters, fmt.Sprintf("%q", code)); err != nil {
		return err
	}
	text, _ := body.Text("error_description")
	return w.Expect(errorText(text), "an error_description"+characters, fmt.Sprintf("%q", text))
}

// refusalIsDiscreet looks at the error_description of a token error, or of the
// challenges of a resource server.
func (w *Prober) refusalIsDiscreet() error {
	p, err := w.At()
	if err != nil {
		return err
	}
	e := w.Latest().Exchange
	var texts []string
	if body, err := dpop.ParseObject(e.Reply); err == nil {
		text, _ := body.Text("error_description")
		texts = append(texts, text)
	}
	if p.Resource {
		challenges, _ := dpop.ParseChallenges(e.Answer.Values("WWW-Authenticate"))
		for _, c := range challenges {
			text, _ := c.Get("error_description")
			texts = append(texts, text)
		}
	}
	if i := slices.IndexFunc(texts, leaksInside); i >= 0 {
		return w.Expect(false, "an error_description without the server's inside", fmt.Sprintf("%q", texts[i]))
	}
	return w.Expect(true, "an error_description without the server's inside", fmt.Sprintf("%q", texts))
}

// errorText is 1*( %x20-21 / %x23-5B / %x5D-7E ) of RFC 6749 §5.2, or nothing.
func errorText(text string) bool {
	return !slices.ContainsFunc([]byte(text), func(c byte) bool { return c < 0x20 || c > 0x7e || c == '"' || c == '\\' })
}

// leaksInside reports whether a text shows the inside of a server.
func leaksInside(text string) bool { return leaks.MatchString(text) }

// leaks are the marks of a stack trace, of markup, of a file or of a database.
var leaks = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`goroutine \d`, `\.(go|js|mjs|ts|java|py|rb|php|cs|rs):\d+`, `\bat [\w$.<>]+\s?\(`, `traceback`, `stack trace`,
	`\b(java|javax|org|com)\.[\w.]+(exception|error)\b`, `(^|[\s('])/(home|usr|var|app|srv|opt|root)/`, `[a-z]:\\\\`,
	`<(html|pre|body|br|div)\b`, `\bselect .+ from\b`, `sqlstate`, `runtime error`, `nil pointer`, `undefined is not`,
}, "|"))

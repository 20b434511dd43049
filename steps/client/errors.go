package client

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func errorSteps(v *vocabulary.Vocabulary) {
	v.Word("error", "What the client's error is or tells.", errorTraits.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Then(`^the client's error {error}$`, (*Actor).errorIs,
		"The client must report an error that is such. Both clocks are two times or dates; a DPoPError is one of the "+
			"documented type for DPoP, with a code.",
		"Then the client's error is a DPoPError")
	g.Then(`^the client's error has the code (\w+)$`, (*Actor).errorHasCode,
		"The client must report an error with that code; letter case does not count.",
		"Then the client's error has the code DPOP_KEY_EXPORT_FAILED")
	g.Then(`^the client's error names "(.+)"$`, (*Actor).errorNames,
		"The client must report an error whose text has those words.",
		`Then the client's error names "AUTH0_DPOP_PRIVATE_KEY"`)
	g.Then(`^the client's error, if there is one, is no DPoPError$`, (*Actor).errorUntyped,
		"An error that the client reports must be of another type than those of DPoP.",
		"Then the client's error, if there is one, is no DPoPError")
}

// documentedType is the name of the type of errors about DPoP.
const documentedType = "DPoPError"

// dateTime is a time, as a date or as seconds since 1970.
var dateTime = regexp.MustCompile(`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d|\b1[6-9]\d{8}\b`)

var (
	clockWords = regexp.MustCompile(`(?i)clock|drift|\biat\b|\btime\b`)
	nonceWords = regexp.MustCompile(`(?i)nonce`)
)

var errorTraits = vocabulary.Meanings[func(*target.ClientError) bool]{
	"names both clocks": func(e *target.ClientError) bool {
		found := dateTime.FindAllString(e.Text(), -1)
		slices.Sort(found)
		return len(slices.Compact(found)) >= 2
	},
	"speaks of the clock":    func(e *target.ClientError) bool { return clockWords.MatchString(e.Text()) },
	"speaks of the nonce":    func(e *target.ClientError) bool { return nonceWords.MatchString(e.Text()) },
	"is a " + documentedType: func(e *target.ClientError) bool { return e.Name == documentedType && e.Code != "" },
}

func (a *Actor) errorIs(what string) error {
	such, err := errorTraits.Of(what)
	if err != nil {
		return err
	}
	return a.errorSuch("an error that "+what, such)
}

func (a *Actor) errorHasCode(code string) error {
	return a.errorSuch("an error with the code "+code, func(e *target.ClientError) bool {
		return strings.EqualFold(e.Code, code)
	})
}

func (a *Actor) errorNames(words string) error {
	return a.errorSuch("an error that names "+words, func(e *target.ClientError) bool {
		return strings.Contains(strings.ReplaceAll(e.Text(), `\"`, `"`), words)
	})
}

// errorSuch states that the client reported an error, and one that is such.
func (a *Actor) errorSuch(expected string, such func(*target.ClientError) bool) error {
	if err := a.began(); err != nil {
		return err
	}
	if a.problem == nil {
		return a.expect(false, expected, a.ending())
	}
	if !such(a.problem) && a.drift != 0 && a.assertionRefused() {
		return world.NotApplicablef("the client authenticates by an assertion, whose times are as wrong as those of " +
			"its proof: the server refuses the assertion before it looks at the proof")
	}
	return a.expect(such(a.problem), expected, clipped(a.problem.Error()))
}

// assertionRefused reports whether the latest token request was refused for its
// client assertion.
func (a *Actor) assertionRefused() bool {
	calls := a.sentNow(toToken)
	if len(calls) == 0 {
		return false
	}
	last := calls[len(calls)-1]
	code, _ := last.Fact("error")
	return last.assertion() != "" && code == "invalid_client"
}

func (a *Actor) errorUntyped() error {
	if err := a.began(); err != nil {
		return err
	}
	return a.expect(a.problem == nil || a.problem.Name != documentedType, "no "+documentedType, a.ending())
}

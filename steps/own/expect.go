package own

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func expectSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Caller](v).ForOwnAPIs()
	g.Then(`^the call is (accepted|refused)$`, (*Caller).callIs,
		"The API must have granted the latest call, or refused it with a client error (4xx).",
		"Then the call is accepted")
	g.Then(`^the call is refused with the error "([^"]+)"$`, (*Caller).callIsRefusedWith,
		"The API must have refused the latest call with this error in its challenge (RFC 9449 §7.1, RFC 6750 §3.1).",
		`Then the call is refused with the error "invalid_token"`)
	g.Then(`^the status is ([1-5](?:\d\d|xx)(?: or [1-5](?:\d\d|xx))*)$`, (*Caller).statusIs,
		"The latest answer must have this status, one of several, or one of a class.",
		"Then the status is 200 or 204")
	g.Then(`^the header "([^"]+)" (is|is not|contains|matches) "([^"]*)"$`, (*Caller).headerIs,
		"A header of the latest answer must have a value, contain a text or match a regular expression. Several lines are joined by commas (RFC 9110 §5.3).",
		`Then the header "Content-Type" contains "json"`)
	g.Then(`^the header "([^"]+)" (exists|is missing)$`, (*Caller).headerExists,
		"The latest answer must have a header, or must not.",
		`Then the header "Set-Cookie" is missing`)
	g.Then(`^the body (is|is not|contains|matches) "([^"]*)"$`, (*Caller).bodyIs,
		"The body of the latest answer must be a text, contain one or match a regular expression.",
		`Then the body contains "paint"`)
	g.Then(`^the body is empty$`, (*Caller).bodyIsEmpty,
		"The latest answer must have no body.",
		"Then the body is empty")
}

func (w *Caller) callIs(wanted string) error {
	e, err := w.latest()
	if err != nil {
		return err
	}
	answer, _ := world.APIEndpoint.Classify(e)
	if answer == world.Unclear {
		return world.Inconclusivef("the answer tells neither acceptance nor refusal: %s", w.callEnded())
	}
	holds := answer == world.Accepted
	if wanted == "refused" {
		holds = answer == world.Refused || answer == world.Challenged
	}
	return w.Expect(holds, "the call to be "+wanted, w.callEnded())
}

func (w *Caller) callIsRefusedWith(code string) error {
	e, err := w.latest()
	if err != nil {
		return err
	}
	if code, err = w.Interpolate(code); err != nil {
		return err
	}
	answer, got := world.APIEndpoint.Classify(e)
	return w.Expect((answer == world.Refused || answer == world.Challenged) && got == code, "the call to be refused with the error "+code, w.callEnded())
}

func (w *Caller) statusIs(wanted string) error {
	e, err := w.latest()
	if err != nil {
		return err
	}
	status := strconv.Itoa(e.Status)
	holds := slices.ContainsFunc(strings.Split(wanted, " or "), func(one string) bool {
		return one == status || strings.HasSuffix(one, "xx") && one[0] == status[0]
	})
	return w.Expect(holds, "status "+wanted, "status "+w.callEnded())
}

func (w *Caller) headerIs(name, relation, wanted string) error {
	e, err := w.latest()
	if err != nil {
		return err
	}
	lines := e.Answer.Values(name)
	if len(lines) == 0 && relation != "is not" {
		return w.Expect(false, fmt.Sprintf("the header %s", name), "no such header: "+w.callEnded())
	}
	return w.compare("the header "+name, relation, wanted, strings.Join(lines, ", "))
}

func (w *Caller) headerExists(name, relation string) error {
	e, err := w.latest()
	if err != nil {
		return err
	}
	lines := e.Answer.Values(name)
	actual := "no such header"
	if len(lines) > 0 {
		actual = fmt.Sprintf("%q", lines)
	}
	return w.Expect((len(lines) > 0) == (relation == "exists"), fmt.Sprintf("the header %s %s", name, relation), actual)
}

func (w *Caller) bodyIs(relation, wanted string) error {
	e, err := w.latest()
	if err != nil {
		return err
	}
	return w.compare("the body", relation, wanted, string(e.Reply))
}

func (w *Caller) bodyIsEmpty() error {
	e, err := w.latest()
	if err != nil {
		return err
	}
	return w.Expect(len(e.Reply) == 0, "an empty body", fmt.Sprintf("%d octets", len(e.Reply)))
}

// compare states that a text is, contains or matches what is wanted.
func (w *Caller) compare(what, relation, wanted, actual string) error {
	wanted, err := w.Interpolate(wanted)
	if err != nil {
		return err
	}
	var holds bool
	switch relation {
	case "is":
		holds = actual == wanted
	case "is not":
		holds = actual != wanted
	case "contains":
		holds = strings.Contains(actual, wanted)
	default:
		pattern, err := regexp.Compile(wanted)
		if err != nil {
			return fmt.Errorf("%q is no regular expression: %w", wanted, err)
		}
		holds = pattern.MatchString(actual)
	}
	return w.Expect(holds, fmt.Sprintf("that %s %s %q", what, relation, wanted), excerpt(actual))
}

// maxExcerpt bounds how much of an answer a message quotes, in octets.
const maxExcerpt = 200

// excerpt is the beginning of a text, quoted.
func excerpt(text string) string {
	return fmt.Sprintf("%q", mask.Head(text, maxExcerpt))
}

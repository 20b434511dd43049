package steps

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dpopspec/dpopspec/internal/mask"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.ForOwnAPIs()
		v.Then(`^the call is (accepted|refused)$`, (*World).callIs,
			"The API must have granted the latest call, or refused it with a client error (4xx).",
			"Then the call is accepted")
		v.Then(`^the call is refused with the error "([^"]+)"$`, (*World).callIsRefusedWith,
			"The API must have refused the latest call with this error in its challenge (RFC 9449 §7.1, RFC 6750 §3.1).",
			`Then the call is refused with the error "invalid_token"`)
		v.Then(`^the status is ([1-5](?:\d\d|xx)(?: or [1-5](?:\d\d|xx))*)$`, (*World).statusIs,
			"The latest answer must have this status, one of several, or one of a class.",
			"Then the status is 200 or 204")
		v.Then(`^the header "([^"]+)" (is|is not|contains|matches) "([^"]*)"$`, (*World).headerIs,
			"A header of the latest answer must have a value, contain a text or match a regular expression. Several lines are joined by commas (RFC 9110 §5.3).",
			`Then the header "Content-Type" contains "json"`)
		v.Then(`^the header "([^"]+)" (exists|is missing)$`, (*World).headerExists,
			"The latest answer must have a header, or must not.",
			`Then the header "Set-Cookie" is missing`)
		v.Then(`^the body (is|is not|contains|matches) "([^"]*)"$`, (*World).bodyIs,
			"The body of the latest answer must be a text, contain one or match a regular expression.",
			`Then the body contains "paint"`)
		v.Then(`^the body is empty$`, (*World).bodyIsEmpty,
			"The latest answer must have no body.",
			"Then the body is empty")
	})
}

func (w *World) callIs(wanted string) error {
	e, err := w.latest()
	if err != nil {
		return err
	}
	answer, _ := apiEndpoint.Classify(e)
	if answer == Unclear {
		return inconclusive("the answer tells neither acceptance nor refusal: %s", w.callEnded())
	}
	holds := answer == Accepted
	if wanted == "refused" {
		holds = answer == Refused || answer == Challenged
	}
	return w.Expect(holds, "the call to be "+wanted, w.callEnded())
}

func (w *World) callIsRefusedWith(code string) error {
	e, err := w.latest()
	if err != nil {
		return err
	}
	if code, err = w.Interpolate(code); err != nil {
		return err
	}
	answer, got := apiEndpoint.Classify(e)
	return w.Expect((answer == Refused || answer == Challenged) && got == code, "the call to be refused with the error "+code, w.callEnded())
}

func (w *World) statusIs(wanted string) error {
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

func (w *World) headerIs(name, relation, wanted string) error {
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

func (w *World) headerExists(name, relation string) error {
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

func (w *World) bodyIs(relation, wanted string) error {
	e, err := w.latest()
	if err != nil {
		return err
	}
	return w.compare("the body", relation, wanted, string(e.Reply))
}

func (w *World) bodyIsEmpty() error {
	e, err := w.latest()
	if err != nil {
		return err
	}
	return w.Expect(len(e.Reply) == 0, "an empty body", fmt.Sprintf("%d octets", len(e.Reply)))
}

// compare states that a text is, contains or matches what is wanted.
func (w *World) compare(what, relation, wanted, actual string) error {
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

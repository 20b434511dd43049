package world

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// Endpoint is one that takes proofs: where a scenario tagged @at: sends its
// requests. The zero Endpoint is none.
type Endpoint struct {
	// Name is what stands behind @at:.
	Name string
	// Title is what it is called in a sentence, without an article.
	Title string
	// Role is the party whose endpoint it is.
	Role target.Role
	// Resource tells an endpoint that answers as a resource server (RFC 9449
	// §7) from one that answers as a token endpoint (§5).
	Resource bool
	// Grants is the member of an answer by which something is granted. An API
	// grants by any success.
	Grants string
	// Signed says that the answer may be a JWT in place of that object.
	Signed bool

	usage usage
}

// Classify tells what an exchange with an endpoint means, and the error code
// that the server gave.
func (p Endpoint) Classify(e *wire.Exchange) (Answer, string) {
	code := p.ErrorCode(e)
	switch {
	case e.Status >= 500:
		return Broken, code
	case e.Status == 429 || e.Status == 0 || e.Status/100 == 3 || e.Status/100 == 1:
		return Unclear, code
	case code == dpop.UseNonce && e.Status/100 == 4:
		return Challenged, code
	case code == dpop.UseNonce && SaysError(e):
		return Unclear, code
	case p.Resource && e.Status == 400 && code == "" && credentialErrors[Endpoint{}.ErrorCode(e)]:
		return Unclear, code
	case e.Status/100 == 4 || SaysError(e):
		return Refused, code
	case p.Resource:
		return p.serves(e), code
	}
	if body, err := dpop.ParseObject(e.Reply); err == nil && p.Grants != "" && body.Has(p.Grants) {
		return Accepted, code
	}
	return Unclear, code
}

// serves tells whether a success of a resource server is one; one that needs no
// body has none.
func (p Endpoint) serves(e *wire.Exchange) Answer {
	if e.Method == http.MethodHead || e.Method == http.MethodOptions || p.Grants == "" {
		return Accepted
	}
	if _, other := e.Fact(otherSubject); !other && saysSubject(e, p.Signed) {
		return Accepted
	}
	return Unclear
}

// saysError reports whether an object has an error, as text or as an object.
func saysError(body dpop.Object) bool {
	if text, err := body.Text("error"); err == nil {
		return text != ""
	}
	value, _ := body.Get("error")
	_, err := dpop.ParseObject(value)
	return err == nil
}

// ErrorCode returns the error of an answer: the error member of a token error
// (RFC 6749 §5.2), or the error parameter of a challenge (RFC 9449 §7.1).
func (p Endpoint) ErrorCode(e *wire.Exchange) string {
	if !p.Resource {
		body, err := dpop.ParseObject(e.Reply)
		if err != nil {
			return ""
		}
		code, _ := body.Text("error")
		return code
	}
	_, code := errorChallenge(e)
	return code
}

// SaysError reports whether an answer has a status of success and says in its body
// that it is none, or lacks what the configuration knows one by: a gateway that answers
// 200 to everything grants nothing.
func SaysError(e *wire.Exchange) bool {
	if e.Status/100 != 2 {
		return false
	}
	if falselySucceeds(e) {
		return true
	}
	body, err := dpop.ParseObject(e.Reply)
	if err != nil {
		return false
	}
	status, err := body.Text("status")
	return saysError(body) || err == nil && strings.EqualFold(status, "error")
}

// ErrorOf returns the error code of an answer, be it that of a token endpoint or
// of a resource server; empty if it has none.
func ErrorOf(e *wire.Exchange) string {
	if _, code := errorChallenge(e); code != "" {
		return code
	}
	return Endpoint{}.ErrorCode(e)
}

// errorChallenge returns the challenge that carries an error, and that error.
func errorChallenge(e *wire.Exchange) (dpop.Challenge, string) {
	challenges, _ := dpop.ParseChallenges(e.Answer.Values("WWW-Authenticate"))
	for _, scheme := range []string{dpop.Scheme, "Bearer"} {
		if c, found := dpop.FindChallenge(challenges, scheme); found {
			if code, found := c.Get("error"); found {
				return c, code
			}
		}
	}
	return dpop.Challenge{}, ""
}

// Describe says in one line how an exchange ended.
func (p Endpoint) Describe(e *wire.Exchange, err error) string {
	if e == nil || e.Status == 0 {
		return fmt.Sprintf("no answer: %v", err)
	}
	answer, code := p.Classify(e)
	text := fmt.Sprintf("%d, %s", e.Status, answer)
	if code != "" {
		text += ", error " + wire.Brief(code)
	}
	if check, ok := e.Fact("refused-by"); ok {
		text += ", by the check " + check
	}
	for _, missing := range []string{unmet, otherSubject} {
		if lacks, found := e.Fact(missing); found {
			text += ", without " + lacks
		}
	}
	if p.Grants == subject && e.Status/100 == 2 && answer == Unclear && !saysSubject(e, p.Signed) {
		text += ", without sub, which every answer of userinfo has (OpenID Connect Core 1.0 §5.3.2)"
	}
	return strings.TrimSuffix(text, ", ")
}

// Explain is Describe with what the server itself said of an error, for a person
// who has to find out why what is sound was refused.
func (p Endpoint) Explain(e *wire.Exchange, err error) string {
	text := p.Describe(e, err)
	if e == nil {
		return text
	}
	if said := p.description(e); said != "" {
		text += fmt.Sprintf(" (%q)", wire.Brief(said))
	}
	return text
}

// description returns error_description beside the error of an answer.
func (p Endpoint) description(e *wire.Exchange) string {
	if !p.Resource {
		body, _ := dpop.ParseObject(e.Reply)
		text, _ := body.Text("error_description")
		return text
	}
	c, _ := errorChallenge(e)
	text, _ := c.Get("error_description")
	return text
}

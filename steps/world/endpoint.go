package world

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// Endpoint is one that takes proofs: where a scenario tagged @at: sends its
// requests. The zero Endpoint is none.
type Endpoint struct {
	// Name is what stands behind @at:.
	Name string
	// Role is the party whose endpoint it is.
	Role target.Role
	// Resource tells an endpoint that answers as a resource server (RFC 9449
	// §7) from one that answers as a token endpoint (§5).
	Resource bool
	// Grants is the member of an answer by which something is granted. A
	// resource server grants by any success.
	Grants string

	Usage usage
}

// Answer is what a server made of a request, whatever the words it used.
type Answer int

// The kinds of answers.
const (
	Unclear    Answer = iota // neither granted nor refused: a redirect, 429, no answer
	Accepted                 // granted what was asked for
	Refused                  // a client error: nothing granted
	Challenged               // asked for a nonce (RFC 9449 §8, §9)
	Broken                   // a server error
)

// String names the answer in a report.
func (a Answer) String() string {
	return [...]string{"unclear", "accepted", "refused", "challenged for a nonce", "server error"}[a]
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
	case e.Status/100 == 4:
		return Refused, code
	case p.Resource:
		return Accepted, code
	}
	if body, err := dpop.ParseObject(e.Reply); err == nil && p.Grants != "" && body.Has(p.Grants) {
		return Accepted, code
	}
	return Unclear, code
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
	_, code := p.errorChallenge(e)
	return code
}

// errorChallenge returns the challenge that carries an error, and that error.
func (p Endpoint) errorChallenge(e *wire.Exchange) (dpop.Challenge, string) {
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

// Explain is describe with what the server itself said of an error, for a person
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
	c, _ := p.errorChallenge(e)
	text, _ := c.Get("error_description")
	return text
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
	return strings.TrimSuffix(text, ", ")
}

// usable returns an error for an endpoint of which nobody has said how it is
// used: its cases would test another in its place.
func (p Endpoint) usable() error {
	if p.Usage == nil || p.Role == "" {
		return fmt.Errorf("nobody has said how the endpoint %q is used: give it a role and a usage", p.Name)
	}
	return nil
}

// usage is how an endpoint is used. Each has its own; there is no default.
type usage interface {
	// probe makes a request that would succeed with an honest proof by the key
	// of the given thumbprint.
	Probe(w *World, thumbprint string) (*Probe, error)
	// another makes a request to another URI of the same server that would
	// succeed likewise, and tells which endpoint answers there.
	another(w *World, thumbprint string) (*Probe, Endpoint, error)
	// sibling is the URL of another endpoint of the same server.
	Sibling(w *World, probe *Probe) (string, error)
	// token gets a further access token that is bound to the key of the given
	// thumbprint.
	Token(w *World, thumbprint string) (string, error)
	// holder is the client of its requests, and the grant that it needs for each.
	Holder(w *World) (target.RegisteredClient, string, error)
	// address is where the metadata of an authorization server say that it is.
	Address(m target.Metadata) string
	// path is where the embedded authorization server has it.
	Path() string
}

// At returns the endpoint that the scenario is run at.
func (w *World) At() (Endpoint, error) {
	if w.Endpoint.Name == "" {
		return Endpoint{}, fmt.Errorf("this step needs an endpoint; tag the scenario with @at: and one of %v", features.Endpoints)
	}
	return w.Endpoint, w.Endpoint.usable()
}

// AtAPI reports whether the scenario is run at an API, and not at an endpoint
// of the authorization server.
func (w *World) AtAPI() bool { return w.Endpoint.Role == target.ResourceServer }

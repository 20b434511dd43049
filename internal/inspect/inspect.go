// Package inspect decodes and judges what people paste: a proof, an access
// token, a challenge, or a whole HTTP request as curl -v prints it.
package inspect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// Context is what is known of the request that a proof came with. What is left
// empty is not judged.
type Context struct {
	Method string
	URL    string
	Token  string // access token
	Now    time.Time
}

// Kind is what a text was taken for.
type Kind string

// The kinds of texts.
const (
	Proof     Kind = "DPoP proof"
	Token     Kind = "JWT"
	Challenge Kind = "challenge"
	Request   Kind = "HTTP request"
)

// Result is what was found out about a text.
type Result struct {
	Kind       Kind
	Sections   []Section // decoded parts, in order
	Thumbprint string
	Findings   []dpop.Finding
	Notes      []string
}

// Section is a decoded part of a text.
type Section struct{ Title, Text string }

// Broken reports whether a finding speaks against the text.
func (r *Result) Broken() bool {
	for _, f := range r.Findings {
		if f.Problem != "" {
			return true
		}
	}
	return false
}

// Text finds out what a text is, decodes and judges it.
func Text(text string, c Context) (*Result, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return nil, errors.New("there is nothing to inspect; give a proof, a token, a challenge or an HTTP request")
	case looksLikeRequest(text):
		return request(text, c)
	case challengeText(text) != "":
		return challenge(challengeText(text))
	}
	if name, value, found := strings.Cut(text, ":"); found && strings.EqualFold(strings.TrimSpace(name), "DPoP") {
		text = strings.TrimSpace(value)
	}
	return compact(text, c)
}

func challengeText(text string) string {
	if name, value, found := strings.Cut(text, ":"); found && strings.EqualFold(strings.TrimSpace(name), "WWW-Authenticate") {
		return strings.TrimSpace(value)
	}
	for _, scheme := range []string{"dpop ", "bearer "} {
		if len(text) > len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) && strings.Contains(text, "=") && strings.Count(text, ".") < 2 {
			return text
		}
	}
	return ""
}

func challenge(text string) (*Result, error) {
	r := &Result{Kind: Challenge}
	challenges, err := dpop.ParseChallenges(strings.Split(text, "\n"))
	for _, c := range challenges {
		var b strings.Builder
		for _, p := range c.Parameters {
			fmt.Fprintf(&b, "%s = %s\n", p.Name, p.Value)
		}
		r.Sections = append(r.Sections, Section{c.Scheme, strings.TrimSuffix(b.String()+c.Token68, "\n")})
	}
	grammar := dpop.Finding{Check: "grammar", Requirements: []string{"RFC9449-7.1-06"}}
	if err != nil {
		grammar.Problem = err.Error()
	}
	r.Findings = append(r.Findings, grammar)
	if c, found := dpop.FindChallenge(challenges, dpop.Scheme); found {
		algs := dpop.Finding{Check: "algs", Requirements: []string{"RFC9449-7.1-12"}}
		if value, found := c.Get("algs"); !found || value == "" {
			algs.Problem = "the DPoP challenge has no algs"
		}
		r.Findings = append(r.Findings, algs)
	}
	return r, nil
}

// compact judges a compact JWS: a proof if its typ says so or nothing else is
// known of it, else any JWT.
func compact(text string, c Context) (*Result, error) {
	head, payload, _, err := dpop.SplitCompact(text, dpop.DecodeSegment)
	if err != nil && strings.Count(text, ".") != 2 {
		return nil, fmt.Errorf("neither a compact JWS nor a challenge nor an HTTP request: %w", err)
	}
	if err == nil {
		if header, bad := dpop.ParseObject(head); bad == nil {
			if typ, _ := header.Text("typ"); typ != dpop.ProofType && !header.Has("jwk") {
				return token(head, payload), nil
			}
		}
	}
	return proof([]string{text}, c), nil
}

func token(head, payload []byte) *Result {
	r := &Result{Kind: Token, Sections: []Section{{"header", indented(head)}, {"claims", indented(payload)}}}
	claims, err := dpop.ParseObject(payload)
	if err != nil {
		r.Notes = append(r.Notes, "the claims: "+err.Error())
		return r
	}
	cnf, found := claims.Get("cnf")
	if !found {
		r.Notes = append(r.Notes, "no cnf: the token is not bound to a key")
		return r
	}
	binding := dpop.Finding{Check: "cnf.jkt", Requirements: []string{"RFC9449-6.1-01"}}
	object, err := dpop.ParseObject(cnf)
	if err == nil {
		r.Thumbprint, err = object.Text("jkt")
	}
	if err == nil && !dpop.Thumbprint43(r.Thumbprint) {
		err = errors.New("jkt is not a SHA-256 thumbprint in base64url (43 characters)")
	}
	if err != nil {
		binding.Problem = "cnf: " + err.Error()
	}
	r.Findings = append(r.Findings, binding)
	return r
}

func proof(lines []string, c Context) *Result {
	if c.Now.IsZero() {
		c.Now = time.Now()
	}
	verifier := dpop.NewVerifier(func() time.Time { return c.Now })
	verifier.Algorithms = dpop.AlgorithmNames()
	request := dpop.Request{Method: c.Method, TargetURI: c.URL, Fields: lines, AccessToken: c.Token}
	omit := []string{"replay", "nonce"}
	if c.Method == "" {
		omit = append(omit, "htm")
	}
	if c.URL == "" {
		omit = append(omit, "htu")
	}
	if c.Token == "" {
		omit = append(omit, "ath", "binding")
	} else if request.Bound = boundTo(c.Token); request.Bound == "" {
		omit = append(omit, "binding") // an opaque token does not say
	}
	p, findings := verifier.Examine(request, omit...)
	r := &Result{Kind: Proof, Thumbprint: p.Thumbprint, Findings: findings}
	if head, payload, _, err := dpop.SplitCompact(p.Text, dpop.DecodeSegment); err == nil {
		r.Sections = []Section{{"header", indented(head)}, {"claims", indented(payload)}}
	}
	return r
}

// boundTo returns the thumbprint that a JWT access token is bound to.
func boundTo(token string) string {
	_, payload, _, err := dpop.SplitCompact(token, dpop.DecodeSegment)
	if err != nil {
		return ""
	}
	claims, err := dpop.ParseObject(payload)
	if err != nil {
		return ""
	}
	value, _ := claims.Get("cnf")
	cnf, err := dpop.ParseObject(value)
	if err != nil {
		return ""
	}
	jkt, _ := cnf.Text("jkt")
	return jkt
}

func indented(data []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, data, "", "  ") != nil {
		return string(data)
	}
	return b.String()
}

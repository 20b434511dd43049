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

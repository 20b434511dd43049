package inspect

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/pasted"
)

// request judges the proof and the token of a request together. What the caller
// says of the request wins over what stands in the text.
func request(item pasted.Item, c Context) (*Result, error) {
	r := &Result{Kind: Request}
	if c.Method == "" {
		c.Method = item.Method
	}
	lines := item.Fields.Values("DPoP")
	if c.URL == "" {
		c.URL = item.URL
		if item.Scheme == "" {
			c.URL = r.withSchemeOf(lines, c.URL)
		}
	}
	if c.Now.IsZero() && !item.At.IsZero() {
		c.Now = item.At
		r.note("judged as of %s, when it was sent", item.At.UTC().Format("2006-01-02 15:04:05 MST"))
	}
	credentials := r.credentials(item.Fields.Values("Authorization"))
	if c.Token == "" && credentials.Is(dpop.Scheme) {
		c.Token = credentials.Token
	}
	if title := strings.TrimSpace(item.Method + " " + item.Target); title != "" {
		r.section("request", title)
	}
	switch {
	case len(lines) == 0 && item.Partial:
	case len(lines) > 0, credentials.Is(dpop.Scheme):
		r.take(proof(lines, c), "proof ")
	case credentials.Scheme == "":
		if len(item.Notes) == 0 {
			return nil, errors.New("the HTTP request has neither a DPoP nor an Authorization field")
		}
		return r, nil
	}
	r.bearer(credentials)
	if credentials.Token != "" {
		r.carried(credentials.Token)
	}
	return r, nil
}

// withSchemeOf takes the scheme of a URL from htu where nothing else tells it.
func (r *Result) withSchemeOf(proofs []string, url string) string {
	if len(proofs) != 1 || url == "" {
		return url
	}
	_, payload, _, err := dpop.SplitCompact(proofs[0], dpop.DecodeSegment)
	if err != nil {
		return url
	}
	claims, _ := dpop.ParseMembers(payload)
	htu, _ := claims.Text("htu")
	if len(htu) > 7 && strings.EqualFold(htu[:7], "http://") {
		r.note("the text does not say whether the request went by http or https; http is taken from htu " +
			"(--url says it)")
		return "http" + strings.TrimPrefix(url, "https")
	}
	return url
}

// credentials reads the Authorization field of a request.
func (r *Result) credentials(lines []string) dpop.Credentials {
	if len(lines) == 0 {
		return dpop.Credentials{}
	}
	if len(lines) > 1 {
		problem := fmt.Sprintf("%d Authorization field lines where one is allowed", len(lines))
		r.find("credentials", problem, "RFC9449-7.1-01")
	}
	credentials, err := dpop.ParseCredentials(lines[0])
	if err != nil && (credentials.Is(dpop.Scheme) || credentials.Is("Bearer")) {
		r.find("credentials", err.Error(), "RFC9449-7.1-01")
		credentials.Token = ""
	}
	return credentials
}

// bearer judges a token that came with the Bearer scheme.
func (r *Result) bearer(c dpop.Credentials) {
	if !c.Is("Bearer") {
		return
	}
	if boundTo(c.Token) != "" {
		r.find("scheme", "a bound access token was sent with the Bearer scheme", "RFC9449-7-01")
		return
	}
	r.note("the token is sent with the Bearer scheme; a bound token needs DPoP (RFC 9449 §7.1)")
}

// carried decodes the access token of a request.
func (r *Result) carried(text string) {
	head, payload, _, err := dpop.SplitCompact(text, dpop.DecodeSegment)
	if err != nil {
		return // opaque, or encrypted: nothing to show
	}
	if _, err := dpop.ParseObject(head); err != nil {
		return
	}
	t := token(head, payload)
	if r.Thumbprint != "" {
		t.Thumbprint = "" // that of the proof was told
	}
	r.take(t, "access token ")
}

// take adds what was found out about a part.
func (r *Result) take(part *Result, title string) {
	for _, s := range part.Sections {
		r.Sections = append(r.Sections, Section{title + s.Title, s.Text})
	}
	if part.Thumbprint != "" {
		r.Thumbprint = part.Thumbprint
	}
	r.Findings = append(r.Findings, part.Findings...)
	r.Notes = append(r.Notes, part.Notes...)
}

// answer judges what a server answered: its challenges, its nonce, the token in it.
func answer(item pasted.Item, c Context) *Result {
	r := &Result{Kind: Answer}
	if item.Status != "" {
		r.section("status", item.Status)
	}
	asked := false
	if lines := item.Fields.Values("WWW-Authenticate"); len(lines) > 0 {
		for _, c := range r.challenged(lines) {
			code, _ := c.Get("error")
			asked = asked || c.Is(dpop.Scheme) && code == dpop.UseNonce
		}
	} else if strings.HasPrefix(item.Status, "401") {
		r.note("a 401 without WWW-Authenticate (RFC 9110 §15.5.2)")
	}
	if strings.HasPrefix(item.Body, "{") {
		if part, err := document(item.Body, c); err == nil {
			r.take(part, "body ")
		}
		if body, err := dpop.ParseMembers([]byte(item.Body)); err == nil {
			code, _ := body.Text("error")
			asked = asked || code == dpop.UseNonce
		}
	}
	r.nonces(item.Fields.Values("DPoP-Nonce"), asked)
	return r
}

// nonces judges the DPoP-Nonce field lines of an answer.
func (r *Result) nonces(lines []string, asked bool) {
	if len(lines) > 1 {
		r.find("nonce", fmt.Sprintf("%d DPoP-Nonce field lines where one is allowed", len(lines)), "RFC9449-8-02")
		return
	}
	if len(lines) == 0 {
		if asked {
			r.find("nonce", "use_dpop_nonce without a DPoP-Nonce field", "RFC9449-8-01")
		}
		return
	}
	problem := ""
	if !dpop.ValidNonce(lines[0]) {
		problem = "the nonce is empty or has a character that is none of a nonce (RFC 9449 §8.1)"
	}
	r.section("DPoP-Nonce", lines[0])
	r.find("nonce", problem, "RFC9449-8.1-01")
}

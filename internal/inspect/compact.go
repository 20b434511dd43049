package inspect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/mask"
)

// isProof reports whether a compact JWS is a proof, or meant to be one: its typ says
// so, or it has the claims and the key of a proof.
func isProof(text string) bool {
	head, payload, err := decoded(text)
	if err != nil {
		return false
	}
	header, err := dpop.ParseMembers(head)
	if err != nil {
		return false
	}
	typ, _ := header.Text("typ")
	claims, _ := dpop.ParseMembers(payload)
	return strings.EqualFold(typ, dpop.ProofType) || claims.Has("htm") && claims.Has("htu") ||
		header.Has("jwk") && !header.Has("typ")
}

// decoded returns header and payload of a compact JWS, whatever its signature is.
func decoded(text string) (head, payload []byte, err error) {
	segments := strings.SplitN(text, ".", 4)
	if len(segments) != 3 {
		return nil, nil, errors.New("not three segments (RFC 7515 §7.1)")
	}
	if head, err = dpop.DecodeSegment(segments[0]); err == nil {
		payload, err = dpop.DecodeSegment(segments[1])
	}
	return head, payload, err
}

// compact judges a compact JWS: a proof if it can be taken for one or nothing is
// known of it, else any JWT.
func compact(text string, c Context) *Result {
	head, payload, err := decoded(text)
	if err == nil && !isProof(text) {
		if _, bad := dpop.ParseObject(head); bad == nil {
			r := token(head, payload)
			if _, _, _, err := dpop.SplitCompact(text, dpop.DecodeSegment); err != nil {
				r.note("the token is not signed as it stands here: %v", err)
			}
			return r
		}
	}
	return proof([]string{text}, c)
}

func token(head, payload []byte) *Result {
	r := &Result{Kind: Token}
	r.section("header", indented(head))
	r.section("claims", indented(payload))
	claims, err := dpop.ParseObject(payload)
	if err != nil {
		r.note("the claims: %v", err)
		return r
	}
	r.binding(claims)
	return r
}

// binding judges what the claims of a token, or an answer of introspection, say of
// the key that it is bound to.
func (r *Result) binding(claims dpop.Object) {
	value, found := claims.Get("cnf")
	if !found {
		r.note("no cnf: the token is not bound to a key")
		return
	}
	cnf, err := dpop.ParseObject(value)
	if err != nil {
		r.find("cnf", "cnf: "+err.Error(), "RFC9449-6.1-01")
		return
	}
	r.confirmation(cnf)
}

// confirmation judges the members of cnf. A token may be bound by another method
// than a thumbprint (RFC 7800 §3.1); that is no fault.
func (r *Result) confirmation(cnf dpop.Object) {
	if cnf.Has("x5t#S256") {
		r.note("bound to the certificate of the client (x5t#S256, RFC 8705 §3.1)")
	}
	if value, found := cnf.Get("jwk"); found {
		key, err := publicKey(value)
		if err != nil {
			r.find("cnf.jwk", "cnf.jwk: "+err.Error())
		} else {
			r.note("bound to the key in cnf.jwk (RFC 7800 §3.2), whose thumbprint is %s", key.Thumbprint)
		}
	}
	if !cnf.Has("jkt") {
		if len(cnf) == 0 {
			r.note("cnf is empty: the token is not bound to a key")
		} else if !cnf.Has("x5t#S256") && !cnf.Has("jwk") {
			r.note("cnf has no jkt: the token is bound by another method, %q, and not to the key of a proof",
				cnf[0].Name)
		}
		return
	}
	jkt, err := cnf.Text("jkt")
	if err == nil && !dpop.Thumbprint43(jkt) {
		err = errors.New("jkt is not a SHA-256 thumbprint in base64url (43 characters)")
	}
	if err != nil {
		r.find("cnf.jkt", "cnf: "+err.Error(), "RFC9449-6.1-01")
		return
	}
	r.Thumbprint = jkt
	r.find("cnf.jkt", "", "RFC9449-6.1-01")
}

// encrypted says what a JWE is: nobody but who has its key can read it.
func encrypted(text string) (*Result, error) {
	head, _, _ := strings.Cut(text, ".")
	data, err := dpop.DecodeSegment(head)
	if err != nil {
		return nil, unknown(text)
	}
	header, err := dpop.ParseObject(data)
	if err != nil || !header.Has("enc") {
		return nil, errors.New("five segments, as a JWE has, but its header has no enc (RFC 7516 §4.1.2)")
	}
	r := &Result{Kind: Encrypted}
	r.section("header", indented(data))
	r.note("this is encrypted (JWE, RFC 7516): who has no key for it cannot tell what it holds or is bound to; " +
		"a proof is never encrypted")
	return r, nil
}

// unasked says why a check of a proof was left out.
var unasked = map[string]string{
	"replay":  "not asked: only a server that saw all proofs can tell",
	"nonce":   "not asked: only the server knows its nonces",
	"htm":     "not asked: the method of the request is not known (--method)",
	"htu":     "not asked: the URL of the request is not known (--url)",
	"ath":     "not asked: the access token is not known (--token)",
	"binding": "not asked: the access token is not known (--token)",
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
	opaque := false
	if c.Token == "" {
		omit = append(omit, "ath", "binding")
	} else if request.Bound = boundTo(c.Token); request.Bound == "" {
		opaque = true
		omit = append(omit, "binding")
	}
	p, findings := verifier.Examine(request, omit...)
	for i, f := range findings {
		if f.Skipped != "" && slices.Contains(omit, f.Check) {
			findings[i].Skipped = unasked[f.Check]
			if f.Check == "binding" && opaque {
				findings[i].Skipped = "not asked: the access token does not say which key it is bound to"
			}
		}
	}
	r := &Result{Kind: Proof, Thumbprint: p.Thumbprint, Findings: findings}
	if head, payload, _, err := dpop.SplitCompact(p.Text, dpop.DecodeSegment); err == nil {
		r.section("header", indented(head))
		r.section("claims", indented(payload))
	}
	htu, err := p.Claims.Text("htu")
	if err == nil && strings.ContainsAny(htu, "?#") {
		r.find("htu-query", "htu has a query or a fragment: "+short(htu), "RFC9449-4.2-10")
	}
	return r
}

// short is the head of a text that a finding quotes.
func short(text string) string { return mask.Head(text, 200) }

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

func publicKey(data []byte) (*dpop.PublicKey, error) {
	object, err := dpop.ParseObject(data)
	if err != nil {
		return nil, err
	}
	return dpop.ParsePublicKey(object)
}

func indented(data []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, data, "", "  ") != nil {
		return fmt.Sprintf("%q", data)
	}
	return b.String()
}

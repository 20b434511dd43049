package mutants

import (
	"errors"
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
)

// oneKeyForAll binds each login to the key that the client began with.
func oneKeyForAll(p *client.Policy) {
	p.LoginKey = func(_ bool, current *dpop.Key) (*dpop.Key, error) { return current, nil }
}

// freshKeys makes a key for each proof.
func freshKeys(p *client.Policy) {
	p.Key = func(r client.KeyRequest) *dpop.Key {
		key, err := dpop.GenerateKey("ES256")
		if err != nil {
			return r.Key
		}
		return key
	}
}

// namesWebID reports whether a text is an ID token of the scope webid.
func namesWebID(text string) bool {
	_, payload, _, err := dpop.SplitCompact(text, dpop.DecodeSegment)
	if err != nil {
		return false
	}
	claims, err := dpop.ParseObject(payload)
	return err == nil && claims.Has("webid")
}

// clientProfileBugs are bugs of a client under one profile alone.
var clientProfileBugs = []row{
	{id: "CL-200", variant: "singpass", does: "uses one key for all logins", breaks: ids{"SINGPASS-03"},
		profile: "singpass", change: inClient(oneKeyForAll)},
	{id: "CL-200", variant: "atproto", does: "uses one key for all logins", breaks: ids{"ATPROTO-10"},
		profile: "atproto", change: inClient(oneKeyForAll)},
	{id: "CL-201", does: "makes a new key for each proof", breaks: ids{"SINGPASS-02"}, profile: "singpass",
		change: inClient(freshKeys)},
	{id: "CL-202", does: "sends no proof to the token endpoint once it has a session", breaks: ids{"HELSEID-02"},
		profile: "helseid", change: inClient(func(p *client.Policy) {
			begun := false
			p.NeedsProof = func(d client.Destination) bool {
				first := !begun
				begun = begun || d.Purpose == client.ForToken
				return d.Purpose != client.ForToken || first
			}
		})},
	{id: "CL-203", does: "names its key by kid beside jwk", breaks: ids{"HELSEID-03"}, profile: "helseid",
		change: redraft(func(r client.ProofRequest, d *dpop.Draft) { d.Header.Set("kid", r.Key.Thumbprint) })},
	{id: "CL-204", does: "takes a 400 of an API for the end", breaks: ids{"ATPROTO-12"}, profile: "atproto",
		change: demands(func(a *client.Answer, honest bool) bool {
			return honest && (a.Purpose.AtServer() || a.Status == http.StatusUnauthorized)
		})},
	{id: "CL-205", variant: "bearer", does: "sends its ID token as Bearer", breaks: ids{"SOLID-04"}, profile: "solid",
		change: inClient(func(p *client.Policy) {
			honest := p.Present
			p.Present = func(r *http.Request, c client.Credentials) {
				if namesWebID(c.Token) {
					c.Scheme, c.Proof = "Bearer", ""
				}
				honest(r, c)
			}
		})},
	{id: "CL-205", variant: "access-token", does: "sends the access token where the ID token is wanted",
		breaks: ids{"SOLID-04"}, profile: "solid", change: inClient(func(p *client.Policy) {
			p.Presented = func(_ bool, t client.Token) string { return t.AccessToken }
		})},
	{id: "CL-205", variant: "ath", does: "proves another token than the ID token", breaks: ids{"SOLID-04"},
		profile: "solid", change: redraft(func(r client.ProofRequest, d *dpop.Draft) {
			if namesWebID(r.AccessToken) {
				d.Claims.Set("ath", dpop.TokenHash(strings.ToUpper(r.AccessToken)))
			}
		})},
	{id: "CL-206", does: "signs with anything but ES256", breaks: ids{"HAIP-4-02"}, profile: "haip",
		change: inClient(func(p *client.Policy) {
			p.Algorithm = func(*dpop.Key, []string) (string, error) {
				return "", errors.New("no algorithm in common with the server")
			}
		})},
}

package mutants

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockrs"
)

// takenIf leaves the judgement of proofs out where a condition holds.
func takenIf(holds func(*mockrs.API, *http.Request, *mockrs.Token) bool) inAPI {
	return func(c *mockrs.Config) {
		honest := c.Policy.Proven
		c.Policy.Proven = func(
			a *mockrs.API, r *http.Request, presented dpop.Credentials, t *mockrs.Token,
		) *mockrs.Failure {
			if holds(a, r, t) {
				return nil
			}
			return honest(a, r, presented, t)
		}
	}
}

func identifies(t *mockrs.Token) bool { return t.Claims.Has("webid") }

// badProofStatus answers bad proofs with another status.
func badProofStatus(status int) inAPI {
	return func(c *mockrs.Config) {
		honest := c.Policy.Status
		c.Policy.Status = func(f *mockrs.Failure) int {
			if f.Code == dpop.InvalidProof {
				return status
			}
			return honest(f)
		}
	}
}

// withoutNonce takes DPoP-Nonce off an answer, however its name is spelled.
func withoutNonce(h http.Header) {
	for name := range h {
		if strings.EqualFold(name, "DPoP-Nonce") {
			delete(h, name)
		}
	}
}

// apiProfileBugs are bugs of an API under one profile alone.
var apiProfileBugs = []row{
	{id: "RS-200", variant: "status", does: "answers bad proofs with 401", breaks: ids{"CAMARA-02"}, profile: "camara",
		at: atAPI, change: badProofStatus(http.StatusUnauthorized)},
	{id: "RS-200", variant: "code", does: "calls a bad proof an invalid token", breaks: ids{"CAMARA-02"},
		profile: "camara", at: atAPI, change: inAPI(func(c *mockrs.Config) {
			honest := c.Policy.Proven
			c.Policy.Proven = func(
				a *mockrs.API, r *http.Request, presented dpop.Credentials, t *mockrs.Token,
			) *mockrs.Failure {
				failure := honest(a, r, presented, t)
				if failure != nil && failure.Code == dpop.InvalidProof {
					failure.Code = dpop.InvalidToken
				}
				return failure
			}
		})},
	{id: "RS-201", does: "forgets a jti when the time of its proof is over", breaks: ids{"CAMARA-03"},
		profile: "camara", at: atAPI, change: inVerifier(func(v *dpop.Verifier) {
			v.Replays = dpop.NewReplayMemory(v.Clock)
		})},
	{id: "RS-202", does: "takes proofs of ten minutes", breaks: ids{"CAMARA-01"}, profile: "camara", at: atAPI,
		change: window(10*time.Minute, 10*time.Minute)},
	{id: "RS-203", does: "takes proofs of ten minutes", breaks: ids{"MCP1932-01"}, profile: "mcp", at: atAPI,
		change: window(10*time.Minute, 10*time.Minute)},
	{id: "RS-204", does: "answers bad proofs with 400", breaks: ids{"MCP1932-02"}, profile: "mcp", at: atAPI,
		change: badProofStatus(http.StatusBadRequest)},
	{id: "RS-205", does: "takes a proof twice", breaks: ids{"RFC9449-11.1-02"}, profile: "okta", at: atAPI,
		change: removing("replay")},
	{id: "RS-206", variant: "successes", does: "hands out nonces with refusals alone", breaks: ids{"ATPROTO-11"},
		profile: "atproto", at: atAPI, change: gate{answer: func(status int, h http.Header) {
			if status < 400 {
				withoutNonce(h)
			}
		}}},
	{id: "RS-206", variant: "bad-proofs", does: "hands out no nonce with invalid_dpop_proof", breaks: ids{"ATPROTO-11"},
		profile: "atproto", at: atAPI, change: gate{answer: func(status int, h http.Header) {
			if strings.Contains(strings.Join(wire.FieldsOf(h).Values("WWW-Authenticate"), ","), dpop.InvalidProof) {
				withoutNonce(h)
			}
		}}},
	{id: "RS-207", variant: "no-proof", does: "takes an ID token without a proof", breaks: ids{"SOLID-03"},
		profile: "solid", at: atAPI,
		change: takenIf(func(a *mockrs.API, r *http.Request, t *mockrs.Token) bool {
			return identifies(t) && len(a.Policy.Fields(r)) == 0
		})},
	{id: "RS-207", variant: "any-key", does: "takes an ID token with a proof by any key", breaks: ids{"SOLID-03"},
		profile: "solid", at: atAPI,
		change: takenIf(func(a *mockrs.API, r *http.Request, t *mockrs.Token) bool {
			return identifies(t) && len(a.Policy.Fields(r)) == 1
		})},
	{id: "RS-207", variant: "bearer", does: "takes an ID token as Bearer", breaks: ids{"SOLID-03"},
		profile: "solid", at: atAPI, change: inAPI(func(c *mockrs.Config) {
			honest := c.Policy.Unproven
			c.Policy.Unproven = func(
				a *mockrs.API, r *http.Request, presented dpop.Credentials, t *mockrs.Token,
			) *mockrs.Failure {
				if identifies(t) {
					return nil
				}
				return honest(a, r, presented, t)
			}
		})},
}

// proofProfileBugs are bugs in how proofs are judged under one profile alone.
var proofProfileBugs = []row{
	{id: "PV-250", does: "refuses claims of the ecosystem", breaks: ids{"CAMARA-04"}, profile: "camara",
		change: also("jti", func(p *dpop.Verification) error {
			for _, claim := range p.Proof.Claims {
				if strings.HasPrefix(claim.Name, "x-camara:") {
					return errors.New("a claim that is not known")
				}
			}
			return nil
		})},
}

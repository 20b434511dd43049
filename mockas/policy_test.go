package mockas_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

func TestEveryFaultIsOneFieldOfThePolicy(t *testing.T) {
	grant := postGrant()
	badProof := func(p *party) reply {
		return p.token(grant, p.proof(keyA, mockas.PathToken, func(d *dpop.Draft) { d.Claims.Set("htm", "PUT") }))
	}
	goodProof := func(p *party) reply { return p.token(grant, p.proof(keyA, mockas.PathToken)) }
	refreshed := func(p *party, key *dpop.Key) reply {
		r := p.token(codeGrant("app", p.code("app")), p.proof(keyA, mockas.PathToken))
		r = p.token(refreshGrant("app", r.text("refresh_token")), p.proof(keyA, mockas.PathToken))
		return p.token(refreshGrant("app", r.text("refresh_token")), p.proof(key, mockas.PathToken))
	}
	withKeyB := func(p *party, code string) bool {
		return p.token(codeGrant("app", code), p.proof(keyB, mockas.PathToken)).Status == 200
	}
	for name, row := range map[string]struct {
		fault func(*mockas.Policy)
		shows func(*party) bool
	}{
		"one check of one endpoint": {
			func(p *mockas.Policy) { p.Token.Adjust = func(v *dpop.Verifier) { v.Remove("htm") } },
			func(p *party) bool { return badProof(p).Status == 200 },
		},
		"falls back to Bearer": {
			func(p *mockas.Policy) {
				p.Token.Judge = func(v *dpop.Verifier, r dpop.Request, _ mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
					if proof, refusal := v.Verify(r); refusal == nil {
						return proof, nil
					}
					return nil, nil
				}
			},
			func(p *party) bool { return badProof(p).text("token_type") == "Bearer" },
		},
		"empty field counts as absent": {
			func(p *mockas.Policy) {
				p.Token.Present = func(lines []string) bool { return strings.Join(lines, "") != "" }
			},
			func(p *party) bool {
				return p.token(grant, []wire.Field{{Name: "DPoP"}}...).Status == 200
			},
		},
		"token_type Bearer for a bound token": {
			func(p *mockas.Policy) { p.TokenType = func(string) string { return "Bearer" } },
			func(p *party) bool { return goodProof(p).text("token_type") == "Bearer" },
		},
		"no cnf": {
			func(p *mockas.Policy) { p.Confirm = func(*dpop.Object, *mockas.Token) {} },
			func(p *party) bool { return boundTo(p.issued(goodProof(p))) == "" },
		},
		"answers 401": {
			func(p *mockas.Policy) {
				p.WriteError = func(w http.ResponseWriter, e *mockas.Error) { e.Status = 401; mockas.WriteError(w, e) }
			},
			func(p *party) bool { return badProof(p).Status == 401 },
		},
		"flag ignored": {
			func(p *mockas.Policy) { p.RequiresProof = func(*mockas.Client, string) bool { return false } },
			func(p *party) bool {
				f := clientGrant("client_id", "bound", "client_secret", "b0und")
				return p.token(f).Status == 200
			},
		},
		"proof as client authentication": {
			func(p *mockas.Policy) {
				p.Authenticate = func(s *mockas.Server, c *mockas.Call) (*mockas.Client, *mockas.Error) {
					client, problem := s.Authenticate(c)
					if problem != nil && len(c.Fields.Values("DPoP")) > 0 {
						return s.Client(c.Get("client_id")), nil
					}
					return client, problem
				}
			},
			func(p *party) bool {
				f := clientGrant("client_id", "post")
				return p.token(f, p.proof(keyA, mockas.PathToken)).Status == 200
			},
		},
		"refresh binding lost at rotation": {
			func(p *mockas.Policy) {
				p.BindRefresh = func(c *mockas.Client, jkt string, previous *mockas.Token) string {
					if previous != nil {
						return ""
					}
					return mockas.BindRefresh(c, jkt, previous)
				}
			},
			func(p *party) bool { return refreshed(p, keyB).Status == 200 },
		},
		"refresh rebinds": {
			func(p *mockas.Policy) {
				p.CheckRefresh = func(*mockas.Server, *mockas.Call, *mockas.Token) *mockas.Error { return nil }
			},
			func(p *party) bool { return refreshed(p, keyB).Status == 200 },
		},
		"challenge burns the code": {
			func(p *mockas.Policy) {
				p.AfterRefusal = func(s *mockas.Server, c *mockas.Call, _ *dpop.Refusal) { s.Burn(c.Get("code")) }
			},
			func(p *party) bool {
				f := codeGrant("app", p.code("app"))
				p.token(f, p.proof(keyA, mockas.PathPAR))
				return p.token(f, p.proof(keyA, mockas.PathToken)).Status != 200
			},
		},
		"dpop_jkt ignored": {
			func(p *mockas.Policy) {
				p.BindCode = func(place mockas.Endpoint, _ string, proof *dpop.Proof) (string, *mockas.Error) {
					return mockas.BindCode(place, "", proof)
				}
			},
			func(p *party) bool { return withKeyB(p, p.code("app", "dpop_jkt", keyA.Thumbprint)) },
		},
		"front channel overrides PAR": {
			func(p *mockas.Policy) { p.MergeBinding = func(_, front string) string { return front } },
			func(p *party) bool {
				return withKeyB(p, bindings["PAR, with another key in the front channel"](p))
			},
		},
		"code binding not compared": {
			func(p *mockas.Policy) {
				p.CheckCode = func(*mockas.Server, *mockas.Call, string) *mockas.Error { return nil }
			},
			func(p *party) bool { return withKeyB(p, p.code("app", "dpop_jkt", keyA.Thumbprint)) },
		},
		"introspection without cnf": {
			func(p *mockas.Policy) { p.IntrospectionBinding = func(*dpop.Object, *mockas.Token) {} },
			func(p *party) bool { return !p.Introspect(p.minted(mockas.Mint{Bound: keyA.Thumbprint})).Has("cnf") },
		},
		"flag defaults to true": {
			func(p *mockas.Policy) { p.BoundByDefault = true },
			func(p *party) bool {
				r := p.registered(http.MethodPost, mockas.PathRegister, `{"grant_types":["client_credentials"]}`, "")
				flag, _ := r.body.Get("dpop_bound_access_tokens")
				return string(flag) == "true"
			},
		},
		"documents differ": {
			func(p *mockas.Policy) {
				p.Metadata = func(path string, m *dpop.Object) {
					if strings.HasSuffix(path, "openid-configuration") {
						m.Delete("dpop_signing_alg_values_supported")
					}
				}
			},
			func(p *party) bool {
				document := p.send(http.MethodGet, "/.well-known/openid-configuration", nil).body
				return !document.Has("dpop_signing_alg_values_supported")
			},
		},
		"two nonces": {
			func(p *mockas.Policy) { p.NonceFields = func(n string, _ bool) []string { return []string{n, n} } },
			func(p *party) bool { return len(goodProof(p).Answer.Values("DPoP-Nonce")) == 2 },
		},
		"cacheable": {
			func(p *mockas.Policy) { p.NoStore = func(http.Header) {} },
			func(p *party) bool { return len(goodProof(p).Answer.Values("Cache-Control")) == 0 },
		},
		"nonce not exposed": {
			func(p *mockas.Policy) { p.CORS = func(http.Header, bool) {} },
			func(p *party) bool {
				r := p.token(grant, wire.Field{Name: "Origin", Value: "https://page.example"})
				return len(r.Answer.Values("Access-Control-Expose-Headers")) == 0
			},
		},
		"GET at the token endpoint": {
			func(p *mockas.Policy) {
				p.TokenMethods = []string{http.MethodGet, http.MethodPost}
				p.Around = func(path string, next http.HandlerFunc) http.HandlerFunc {
					return func(w http.ResponseWriter, r *http.Request) {
						if path == mockas.PathToken && r.Method == http.MethodGet {
							r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
							r.Body = io.NopCloser(strings.NewReader(r.URL.RawQuery))
						}
						next(w, r)
					}
				}
			},
			func(p *party) bool {
				return p.send(http.MethodGet, mockas.PathToken+"?"+grant.Encode(), nil).Status == 200
			},
		},
		"bound token as Bearer at userinfo": {
			func(p *mockas.Policy) { p.AcceptToken = func(string, *mockas.Token) *mockas.Error { return nil } },
			func(p *party) bool {
				token := p.minted(mockas.Mint{Bound: keyA.Thumbprint})
				return p.send(http.MethodGet, mockas.PathUserinfo, nil, authorize("Bearer", token)).Status == 200
			},
		},
		"origin taken from the Host field": {
			func(p *mockas.Policy) {
				p.Token.Target = func(_ string, r *http.Request) string { return "http://" + r.Host + r.URL.Path }
			},
			func(p *party) bool {
				proof := p.proofFor(keyA, dpop.Occasion{Method: "POST", URI: "http://evil.example/token"})
				e, err := p.client.Do(t.Context(), wire.Request{
					Method: "POST", URL: p.URL(mockas.PathToken), Host: "evil.example", Body: []byte(grant.Encode()),
					Fields: wire.Fields{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}, proof},
				})
				return err == nil && e.Status == 200
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			set := func(c *mockas.Config) {
				if name == "two nonces" {
					c.Nonces = mockas.NonceRequired
				}
			}
			if row.shows(start(t, set)) {
				t.Error("an honest server shows the fault")
			}
			policy := mockas.HonestPolicy()
			row.fault(&policy)
			if !row.shows(start(t, set, func(c *mockas.Config) { c.Policy = &policy })) {
				t.Error("the fault does not show")
			}
		})
	}
}

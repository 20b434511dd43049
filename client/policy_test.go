package client

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
)

// mutant changes one field of the policy, and tells it from honesty in
// what arrived.
type mutant struct {
	name   string
	change func(*Policy)
	shown  func(w *world, err error) bool
}

// journey is a run that touches every decision: token, nonce challenges on both
// sides, a redirect, a transient failure, a refused call, a refresh.
func journey(t *testing.T, change func(*Policy)) (*world, error) {
	w := newWorld(t)
	w.as.before = answers(answer(400, `{"error":"use_dpop_nonce"}`, "DPoP-Nonce: as1"), nil)
	w.api.before = answers(
		answer(401, "", `WWW-Authenticate: Bearer, DPoP error="use_dpop_nonce"`, "DPoP-Nonce: rs1"),
		answer(200, "", "DPoP-Nonce: rs2"),
		answer(200, ""),
		answer(303, "", "Location: /moved?x=1"), answer(200, ""),
		answer(503, ""), answer(200, ""),
		answer(401, "", `WWW-Authenticate: DPoP error="invalid_token", error_description="use_dpop_nonce"`,
			"DPoP-Nonce: rs3"),
		answer(200, ""),
		answer(401, "", `WWW-Authenticate: DPoP error="use_dpop_nonce"`, "DPoP-Nonce: rs4"), answer(200, ""),
	)
	p := HonestPolicy()
	if change != nil {
		change(p)
	}
	c := w.client(func(o *Options) { o.Policy = p; o.DPoP.Retry.Unavailable = true; o.Audience = apiURL })
	f, err := c.Fetcher(FetcherOptions{BaseURL: apiURL})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ method, target string }{
		{"POST", "/a?q=1"}, {"GET", "/b"}, {"POST", "/c"}, {"GET", "/d"}, {"GET", "/e"}, {"GET", "/f"}, {"GET", "/g"},
	} {
		init := &Init{Method: step.method}
		init.Refresh = step.target == "/f"
		response, failed := f.Fetch(t.Context(), step.target, init)
		if failed != nil {
			return w, failed
		}
		response.Body.Close()
	}
	return w, nil
}

// apiShows reports whether a request that arrived at the API has the property.
func apiShows(property func(arrived) bool) func(*world, error) bool {
	return func(w *world, _ error) bool { return slices.ContainsFunc(w.sent(apiURL), property) }
}

// firstToken reports whether the first token request has the property.
func firstToken(property func(arrived) bool) func(*world, error) bool {
	return func(w *world, _ error) bool { return property(w.sent(issuer + "/token")[0]) }
}

// fails reports whether the journey ends with that error.
func fails(code Code) func(*world, error) bool {
	return func(_ *world, err error) bool { return codeOf(err) == code }
}

// otherNonces reports whether the nonces sent to the API are not the honest ones.
func otherNonces(w *world, _ error) bool { return nonces(w) != honestNonces }

// drafts wraps the honest draft.
func drafts(edit func(ProofRequest, *dpop.Draft)) func(*Policy) {
	return func(p *Policy) {
		honest := p.Draft
		p.Draft = func(r ProofRequest) dpop.Draft {
			d := honest(r)
			edit(r, &d)
			return d
		}
	}
}

func nonces(w *world) string {
	var sent []string
	for _, a := range w.sent(apiURL) {
		sent = append(sent, a.claim("nonce"))
	}
	return strings.Join(sent, " ")
}

const honestNonces = " rs1 rs2 rs2 rs2 rs2 rs2 rs2 rs3 rs3 rs4"

func TestEveryDecisionCanBeReplacedByItself(t *testing.T) {
	unproved := func(a arrived) bool { return len(a.Header.Values("DPoP")) == 0 }
	counter := 0
	var first *Proof
	rows := []mutant{
		{"no proof at the token endpoint", func(p *Policy) {
			p.NeedsProof = func(at Destination) bool { return at.Purpose != ForToken }
		}, firstToken(unproved)},
		{"one proof for all", func(p *Policy) {
			honest := p.Sign
			p.Sign = func(r ProofRequest, d dpop.Draft) (string, error) {
				if first == nil || r.Purpose != ForAPI {
					text, err := honest(r, d)
					first = &Proof{Text: text}
					return text, err
				}
				return first.Text, nil
			}
		}, apiShows(func(a arrived) bool { return a.claim("htm") == "POST" && a.Method == "GET" })},
		{"the same proof on a retry", func(p *Policy) {
			honest := p.Sign
			p.Sign = func(r ProofRequest, d dpop.Draft) (string, error) {
				if r.Previous != nil {
					return r.Previous.Text, nil
				}
				return honest(r, d)
			}
		}, func(w *world, _ error) bool {
			sent := w.sent(apiURL)
			return slices.ContainsFunc(sent[1:], func(a arrived) bool { return a.claim("jti") == sent[0].claim("jti") })
		}},
		{"a counter for jti", drafts(func(_ ProofRequest, d *dpop.Draft) {
			counter++
			d.Claims.Set("jti", string(rune('a'+counter)))
		}), apiShows(func(a arrived) bool { return len(a.claim("jti")) == 1 })},
		{"typ JWT", drafts(func(_ ProofRequest, d *dpop.Draft) { d.Header.Set("typ", "JWT") }), fails(ProofRefused)},
		{"alg none", func(p *Policy) {
			p.Algorithm = func(*dpop.Key, []string) (string, error) { return "none", nil }
		}, fails(ProofRefused)},
		{"a signature cut short", func(p *Policy) {
			honest := p.Sign
			p.Sign = func(r ProofRequest, d dpop.Draft) (string, error) {
				text, err := honest(r, d)
				return text[:len(text)-4], err
			}
		}, fails(ProofRefused)},
		{"htm kept on a redirect", drafts(func(r ProofRequest, d *dpop.Draft) {
			if r.Previous != nil {
				htm, _ := r.Previous.Draft.Claims.Text("htm")
				d.Claims.Set("htm", htm)
			}
		}), apiShows(func(a arrived) bool { return a.Method == "GET" && a.claim("htm") == "POST" })},
		{"htu with a query", drafts(func(r ProofRequest, d *dpop.Draft) { d.Claims.Set("htu", r.URI+"?q=1") }),
			firstToken(func(a arrived) bool { return strings.Contains(a.claim("htu"), "?") })},
		{"htu is the base URL", drafts(func(r ProofRequest, d *dpop.Draft) { d.Claims.Set("htu", r.Base) }),
			firstToken(func(a arrived) bool { return a.claim("htu") == issuer })},
		{"htu kept on a redirect", drafts(func(r ProofRequest, d *dpop.Draft) {
			if r.Previous != nil {
				htu, _ := r.Previous.Draft.Claims.Text("htu")
				d.Claims.Set("htu", htu)
			}
		}), apiShows(func(a arrived) bool {
			return strings.Contains(a.URL, "/moved") && a.claim("htu") == apiURL+"/c"
		})},
		{"no ath", drafts(func(_ ProofRequest, d *dpop.Draft) { d.Claims.Delete("ath") }),
			apiShows(func(a arrived) bool { return !a.Claims.Has("ath") })},
		{"Bearer after a 401", func(p *Policy) {
			honest := p.Retry
			p.Retry = func(a *Answer) (Attempt, bool) {
				if a.Status == 401 && !a.Purpose.AtServer() {
					return Attempt{a.Attempt.Number + 1, "Bearer"}, true
				}
				return honest(a)
			}
		}, apiShows(func(a arrived) bool {
			return strings.HasPrefix(a.Header.Get("Authorization"), "Bearer ") && unproved(a)
		})},
		{"the token in the query", func(p *Policy) {
			p.Present = func(r *http.Request, c Credentials) {
				r.URL.RawQuery = url.Values{"access_token": {c.Token}}.Encode()
				r.Header.Set("DPoP", c.Proof)
			}
		}, apiShows(func(a arrived) bool { return strings.Contains(a.URL, "access_token=") })},
		{"two proofs", func(p *Policy) {
			honest := p.Present
			p.Present = func(r *http.Request, c Credentials) { honest(r, c); r.Header.Add("DPoP", c.Proof) }
		}, firstToken(func(a arrived) bool { return len(a.Header.Values("DPoP")) == 2 })},
		{"deaf to challenges", func(p *Policy) { p.Demands = func(*Answer) bool { return false } },
			func(w *world, err error) bool { return len(w.sent(issuer+"/token")) == 1 }},
		{"retry without end", func(p *Policy) {
			p.MaxAttempts, p.ReadNonce = 10, func([]string) (string, bool) { return "stale", true }
			p.Retry = func(a *Answer) (Attempt, bool) { a.Attempt.Number++; return a.Attempt, a.Status >= 400 }
		}, apiShows(func(a arrived) bool { return a.claim("nonce") == "stale" })},
		{"retry only without a nonce", func(p *Policy) {
			honest := p.Demands
			p.Demands = func(a *Answer) bool { return honest(a) && a.Sent == "" }
		}, func(w *world, err error) bool {
			failed := len(w.sent(issuer+"/token")) == 2 && codeOf(err) == NonceFailed
			return failed || !strings.HasSuffix(nonces(w), "rs4")
		}},
		{"a new key on the retry", func(p *Policy) {
			p.Key = func(r KeyRequest) *dpop.Key {
				if r.Attempt.Number > 1 {
					key, err := GenerateKey()
					if err != nil {
						t.Fatal(err)
					}
					return key
				}
				return r.Key
			}
		}, func(w *world, _ error) bool {
			sent := w.sent(issuer + "/token")
			return string(sent[0].JOSE.JSON()) != string(sent[1].JOSE.JSON())
		}},
		{"a retried answer's nonce is lost", func(p *Policy) {
			honest := p.StoreNonce
			p.StoreNonce = func(n *Nonces, scope string, a *Answer) {
				if a.Attempt.Number == 1 {
					honest(n, scope, a)
				}
			}
		}, otherNonces},
		{"an answer without a nonce clears it", func(p *Policy) {
			p.StoreNonce = func(n *Nonces, scope string, a *Answer) { n.Set(scope, a.Nonce) }
		}, otherNonces},
		{"one nonce for all servers", func(p *Policy) { p.NonceScope = func(Destination, *url.URL) string { return "" } },
			func(w *world, _ error) bool { return strings.HasPrefix(nonces(w), "as1") }},
		{"nonces by URL", func(p *Policy) {
			p.NonceScope = func(_ Destination, u *url.URL) string { return u.String() }
		}, otherNonces},
		{"a nonce in upper case", func(p *Policy) {
			p.ReadNonce = func(lines []string) (string, bool) {
				return strings.ToUpper(strings.Join(lines, "")), len(lines) > 0
			}
		}, otherNonces},
		{"only the first challenge", func(p *Policy) {
			p.Challenges = func(lines []string) []dpop.Challenge {
				all := challenges(lines)
				return all[:min(1, len(all))]
			}
		}, otherNonces},
		{"a search for the words", func(p *Policy) {
			p.Demands = func(a *Answer) bool {
				field := strings.Join(a.Header.Values("WWW-Authenticate"), ",")
				return strings.Contains(field+string(a.Body), "use_dpop_nonce")
			}
		}, func(w *world, err error) bool { return len(w.sent(apiURL)) != 11 || err != nil }},
		{"a Bearer token is fine", func(p *Policy) {
			p.TokenType = func(bool, string) (string, error) { return "Bearer", nil }
		}, apiShows(unproved)},
		{"the type in one letter case", func(p *Policy) {
			p.TokenType = func(bool, string) (string, error) { return "", failure(TokenTypeUnexpected, "not DPOP") }
		}, fails(TokenTypeUnexpected)},
	}
	honest, err := journey(t, nil)
	if err != nil || nonces(honest) != honestNonces {
		t.Fatalf("the honest journey: %v, nonces %q", err, nonces(honest))
	}
	for _, row := range rows {
		w, err := journey(t, row.change)
		if !row.shown(w, err) {
			t.Errorf("%s cannot be told from honesty: %v, nonces %q", row.name, err, nonces(w))
		}
		if row.shown(honest, nil) {
			t.Errorf("%s is seen in honesty, too", row.name)
		}
	}
}

func TestTheRarerDecisionsCanBeReplacedToo(t *testing.T) {
	with := func(p *Policy) func(*Options) { return func(o *Options) { o.Policy = p } }
	w := newWorld(t)
	w.hosts["evil.test"] = w.api
	w.api.before = answers(answer(307, "", "Location: https://evil.test/"), nil)
	p := HonestPolicy()
	p.Redirect = func(_, _ *url.URL) error { return nil }
	w.get(w.fetcher(w.client(with(p))), "/")
	if sent := w.sent("https://evil.test"); len(sent) != 1 || sent[0].Header.Get("Authorization") == "" {
		t.Errorf("the token did not follow: %+v", sent)
	}

	w = newWorld(t)
	p = HonestPolicy()
	p.Thumbprint = func(*dpop.Key) (string, error) { return "another", nil }
	_, err := w.client(with(p)).Login(t.Context(), LoginOptions{})
	if err == nil || !strings.Contains(w.sent(issuer + "/authorize")[0].URL, "dpop_jkt=another") {
		t.Errorf("dpop_jkt is the honest one: %v", err)
	}

	w = newWorld(t)
	w.as.metadata["token_endpoint"] = "http://plain.test/token"
	w.hosts["plain.test"] = http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		answer(200, `{"access_token":"a","token_type":"DPoP"}`)(rw)
	})
	p = HonestPolicy()
	p.Endpoint = func(_, _, _ string) error { return nil }
	_, err = w.client(with(p)).Token(t.Context(), TokenOptions{})
	if err != nil || len(w.sent("http://plain.test")) != 1 {
		t.Errorf("http was not called: %v", err)
	}

	w = newWorld(t)
	p = HonestPolicy()
	p.Accept = func(*Answer) error { return nil }
	require := func(o *Options) { o.DPoP.RequireNonces = true }
	if _, err := w.client(with(p), require).Token(t.Context(), TokenOptions{}); err != nil {
		t.Errorf("an answer without a nonce: %v", err)
	}

	shared, err := GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	w = newWorld(t)
	p = HonestPolicy()
	p.Key = func(KeyRequest) *dpop.Key { return shared }
	for range 2 {
		if jkt, err := w.client(with(p)).Thumbprint(); err != nil || jkt != shared.Thumbprint {
			t.Errorf("thumbprint %s, %v", jkt, err)
		}
	}
}

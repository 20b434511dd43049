package mutants

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
)

// demands exchanges what a client takes for a challenge.
func demands(judge func(a *client.Answer, honest bool) bool) inClient {
	return func(p *client.Policy) {
		honest := p.Demands
		p.Demands = func(a *client.Answer) bool { return judge(a, honest(a)) }
	}
}

// stored exchanges what a client does with the nonce of an answer.
func stored(keep func(n *client.Nonces, scope string, a *client.Answer, honest func())) inClient {
	return func(p *client.Policy) {
		honest := p.StoreNonce
		p.StoreNonce = func(n *client.Nonces, scope string, a *client.Answer) {
			keep(n, scope, a, func() { honest(n, scope, a) })
		}
	}
}

// altered changes each nonce that is read.
func altered(change func(string) string) inClient {
	return func(p *client.Policy) {
		honest := p.ReadNonce
		p.ReadNonce = func(lines []string) (string, bool) {
			nonce, usable := honest(lines)
			return change(nonce), usable
		}
	}
}

// challengesReader finds the challenges in lines of WWW-Authenticate.
type challengesReader = func(lines []string) []dpop.Challenge

// challengesRead exchanges how a client does that.
func challengesRead(read func(lines []string, honest challengesReader) []dpop.Challenge) inClient {
	return func(p *client.Policy) {
		honest := p.Challenges
		p.Challenges = func(lines []string) []dpop.Challenge { return read(lines, honest) }
	}
}

// clientNonceBugs are challenges misread and nonces mislaid.
var clientNonceBugs = []row{
	{id: "CL-039", variant: "any-grant", does: "ignores use_dpop_nonce of the authorization server",
		breaks: ids{"RFC9449-8-09"},
		change: demands(func(a *client.Answer, honest bool) bool { return honest && !a.Purpose.AtServer() })},
	{id: "CL-040", does: "ignores use_dpop_nonce of the API", breaks: ids{"RFC9449-9-03"},
		change: demands(func(a *client.Answer, honest bool) bool { return honest && a.Purpose.AtServer() })},
	{id: "CL-041", does: "repeats for ever", breaks: ids{"RFC9449-8-10"},
		change: inClient(func(p *client.Policy) { p.MaxAttempts = 1 << 30 })},
	{id: "CL-042", does: "repeats only if it had no nonce", breaks: ids{"RFC9449-8-11"},
		change: demands(func(a *client.Answer, honest bool) bool { return honest && a.Sent == "" })},
	{id: "CL-047", does: "the nonce of the repeated request's answer is not kept", breaks: ids{"RFC9449-8.2-02"},
		change: stored(func(_ *client.Nonces, _ string, a *client.Answer, honest func()) {
			if a.Attempt.Number == 1 {
				honest()
			}
		})},
	{id: "CL-072", variant: "unkept", does: "the nonce of a login is not kept for the refresh", breaks: ids{"RFC9449-8.2-01"},
		change: stored(func(_ *client.Nonces, _ string, a *client.Answer, honest func()) {
			if a.Grant != "authorization_code" {
				honest()
			}
		})},
	{id: "CL-072", variant: "two-stores",
		does:   "has nonces of logins and of refreshes, and reads those of logins first",
		breaks: ids{"RFC9449-8.2-01", "RFC9449-8-11"}, change: inClient(func(p *client.Policy) {
			var byLogin atomic.Bool
			honest := p.NonceScope
			p.NonceScope = func(at client.Destination, target *url.URL) string {
				if at.Grant == "refresh_token" && !byLogin.Load() {
					return "refreshes"
				}
				return honest(at, target)
			}
			stored(func(n *client.Nonces, scope string, a *client.Answer, honest func()) {
				switch {
				case a.Grant == "refresh_token" && a.NonceUsable:
					n.Set("refreshes", a.Nonce)
				case a.NonceUsable:
					byLogin.Store(byLogin.Load() || a.Purpose == client.ForToken)
					honest()
				}
			})(p)
		})},
	{id: "CL-073", variant: "refused", does: "the nonce of a repetition that is refused is not kept",
		breaks: ids{"RFC9449-8.2-02", "RFC9449-9-08"},
		change: stored(func(_ *client.Nonces, _ string, a *client.Answer, honest func()) {
			if a.Attempt.Number == 1 || a.Status/100 == 2 || a.Demanded {
				honest()
			}
		})},
	{id: "CL-073", variant: "challenged", does: "the nonce of a repetition that is challenged is not kept",
		breaks: ids{"RFC9449-8.2-02", "RFC9449-9-08"},
		change: stored(func(_ *client.Nonces, _ string, a *client.Answer, honest func()) {
			if a.Attempt.Number == 1 || !a.Demanded {
				honest()
			}
		})},
	{id: "CL-048", variant: "forgotten", does: "the nonce is forgotten when an answer brings none",
		breaks: ids{"RFC9449-8.2-03"},
		change: stored(func(n *client.Nonces, scope string, a *client.Answer, honest func()) {
			n.Set(scope, "")
			honest()
		})},
	{id: "CL-048", variant: "unchallenged-401", does: "the nonce of a 401 that is no challenge is not kept",
		breaks: ids{"RFC9449-9-08"}, change: stored(func(_ *client.Nonces, _ string, a *client.Answer, honest func()) {
			if a.Status != http.StatusUnauthorized || a.Demanded {
				honest()
			}
		})},
	{id: "CL-049", variant: "shared", does: "the nonce of the authorization server goes to an API or the reverse",
		breaks: ids{"RFC9449-9-04"}, change: inClient(func(p *client.Policy) {
			var lock sync.Mutex
			first := ""
			honest := p.NonceScope
			p.NonceScope = func(at client.Destination, target *url.URL) string {
				lock.Lock()
				defer lock.Unlock()
				if !at.Purpose.AtServer() && first == "" {
					first = target.Host
				}
				if at.Purpose.AtServer() || target.Host == first {
					return "authorization server and its API"
				}
				return honest(at, target)
			}
		})},
	{id: "CL-049", variant: "for-want-of-its-own",
		does:   "the nonce of the API goes to an authorization server that gave none",
		breaks: ids{"RFC9449-9-04"},
		change: inClient(func(p *client.Policy) {
			var server atomic.Value
			server.Store("")
			scope := p.NonceScope
			p.NonceScope = func(at client.Destination, target *url.URL) string {
				name := scope(at, target)
				if at.Purpose.AtServer() {
					server.Store(name)
				}
				return name
			}
			stored(func(n *client.Nonces, scope string, a *client.Answer, honest func()) {
				honest()
				if name := server.Load().(string); !a.Purpose.AtServer() && n.Get(name) == "" {
					n.Set(name, n.Get(scope))
				}
			})(p)
		})},
	{id: "CL-050", does: "one nonce for all servers", breaks: ids{"RFC9449-9-05"},
		change: scoped(func(client.Destination, *url.URL) string { return "all" })},
	{id: "CL-123", does: "one nonce for all APIs, from challenges alone",
		breaks: ids{"RFC9449-9-05"}, change: inClient(func(p *client.Policy) {
			honest := p.NonceScope
			scoped(func(at client.Destination, target *url.URL) string {
				if at.Purpose.AtServer() {
					return honest(at, target)
				}
				return "APIs"
			})(p)
			stored(func(_ *client.Nonces, _ string, a *client.Answer, honest func()) {
				if a.Demanded {
					honest()
				}
			})(p)
		})},
	{id: "CL-051", variant: "host", does: "nonces by host without port", breaks: ids{"RFC9449-9-05"},
		change: scoped(func(at client.Destination, target *url.URL) string {
			if at.Purpose.AtServer() {
				return "authorization server"
			}
			return target.Hostname()
		})},
	{id: "CL-051", variant: "url", does: "nonces by whole URL", breaks: ids{"RFC9449-9-05"},
		change: scoped(func(_ client.Destination, target *url.URL) string { return target.String() })},
	{id: "CL-052", variant: "trimmed", does: "padding is cut off nonces", breaks: ids{"RFC9449-8-12"},
		change: altered(func(nonce string) string { return strings.TrimRight(nonce, "=") })},
	{id: "CL-052", variant: "decoded", does: "nonces are percent-decoded", breaks: ids{"RFC9449-8-12"},
		change: altered(func(nonce string) string {
			if decoded, err := url.QueryUnescape(nonce); err == nil {
				return decoded
			}
			return strings.ReplaceAll(nonce, "+", " ")
		})},
	{id: "CL-052", variant: "lower-case", does: "nonces in lower case", breaks: ids{"RFC9449-8-12"},
		change: altered(strings.ToLower)},
	{id: "CL-052", variant: "cut", does: "nonces cut at 255 characters", breaks: ids{"RFC9449-8-12"},
		change: altered(func(nonce string) string { return nonce[:min(len(nonce), 255)] })},
	{id: "CL-054", variant: "any-400", does: "repeats after any 400 that brings a nonce", breaks: ids{"RFC9449-8-15"},
		change: demands(func(a *client.Answer, honest bool) bool {
			return honest || a.Proved && a.Status == http.StatusBadRequest && a.NonceUsable
		})},
	{id: "CL-054", variant: "invalid-dpop-proof", does: "repeats after invalid_dpop_proof if a nonce comes with it",
		breaks: ids{"RFC9449-8-18"}, change: demands(func(a *client.Answer, honest bool) bool {
			return honest || a.Proved && a.Refused(dpop.InvalidProof) && a.NonceUsable
		})},
	{id: "CL-055", does: "a malformed nonce is written into the proof as it came", breaks: ids{"RFC9449-8.1-02"},
		change: inClient(func(p *client.Policy) {
			p.ReadNonce = func(lines []string) (string, bool) { return strings.Join(lines, ", "), len(lines) > 0 }
			redraft(func(r client.ProofRequest, d *dpop.Draft) {
				if r.Nonce != "" {
					d.Claims.Set("nonce", json.RawMessage(`"`+r.Nonce+`"`))
				}
			})(p)
		})},
	{id: "CL-056", variant: "first", does: "reads only the first challenge",
		breaks: ids{"RFC9449-7.1-14", "RFC9449-7.1-15"},
		change: challengesRead(func(lines []string, honest challengesReader) []dpop.Challenge {
			all := honest(lines)
			return all[:min(len(all), 1)]
		})},
	{id: "CL-056", variant: "letter-case", does: "minds the letter case of the scheme",
		breaks: ids{"RFC9449-7.1-14", "RFC9449-7.1-15"},
		change: challengesRead(func(lines []string, honest challengesReader) []dpop.Challenge {
			return slices.DeleteFunc(honest(lines), func(c dpop.Challenge) bool { return c.Scheme != dpop.Scheme })
		})},
	{id: "CL-056", variant: "start", does: "wants the field to begin with DPoP",
		breaks: ids{"RFC9449-7.1-14", "RFC9449-7.1-15"},
		change: challengesRead(func(lines []string, honest challengesReader) []dpop.Challenge {
			if len(lines) == 0 || !strings.HasPrefix(lines[0], dpop.Scheme) {
				return nil
			}
			return honest(lines)
		})},
	{id: "CL-056", variant: "substring", does: "looks for the words anywhere in the field",
		breaks: ids{"RFC9449-7.1-14", "RFC9449-7.1-15"}, change: demands(func(a *client.Answer, honest bool) bool {
			field := strings.Join(a.Header.Values("WWW-Authenticate"), ",")
			return honest || a.Proved && strings.Contains(field, dpop.UseNonce)
		})},
	{id: "CL-056", variant: "commas", does: "splits the field at commas, also in quotes",
		breaks: ids{"RFC9449-7.1-14", "RFC9449-7.1-15"},
		change: inClient(func(p *client.Policy) { p.Challenges = splitAtCommas })},
	{id: "CL-058", variant: "of-a-challenge", does: "repeats because error_description speaks of use_dpop_nonce",
		breaks: ids{"RFC9449-7.1-15"}, change: demands(func(a *client.Answer, honest bool) bool {
			for _, c := range a.Challenges {
				if text, _ := c.Get("error_description"); a.Proved && strings.Contains(text, dpop.UseNonce) {
					return true
				}
			}
			return honest
		})},
	{id: "CL-068", does: "takes answers without DPoP-Nonce where they are demanded",
		breaks: ids{"ATPROTO-04"}, profile: "atproto",
		change: inClient(func(p *client.Policy) { p.Accept = func(*client.Answer) error { return nil } })},
}

// splitAtCommas reads challenges as many do by hand.
func splitAtCommas(lines []string) []dpop.Challenge {
	var all []dpop.Challenge
	for _, part := range strings.Split(strings.Join(lines, ","), ",") {
		part = strings.TrimSpace(part)
		if scheme, rest, found := strings.Cut(part, " "); found && !strings.Contains(scheme, "=") {
			all = append(all, dpop.Challenge{Scheme: scheme})
			part = rest
		}
		name, value, found := strings.Cut(part, `="`)
		if found && len(all) > 0 {
			last := &all[len(all)-1]
			last.Parameters = append(last.Parameters, dpop.Parameter{Name: name, Value: strings.TrimSuffix(value, `"`)})
		}
	}
	return all
}

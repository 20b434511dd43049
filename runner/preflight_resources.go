package runner

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// userinfo asks for the claims of the first person who logs in, once that has
// happened.
func (f *preflight) userinfo() {
	address := f.session.Metadata.Userinfo
	if address == "" || !f.anyAt(world.UserinfoEndpoint) || len(f.logins) != 1 {
		return
	}
	const what = "userinfo: a request with token and proof"
	l := f.logins[0]
	w := f.world(world.UserinfoEndpoint)
	defer w.Close()
	f.presents(w, presenting{
		what: what, party: "the userinfo endpoint", endpoint: world.UserinfoEndpoint, key: l.key,
		remedy: "let the client ask for the scope openid",
		probe:  world.ResourceProbe("GET", address, l.tokens.AccessToken),
		reach:  "authorization_server.issuer",
		token:  fmt.Sprintf("authorization_server.clients[%s].scope", l.tokens.Client.ID),
		scope:  fmt.Sprintf("authorization_server.clients[%s].scope", l.tokens.Client.ID),
		served: fmt.Sprintf("authorization_server.clients[%s].scope", l.tokens.Client.ID),
		at:     target.Dependent{Endpoint: world.UserinfoEndpoint.Name},
		rests:  []target.Dependent{{Endpoint: world.UserinfoEndpoint.Name}},
	})
}

// apis calls each API with a token and a proof.
func (f *preflight) apis() {
	own := f.any(func(c *Case) bool {
		return c.operation != nil || c.Endpoint == "" && (c.Subject == "" || c.Subject == target.ResourceServer)
	})
	probed := f.any(func(c *Case) bool { return c.Endpoint == world.APIEndpoint.Name && c.operation == nil })
	for i, api := range f.session.APIs {
		if first := i == 0; own || first && probed {
			f.api(api, first, first && probed)
		}
	}
}

// api calls an API. Unless the request that the configuration names for it is that
// of the cases, it need not succeed.
func (f *preflight) api(api target.RealAPI, first, probed bool) {
	what := fmt.Sprintf("API %s: %s with token and proof", api.Name, api.Method+" "+api.Path)
	if err := f.session.UsableAPI(api.Name); err != nil {
		f.note(what, Untried, err.Error())
		return
	}
	w := f.world(world.APIEndpoint)
	defer w.Close()
	if !first {
		w.ProbeOperation(&world.Operation{API: api.Name, Operation: target.Operation{Method: api.Method, Path: api.Path}})
		w.ChangeWish(func(wished *world.Wish) { wished.API, wished.Scope = api.Name, api.Scope })
	}
	key, err := w.Key("client")
	if err != nil {
		f.note(what, Unfinished, err.Error())
		return
	}
	p := presenting{
		what: what, party: "the API " + api.Name, endpoint: world.APIEndpoint, key: key,
		unbound: func() (string, error) { return f.unbound(w, api) },
		remedy:  "give the audience that its tokens must have, or their typ (token_typ)",
		reach:   "apis." + api.Name + ".url", token: "apis." + api.Name + ".audience",
		scope: "apis." + api.Name + ".scope",
		at:    target.Dependent{Endpoint: world.APIEndpoint.Name},
		rests: []target.Dependent{{TokensFor: api.Name}},
	}
	if probed {
		p.served = "apis." + api.Name + ".probe"
	}
	if first {
		p.rests = append(p.rests, target.Dependent{Endpoint: world.APIEndpoint.Name})
		p.gone = append(p.gone, target.Dependent{Role: target.ResourceServer})
	}
	p.gone = append(p.gone, target.Dependent{Address: world.OriginOf(api.URL)})
	_, err = f.patiently(func() (_ *wire.Exchange, err error) {
		p.probe, err = w.PrepareAt(world.APIEndpoint, key.Thumbprint)
		return nil, err
	})
	if err != nil {
		if !f.ungranted(w, api, p, err) && !f.excused(what, err) {
			f.note(what, ForCases, err.Error())
		}
		return
	}
	f.presents(w, p)
}

// unbound gets a token for an API that is bound to no key; empty if there is none.
func (f *preflight) unbound(w *world.World, api target.RealAPI) (string, error) {
	if w.EmbeddedAS() {
		as, err := w.AS()
		if err != nil {
			return "", err
		}
		return as.Mint(mockas.Mint{Audience: []string{api.Audience}, Scope: api.Scope})
	}
	if token, brings, err := w.BroughtUnbound(); brings {
		return token, err
	}
	client, grant, err := w.ProbeClient()
	if err != nil {
		return "", err
	}
	e, err := f.asks(w, client, grant, nil)
	if err != nil {
		return "", err
	}
	tokens, err := world.ReadTokens(client, e)
	if err != nil || !strings.EqualFold(tokens.TokenType, "Bearer") {
		return "", nil // it gives none to this client
	}
	return tokens.AccessToken, nil
}

// presenting is a request that presents an access token to a resource server.
type presenting struct {
	what, party string
	of          string // the operation by its name in the run; empty: none, or it is one of a kind
	endpoint    world.Endpoint
	probe       *world.Probe
	key         *dpop.Key
	remedy      string                 // where the token is refused
	unbound     func() (string, error) // gets a token that is bound to no key; nil: nobody can

	// Keys of the configuration: where the server is, what its tokens are for, their
	// scope, and what it serves; empty: it need not serve anything.
	reach, token, scope, served string

	at target.Dependent // on the request's being served

	instead *reports.Problem // that is known already, and why the token may well be refused

	rests []target.Dependent // on tokens that the server takes
	gone  []target.Dependent // on its being there
}

// presents sends a request with token and proof, and judges the answer.
func (f *preflight) presents(w *world.World, p presenting) {
	e, err := f.patiently(func() (*wire.Exchange, error) {
		return w.SendHonestAt(p.endpoint, "preflight", p.probe, p.key)
	})
	switch {
	case err != nil && !f.excused(p.what, err):
		f.lost(p.what, p.probe.Request.URL, p.reach, err, func() (*wire.Exchange, error) {
			return w.SendWith("preflight", p.probe, "DPoP", nil)
		}, append(p.gone, p.rests...)...)
		return
	case err != nil:
		return
	}
	answer, code := p.endpoint.Classify(e)
	said := p.endpoint.Explain(e, nil)
	switch {
	case answer == world.Accepted:
		f.note(p.what, Works, said+p.shown(e))
	case aboutProofs(answer, code), e.Status/100 == 1:
		f.note(p.what, ForCases, said)
	case f.fickleAt(w, p):
		f.note(p.what, ForCases, said+"; the same request once more was served")
	case e.Status/100 == 2, e.Status/100 == 3, e.Status == http.StatusNotFound, e.Status == http.StatusMethodNotAllowed:
		if p.served == "" {
			f.note(p.what, Works, said+"; the token was not refused")
			return
		}
		f.unserved(p, said)
	case f.takesBearer(w, p):
		f.note(p.what, ForCases, said+"; as a bearer token it is served, so the proof is what is refused")
	case p.instead != nil:
		f.block(p.what, *p.instead, p.rests...)
	case p.served != "" && code == "" && e.Status/100 == 4 && e.Status != http.StatusUnauthorized && e.Status != http.StatusForbidden:
		f.unserved(p, said)
	default:
		f.block(p.what, f.blamed(w, p.refused(e, code, said)), p.rests...)
	}
}

// name tells what is wrong with a request from what is wrong with others of its party.
func (p presenting) name() string {
	if p.of == "" {
		return p.party
	}
	return p.party + " (" + p.of + ")"
}

// unserved is that a request gets nothing whose token may be good.
func (f *preflight) unserved(p presenting, said string) {
	f.block(p.what, reports.Problem{
		Name: p.name(), What: p.party + " does not serve what it is asked for", Answer: said, Key: p.served,
		Remedy: "let the request be one that a good token makes succeed",
	}, p.at)
}

// shown is what an answer holds that was taken for a success, for a person who knows
// what one looks like. One that looks like an error says how to tell them apart.
func (p presenting) shown(e *wire.Exchange) string {
	if p.endpoint != world.APIEndpoint || p.served == "" || len(e.Reply) == 0 {
		return ""
	}
	text := ": " + wire.Brief(mask.Head(string(e.Reply), 120))
	if world.LooksLikeError(e) {
		text += "; that looks like an error, and every case would take it for a success: say in " + p.served +
			" what a success is, {request: …, status: …, json: …}"
	}
	return text
}

// fickleAt reports whether a request that was refused is served another time: then
// the party is fickle, and the set-up is right.
func (f *preflight) fickleAt(w *world.World, p presenting) bool {
	for range 2 {
		e, err := w.SendHonestAt(p.endpoint, "preflight", p.probe, p.key)
		if err != nil {
			return false
		}
		if answer, _ := p.endpoint.Classify(e); answer == world.Accepted {
			return true
		}
	}
	return false
}

// blamed is the problem to name for a token that is refused: if the grant that was
// meant for it does not work, another had to take its place, and that is why.
func (f *preflight) blamed(w *world.World, p reports.Problem) reports.Problem {
	var blocked *target.Blocked
	if _, err := w.ClientWith(mockas.GrantClientCredentials); errors.As(err, &blocked) {
		return blocked.Problem
	}
	return p
}

// refused is that a server refuses a token whose proof is honest.
func (p presenting) refused(e *wire.Exchange, code, said string) reports.Problem {
	problem := reports.Problem{
		Name: p.name(), What: p.party + " refuses the token of an honest request", Answer: said + p.says(), Key: p.token,
		Remedy: p.remedy + "; if that is right, it refuses honest proofs and does not say so",
	}
	if e.Status == http.StatusForbidden || code == "insufficient_scope" {
		problem.Key, problem.Remedy = p.scope, "give the scope that its tokens need"
	}
	return problem
}

// says tells for whom a JWT is.
func (p presenting) says() string {
	_, payload, _, err := dpop.SplitCompact(p.probe.Occasion.AccessToken, dpop.DecodeSegment)
	if err != nil {
		return ""
	}
	claims, err := dpop.ParseObject(payload)
	if err != nil {
		return ""
	}
	text := ""
	for _, name := range []string{"iss", "aud", "scope"} {
		if value, found := claims.Get(name); found {
			text += fmt.Sprintf(" %s %s", name, wire.Brief(string(value)))
		}
	}
	if text == "" {
		return ""
	}
	return "; the token says" + text
}

// takesBearer reports whether the server serves a request without a proof: by the
// very token, or by one that is bound to no key. Then the token is right.
func (f *preflight) takesBearer(w *world.World, p presenting) bool {
	tokens := []string{p.probe.Occasion.AccessToken}
	if p.unbound != nil {
		if token, err := p.unbound(); err == nil && token != "" {
			tokens = append(tokens, token)
		}
	}
	for _, token := range tokens {
		request := p.probe.With("", nil)
		for i, field := range request.Fields {
			if field.Name == "Authorization" {
				request.Fields[i].Value = "Bearer " + token
			}
		}
		e, err := w.Send("preflight", request)
		if err != nil {
			continue
		}
		if answer, _ := p.endpoint.Classify(e); answer == world.Accepted {
			return true
		}
	}
	return false
}

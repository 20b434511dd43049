package runner

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/login"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// clients gets a token by each client and grant of the configuration.
func (f *preflight) clients() {
	pushed := false
	for _, client := range f.session.AuthorizationServer.Clients {
		grants := slices.Clone(client.Grants)
		slices.SortStableFunc(grants, func(a, b string) int { return rank(a) - rank(b) })
		for _, grant := range grants {
			if grant == mockas.GrantCode && !pushed {
				pushed = f.pushes(client)
			}
			f.grant(client, grant)
		}
	}
	f.pushesWithoutCode()
}

// pushesWithoutCode finds out whether a client may push authorization requests where
// none may use the code grant. That it may not is no fault of the set-up.
func (f *preflight) pushesWithoutCode() {
	clients := f.session.AuthorizationServer.Clients
	code := slices.ContainsFunc(clients, func(c target.RegisteredClient) bool { return c.Has(mockas.GrantCode) })
	if code || f.session.Metadata.PAR == "" || !f.anyAt(world.PAREndpoint) {
		return
	}
	for _, client := range clients {
		if f.session.UsableClient(client.ID, "") != nil {
			continue
		}
		what := "client " + client.ID + ": a pushed authorization request without the code grant"
		refused, err := f.pushWithoutCode(client)
		switch {
		case err != nil && !f.excused(what, err):
			f.note(what, ForCases, err.Error())
			return
		case err != nil:
			return
		}
		f.session.NotePushing(client.ID, refused)
		if refused == "" {
			f.note(what, Works, "")
			return
		}
		f.note(what, Untried, refused)
	}
}

// pushWithoutCode pushes an authorization request, and returns in what words it is
// refused: that this client may not. It is empty if the request is granted, and for every
// other refusal, which may be the party's fault: the cases tell.
func (f *preflight) pushWithoutCode(client target.RegisteredClient) (refused string, err error) {
	w := f.world(world.PAREndpoint)
	defer w.Close()
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	e, err := f.push(w, client, key)
	if err != nil {
		return "", err
	}
	answer, code := world.PAREndpoint.Classify(e)
	if answer == world.Accepted || !forbidsPushing(client, e, code) {
		return "", nil
	}
	without, err := f.push(w, client, nil)
	if err != nil {
		return "", err
	}
	if _, other := world.PAREndpoint.Classify(without); other != code || without.Status != e.Status {
		return "", nil
	}
	return world.PAREndpoint.Explain(e, nil), nil
}

// forbidsPushing reports whether an answer says that a client may not push: that it may
// not use the code grant, or not this response type or scope (RFC 9126 §2.3, RFC 6749
// §4.1.2.1), or lacks a redirect URI where the configuration names none.
func forbidsPushing(client target.RegisteredClient, e *wire.Exchange, code string) bool {
	words := []string{
		"unauthorized_client", "unsupported_response_type", "invalid_scope", "access_denied", "invalid_client",
	}
	lacks := client.RedirectURI == "" && (code == "invalid_request" || code == "invalid_redirect_uri")
	return e.Status/100 == 4 && (lacks || slices.Contains(words, code))
}

// push sends a pushed authorization request; a key of nil is no proof.
func (f *preflight) push(w *world.World, client target.RegisteredClient, key *dpop.Key) (*wire.Exchange, error) {
	return f.patiently(func() (*wire.Exchange, error) {
		form, _ := w.AuthorizationForm(client)
		return w.SendAsk(world.Ask{
			Title: "preflight", Endpoint: world.PAREndpoint, Client: client, Form: form, Key: key,
		})
	})
}

// apiOf is the name of the API that tokens of a client are asked for; empty: none.
func (f *preflight) apiOf(client target.RegisteredClient) string {
	if len(f.session.APIs) == 0 {
		return ""
	}
	return f.session.APIs[max(target.APIOf(f.session.APIs, client.ID), 0)].Name
}

// rank puts the login before the refresh of what it gives, and behind what needs
// nobody.
func rank(grant string) int {
	return slices.Index([]string{mockas.GrantCode, mockas.GrantRefresh}, grant)
}

// grant gets a token by a client and grant.
func (f *preflight) grant(client target.RegisteredClient, grant string) {
	what := fmt.Sprintf("client %s: a token by %s", client.ID, nameOf(grant))
	if err := f.session.UsableClient(client.ID, grant); err != nil {
		f.note(what, Untried, err.Error())
		return
	}
	if grant == mockas.GrantCode && client.ByPerson() {
		f.note(what, Untried, "a person logs in")
		return
	}
	w := f.world(world.TokenEndpoint)
	defer w.Close()
	key, err := f.keyFor(w, client, grant)
	if err != nil {
		f.note(what, Unfinished, err.Error())
		return
	}
	ask := func(key *dpop.Key) (*wire.Exchange, error) {
		return f.patiently(func() (*wire.Exchange, error) { return f.asks(w, client, grant, key) })
	}
	a := asking{
		api: f.apiOf(client), what: what, client: client, grant: grant,
		endpoint: world.TokenEndpoint, address: f.session.Metadata.For(client).Token,
		with:    func() (*wire.Exchange, error) { return ask(key) },
		without: func() (*wire.Exchange, error) { return ask(nil) },
	}
	e, err := ask(key)
	if f.granted(a, e, err) {
		tokens, err := world.ReadTokens(client, e)
		if err == nil && (grant == mockas.GrantCode || client.Refreshes()) {
			f.logins = append(f.logins, personal{tokens, key})
			f.userinfo()
		}
	}
}

// nameOf shortens the name of a grant to the last part of its URN.
func nameOf(grant string) string { return grant[strings.LastIndex(grant, ":")+1:] }

// asks sends a token request; a key of nil is no proof.
func (f *preflight) asks(
	w *world.World, client target.RegisteredClient, grant string, key *dpop.Key,
) (*wire.Exchange, error) {
	form, err := f.form(w, client, grant, key)
	if err != nil {
		return nil, err
	}
	return w.SendAsk(world.Ask{
		Title: "preflight", Endpoint: world.TokenEndpoint, Client: client, Form: form, Key: key,
	})
}

// form makes the parameters of a token request.
func (f *preflight) form(
	w *world.World, client target.RegisteredClient, grant string, key *dpop.Key,
) (url.Values, error) {
	switch {
	case grant == mockas.GrantCode:
		form, err := w.GrantForm(client, grant, key)
		return form, refusal(err)
	case grant != mockas.GrantRefresh:
		return w.GrantForm(client, grant, key)
	case client.Refreshes() && client.Public() && f.session.Key == nil:
		return w.GrantForm(client, grant, key) // which says what is missing
	case client.Refreshes():
		return world.RefreshForm(f.session.RefreshToken(client.ID)), w.HoldRefreshTokens()
	}
	if l, found := f.loginOf(client); found && l.tokens.RefreshToken != "" {
		return world.RefreshForm(l.tokens.RefreshToken), nil
	}
	return nil, world.NotApplicablef("no login before it gave a refresh token")
}

// loginOf returns what a login of a client gave.
func (f *preflight) loginOf(client target.RegisteredClient) (personal, bool) {
	i := slices.IndexFunc(f.logins, func(l personal) bool { return l.tokens.Client.ID == client.ID })
	if i < 0 {
		return personal{}, false
	}
	return f.logins[i], true
}

// keyFor returns the key pair of a token request: that of the login where its
// refresh token is to be used (RFC 9449 §5).
func (f *preflight) keyFor(w *world.World, client target.RegisteredClient, grant string) (*dpop.Key, error) {
	if l, found := f.loginOf(client); found && grant == mockas.GrantRefresh {
		return l.key, nil
	}
	return w.Key("client")
}

// pushes pushes an authorization request by a client, if that is wanted. It
// reports whether it was granted.
func (f *preflight) pushes(client target.RegisteredClient) bool {
	metadata := f.session.Metadata
	if metadata.PAR == "" || !f.anyAt(world.PAREndpoint) && !world.MustPush(metadata) {
		return false
	}
	what := "client " + client.ID + ": a pushed authorization request"
	if f.session.UsableClient(client.ID, world.PAREndpoint.Name) != nil {
		return false // the grant before it has said why
	}
	w := f.world(world.PAREndpoint)
	defer w.Close()
	key, err := w.Key("client")
	if err != nil {
		f.note(what, Unfinished, err.Error())
		return false
	}
	ask := func(key *dpop.Key) (*wire.Exchange, error) { return f.push(w, client, key) }
	e, err := ask(key)
	return f.granted(asking{
		what: what, client: client, grant: mockas.GrantCode, endpoint: world.PAREndpoint, address: metadata.For(client).PAR,
		with:    func() (*wire.Exchange, error) { return ask(key) },
		without: func() (*wire.Exchange, error) { return ask(nil) },
	}, e, err)
}

// asking is a request of a client to the token or PAR endpoint.
type asking struct {
	what     string
	api      string // that the token is for; empty: none
	adds     bool   // the API adds its scope to what the client asks for
	client   target.RegisteredClient
	grant    string
	endpoint world.Endpoint
	address  string
	with     func() (*wire.Exchange, error) // sends it once more
	without  func() (*wire.Exchange, error) // the same without a proof
	rests    []target.Dependent             // on a token for the API; nil: it is for no API in particular
}

// granted judges the answer to a request, and reports whether it was granted.
func (f *preflight) granted(a asking, e *wire.Exchange, err error) bool {
	var denied *world.Denied
	var failed *target.LoginFailed
	var broken *login.Broken
	switch {
	case errors.As(err, &failed):
		f.note(a.what, SetUp, failed.Problem.Answer)
		return false
	case errors.As(err, &denied):
		f.denied(a, denied)
		return false
	case err != nil && wire.Alerted(err) && a.client.Certificate != nil:
		c := causes["invalid_client"]
		f.block(a.what, c.problem(a, err.Error()), c.dependents(a)...)
		return false
	case errors.As(err, &broken):
		f.broke(a, broken)
		return false
	case err != nil && !f.excused(a.what, err):
		f.lost(a.what, a.address, "authorization_server.issuer", err, a.without, target.Dependent{Endpoint: a.endpoint.Name})
		return false
	case err != nil:
		return false
	}
	answer, code := a.endpoint.Classify(e)
	said := a.endpoint.Explain(e, nil)
	switch {
	case answer == world.Accepted:
		f.note(a.what, Works, said)
		return true
	case aboutProofs(answer, code), e.Status/100 != 4:
		f.note(a.what, ForCases, said)
		return false
	}
	if a.grant == mockas.GrantRefresh && !a.client.Refreshes() && code == "invalid_grant" {
		f.note(a.what, ForCases, said+"; a login has just given that refresh token")
		return false
	}
	c, known := causeOf(code, e.Status, a.endpoint)
	if same, seen := f.sameWithout(a, e); seen && (same == accepted || same == refusedOtherwise && !known) {
		f.note(a.what, ForCases, said+"; the same request without a proof is not refused so")
		return false
	}
	if f.fickle(a) {
		f.note(a.what, ForCases, said+"; the same request once more was granted")
		return false
	}
	f.block(a.what, f.named(c.problem(a, said), a), c.dependents(a)...)
	return false
}

// fickle reports whether what was refused is granted once more: then the party is
// fickle, and the set-up is right.
func (f *preflight) fickle(a asking) bool {
	e, err := a.with()
	if err != nil {
		return false
	}
	answer, _ := a.endpoint.Classify(e)
	return answer == world.Accepted
}

// comparison is what the answer to a request without a proof is, beside that with
// one.
type comparison int

const (
	refusedAlike comparison = iota
	refusedOtherwise
	accepted
)

// sameWithout compares an answer with that which the request gets without a proof.
// It reports false if nothing could be seen.
func (f *preflight) sameWithout(a asking, e *wire.Exchange) (comparison, bool) {
	other, err := a.without()
	if err != nil {
		return refusedAlike, false
	}
	answer, code := a.endpoint.Classify(other)
	_, first := a.endpoint.Classify(e)
	switch {
	case answer == world.Accepted:
		return accepted, true
	case code != first || other.Status != e.Status:
		return refusedOtherwise, true
	}
	return refusedAlike, true
}

// denied judges a login that was refused. No proof takes part in it.
func (f *preflight) denied(a asking, d *world.Denied) {
	said := d.Error()
	if d.Description != "" {
		said += fmt.Sprintf(" (%q)", wire.Brief(d.Description))
	}
	if d.AfterLogin && f.settled(a, said) {
		return
	}
	if d.Status >= 500 {
		f.note(a.what, ForCases, said)
		return
	}
	if f.fickle(a) {
		f.note(a.what, ForCases, said+"; another login was not refused")
		return
	}
	if f.session.UsableClient(a.client.ID, a.grant) != nil { // trying again has told why
		f.note(a.what, SetUp, said)
		return
	}
	c, known := causeOf(d.Code, 0, a.endpoint)
	switch {
	case a.rests != nil && !known: // without what the API adds to it, the login works
		c = causes["invalid_target"]
	case a.rests != nil:
	case slices.Contains(ofPerson, d.Code) && (a.client.Ways.Any() || !known):
		c = atPages
	case !known:
		c = atLogin
	}
	rests := a.rests
	if rests == nil {
		rests = []target.Dependent{{Client: a.client.ID, Grant: a.grant}}
	}
	f.block(a.what, f.named(c.problem(a, said), a), rests...)
}

// broke judges a login that had no whole answer on its way. The endpoint that the code
// is for has no part in it.
func (f *preflight) broke(a asking, broken *login.Broken) {
	if f.excused(a.what, broken.Err) || f.settled(a, broken.Error()) {
		return
	}
	none := func() (*wire.Exchange, error) { return nil, nil }
	f.lost(a.what, broken.At, member("login")(a), broken.Err, none, target.Dependent{Client: a.client.ID, Grant: a.grant})
}

// settled logs in again, so often that a login that never ends well is given up, and
// reports whether that has told what is to be said.
func (f *preflight) settled(a asking, said string) bool {
	for range 2 {
		if f.fickle(a) {
			f.note(a.what, ForCases, said+"; another login gave a token")
			return true
		}
		if f.session.UsableClient(a.client.ID, a.grant) != nil { // trying again has told why
			f.note(a.what, SetUp, said)
			return true
		}
	}
	return false
}

// settle blocks the endpoints that nobody has a token or a client for.
func (f *preflight) settle() {
	for _, p := range []world.Endpoint{world.PAREndpoint, world.UserinfoEndpoint, world.APIEndpoint, world.TokenEndpoint} {
		w := f.world(p)
		_, _, err := p.Holder(w)
		if p == world.PAREndpoint {
			_, err = w.PushingClient()
		}
		w.Close()
		var blocked *target.Blocked
		if errors.As(err, &blocked) && (p != world.TokenEndpoint || f.nothingWorks()) {
			f.session.Block(blocked.Problem, target.Dependent{Endpoint: p.Name})
		}
	}
}

// nothingWorks reports whether no client gets anything by any grant.
func (f *preflight) nothingWorks() bool {
	for _, client := range f.session.AuthorizationServer.Clients {
		for _, grant := range client.Grants {
			if f.session.UsableClient(client.ID, grant) == nil {
				return false
			}
		}
	}
	return true
}

// problemOf names what a client does not get.
func problemOf(a asking, answer string) reports.Problem {
	gets := "gets no token by " + nameOf(a.grant)
	if a.endpoint == world.PAREndpoint {
		gets = "cannot push an authorization request"
	}
	name := "client " + a.client.ID
	if a.rests != nil {
		name, gets = "the API "+a.api, "gets no token for the API "+a.api+" by "+nameOf(a.grant)
	}
	return reports.Problem{
		Name:   name,
		What:   fmt.Sprintf("the client %s %s (%s)", a.client.ID, gets, a.client.Auth),
		Answer: a.endpoint.Title + ": " + answer,
	}
}

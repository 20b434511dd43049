package server

import (
	"errors"
	"maps"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func codesSteps(v *vocabulary.Vocabulary) {
	v.Word("code-binding", "How the authorization request binds its code to the client's key (RFC 9449 §10, §10.1).",
		codeBindings.Forms()...)
	v.Word("verifier", "What is wrong with the code_verifier (RFC 7636 §4.6).", verifiers.Forms()...)
	v.Word("jkt-flaw", "What is wrong with a dpop_jkt (RFC 9449 §10).", jktFlaws.Forms()...)
	v.Word("granted", "What a client asks for.", notGranted.Forms()...)
	g := vocabulary.For[Tester](v)
	g.Given(`^a code bound by "{code-binding}" gives a token to its key$`, (*Tester).boundCodeWorks,
		"The positive control of code binding: "+
			"a code bound to the client's key is redeemed with a proof by that key.",
		`Given a code bound by "dpop_jkt" gives a token to its key`)
	g.When(
		`^the client redeems a code bound by "{code-binding}" (?:{proof}|{verifier}|with a proof whose (.+?) is (.+))$`,
		(*Tester).redeems,
		"Lets the person log in anew, binds the code to the client's key by that means, and redeems it; "+
			"with a proof by that key unless the step says which.",
		`When the client redeems a code bound by "pushed proof" with a proof by another key`)
	g.When(`^the client redeems the same code {proof}$`, (*Tester).redeemsAgain,
		"Sends a code once more that was refused. "+
			"What becomes of a code after an attempt by a wrong key is for the server to choose.",
		"When the client redeems the same code with a proof by its key")
	g.When(`^the client redeems a code that was asked for with a dpop_jkt that is {jkt-flaw}$`, (*Tester).redeemsFlawed,
		"Asks for a code with a malformed dpop_jkt; if the server gives one, redeems it with the key that was meant.",
		"When the client redeems a code that was asked for with a dpop_jkt that is padded")
	g.Then(`^it gets no {granted}$`, (*Tester).getsNo,
		"The authorization request must have been refused. "+
			"Where it is a token that the client does not get, the token request may be refused instead.",
		"Then it gets no token")
	g.Then(`^its own dpop_jkt counts, or the request was refused$`, (*Tester).ownJKTCounts,
		"The token request must be granted with the client's key; or the authorization request was refused.",
		"Then its own dpop_jkt counts, or the request was refused")
	g.Then(`^the server has not failed$`, (*Tester).hasNotFailed,
		"Any answer but a server error will do.",
		"Then the server has not failed")
}

// codeBinding is a way of binding a code to the client's key.
type codeBinding struct {
	jkt     bool // by dpop_jkt
	object  bool // in a request object (RFC 9101)
	pushed  bool // in a pushed request (RFC 9126)
	proof   bool // by the proof of that
	outside bool // the dpop_jkt of another key stands outside the request object
	front   bool // and the authorization request says the dpop_jkt of another key beside it

	stray     string // by a proof in the form field of that name, which is none
	overtaken bool   // the client pushes another request by another key before it uses the first
}

var codeBindings = vocabulary.Meanings[codeBinding]{
	"dpop_jkt":                             {jkt: true},
	"pushed dpop_jkt":                      {jkt: true, pushed: true},
	"pushed proof":                         {proof: true, pushed: true},
	"pushed proof and dpop_jkt":            {jkt: true, proof: true, pushed: true},
	"pushed proof beside another dpop_jkt": {proof: true, pushed: true, front: true},
	"pushed proof before another push":     {proof: true, pushed: true, overtaken: true},
	"pushed dpop_jkt before another push":  {jkt: true, pushed: true, overtaken: true},
	"request object":                       {jkt: true, object: true},
	"pushed request object":                {jkt: true, object: true, pushed: true},
	"nothing in a pushed request":          {pushed: true},

	"request object beside another dpop_jkt":        {jkt: true, object: true, outside: true},
	"pushed request object beside another dpop_jkt": {jkt: true, object: true, outside: true, pushed: true},

	"a form field of a pushed request":      {pushed: true, stray: "dpop"},
	"a form field DPoP of a pushed request": {pushed: true, stray: "DPoP"},
}

// verifiers are changes of the parameters of a token request.
var verifiers = vocabulary.Meanings[func(url.Values)]{
	"with a false code_verifier": func(form url.Values) { form.Set("code_verifier", dpop.NewID()+dpop.NewID()) },
	"without its code_verifier":  func(form url.Values) { form.Del("code_verifier") },
}

// bindable is what a code can be bound with.
type bindable struct {
	client target.RegisteredClient
	key    *dpop.Key
}

func (w *Tester) bindable(by codeBinding) (*bindable, error) {
	if by.object {
		if err := w.signingClient(); err != nil {
			return nil, err
		}
	}
	client, err := w.ClientWith(mockas.GrantCode)
	if err != nil {
		return nil, err
	}
	key, err := w.Key("client")
	return &bindable{client, key}, err
}

// boundForm makes the parameters of a token request for a code that is bound
// to the client's key. The error is a *world.Denied if the server gives none.
func (w *Tester) boundForm(by codeBinding) (*bindable, url.Values, error) {
	b, err := w.bindable(by)
	if err != nil {
		return nil, nil, err
	}
	form, verifier := w.AuthorizationForm(b.client)
	if form, err = w.bindRequest(by, b, form); err != nil {
		return nil, nil, err
	}
	visit := w.Visit
	if by.front {
		visit = w.VisitAlone
	}
	code, err := visit(b.client, form)
	if err != nil {
		return nil, nil, err
	}
	return b, codeForm(b.client, code, verifier), nil
}

func codeForm(client target.RegisteredClient, code, verifier string) url.Values {
	return url.Values{
		"grant_type": {mockas.GrantCode}, "code": {code},
		"redirect_uri": {client.RedirectURI}, "code_verifier": {verifier},
	}
}

// bindRequest binds an authorization request and returns what goes to the
// authorization endpoint.
func (w *Tester) bindRequest(by codeBinding, b *bindable, form url.Values) (url.Values, error) {
	if by.jkt {
		form.Set("dpop_jkt", b.key.Thumbprint)
	}
	if by.object {
		object, err := w.requestObject(b.client, form)
		if err != nil {
			return nil, err
		}
		form = url.Values{"client_id": {b.client.ID}, "request": {object}}
		if by.outside {
			other, err := w.Key("another")
			if err != nil {
				return nil, err
			}
			form.Set("dpop_jkt", other.Thumbprint)
		}
		if !by.pushed { // OpenID Connect Core §6.1 wants these two outside as well
			form.Set("response_type", "code")
			form.Set("scope", "openid")
			return form, w.takesUnpushed()
		}
	}
	if !by.pushed {
		return form, w.takesUnpushed()
	}
	if err := w.profileTakes(by); err != nil {
		return nil, err
	}
	if by.stray != "" {
		proof, err := w.proofFor(world.PAREndpoint, b.key)
		if err != nil {
			return nil, err
		}
		form.Set(by.stray, proof)
	}
	var key *dpop.Key
	if by.proof {
		key = b.key
	}
	front, err := w.Push(b.client, form, key)
	if err != nil || !by.front && !by.overtaken {
		return front, err
	}
	other, err := w.Key("another")
	if err != nil {
		return nil, err
	}
	if by.front {
		front.Set("dpop_jkt", other.Thumbprint)
		return front, nil
	}
	return front, w.pushAgain(by, b.client, form, other)
}

// profileTakes ends a case with a pushed request that is not bound as the profile
// has them bound: it is refused, rightly.
func (w *Tester) profileTakes(by codeBinding) error {
	demanded := w.Profile.PushedBinding()
	if by.proof || demanded == features.BindingOptional || demanded == features.BindingEither && by.jkt {
		return nil
	}
	return world.NotApplicablef("under the profile %s a pushed request that is not bound so is refused", w.Profile.Name)
}

// proofFor is an honest proof for an endpoint of the authorization server.
func (w *Tester) proofFor(p world.Endpoint, key *dpop.Key) (string, error) {
	address, err := w.AddressOf(p)
	if err != nil {
		return "", err
	}
	return dpop.NewProof(key, dpop.Occasion{Method: "POST", URI: address, Nonce: w.Nonce(address)}, w.Now(address))
}

// pushAgain pushes a client's request once more, bound to another key by the same
// means, and nobody uses it.
func (w *Tester) pushAgain(by codeBinding, client target.RegisteredClient, form url.Values, other *dpop.Key) error {
	again := maps.Clone(form)
	if by.jkt {
		again.Set("dpop_jkt", other.Thumbprint)
	}
	key := other
	if !by.proof {
		key = nil
	}
	_, err := w.Push(client, again, key)
	return err
}

// takesUnpushed ends a case at a server that takes pushed requests alone.
func (w *Tester) takesUnpushed() error {
	metadata, err := w.Metadata()
	if err == nil && world.MustPush(metadata) {
		return world.NotApplicablef("authorization requests must be pushed here")
	}
	return err
}

func (w *Tester) boundCodeWorks(means string) error {
	by, err := codeBindings.Of(means)
	if err != nil {
		return err
	}
	b, form, err := w.boundForm(by)
	if err != nil {
		return world.UnlessDenied(err)
	}
	return w.Demand(world.Ask{
		Title:    "redeeming a code bound by " + means + " with its key",
		Endpoint: world.TokenEndpoint, Client: b.client, Form: form, Key: b.key,
	})
}

// redeems takes one of proof, verifier and defect; the others are empty.
func (w *Tester) redeems(means, proof, verifier, part, value string) error {
	by, err := codeBindings.Of(means)
	if err != nil {
		return err
	}
	b, form, err := w.boundForm(by)
	if (by.front || by.outside) && errors.As(err, &w.authorization.denied) {
		return nil // to refuse the contradiction is sound as well
	}
	if err != nil {
		return world.UnlessDenied(err)
	}
	a := world.Ask{
		Title:    "redeeming a code bound by " + means + " " + proof + verifier,
		Endpoint: world.TokenEndpoint, Client: b.client, Form: form, Key: b.key,
	}
	switch {
	case proof != "":
		a.Key, err = w.ProofKey(proof)
	case verifier != "":
		var change func(url.Values)
		if change, err = verifiers.Of(verifier); err == nil {
			change(form)
		}
	default:
		err = w.spoil(&a, part, value)
	}
	if err != nil {
		return err
	}
	return w.Try(a)
}

func (w *Tester) redeemsAgain(proof string) error {
	latest := w.Latest()
	if latest.Ask == nil || !latest.Ask.Form.Has("code") {
		return errors.New("no code was redeemed; put a When step before this one")
	}
	a := *latest.Ask
	err := w.UnlessTaken(a.Endpoint)
	if err != nil {
		return err
	}
	if a.Key, err = w.ProofKey(proof); err != nil {
		return err
	}
	a.Title, a.Change, a.Defect = "redeeming the same code "+proof, nil, nil
	return w.Try(a)
}

func (w *Tester) redeemsFlawed(flaw string) error {
	b, err := w.bindable(codeBinding{jkt: true})
	if err != nil {
		return err
	}
	form, verifier := w.AuthorizationForm(b.client)
	if form["dpop_jkt"], err = flawedJKT(b.key, flaw); err != nil {
		return err
	}
	if err := w.takesUnpushed(); err != nil {
		return err
	}
	code, err := w.VisitAlone(b.client, form)
	if errors.As(err, &w.authorization.denied) {
		return nil
	}
	if err != nil {
		return err
	}
	return w.Try(world.Ask{
		Title:    "redeeming the code with the key that was meant",
		Endpoint: world.TokenEndpoint, Client: b.client, Form: codeForm(b.client, code, verifier), Key: b.key,
	})
}

package proof

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// noncesSteps are about a server that asks for nonces (RFC 9449 §8, §9).
func noncesSteps(v *vocabulary.Vocabulary) {
	v.Word("proof-nonce", "The nonce of a proof, if any.", nonceUses.Forms()...)
	g := vocabulary.For[Prober](v)
	g.Given(`^the server requires a nonce$`, (*Prober).nonceIsRequired,
		"The server of the endpoint asks every proof for a nonce (RFC 9449 §8, §9); of a real one it is required.",
		"Given the server requires a nonce")
	g.Given(`^the server hands out nonces$`, (*Prober).handsOutNonces,
		"An embedded server asks every proof for a nonce. A real one asks for it, or gives nonces with what it grants "+
			"and takes proofs without: those that come with one are to be checked all the same (RFC 9449 §4.3, check 10).",
		"Given the server hands out nonces")
	g.Given(`^the server hands out nonces of (\d+) characters$`, (*Prober).longNonces,
		"Lets an embedded server require nonces of that length, such as a JWT has; a real one has its own.",
		"Given the server hands out nonces of 1000 characters")
	g.Given(`^the server hands out a newer nonce$`, (*Prober).rotateNonce,
		"Makes the server replace its current nonce; the client still holds the one before.",
		"Given the server hands out a newer nonce")
	g.When(`^the request carries a proof {proof-nonce}$`, (*Prober).sendNonceOf,
		"Sends the endpoint's request with a proof that is sound but for its nonce: it lacks one, has the one that a newer "+
			"has just replaced, or the one that an accepted proof had before it.",
		"When the request carries a proof without nonce")
	g.When(`^a resource request is challenged for a nonce and repeated with it$`, (*Prober).challengedAndRepeated,
		"Sends a proof without nonce to a resource server, then a new proof with the nonce beside the very same token.",
		"When a resource request is challenged for a nonce and repeated with it")
	g.Then(`^it is challenged for a nonce$`, (*Prober).isChallenged,
		"The answer must be a challenge with a new nonce: 400 and use_dpop_nonce at the authorization server "+
			"(RFC 9449 §8), 401 and a DPoP challenge at a resource server (§9).",
		"Then it is challenged for a nonce")
	g.Then(`^an answer use_dpop_nonce brings a nonce$`, (*Prober).challengeBringsNonce,
		"If the answer has the error use_dpop_nonce, it must have exactly one DPoP-Nonce (RFC 9449 §8, §9).",
		"Then an answer use_dpop_nonce brings a nonce")
	g.Then(`^a proof with the nonce just given is accepted$`, (*Prober).newestNonceIsAccepted,
		"The same request with the nonce of the challenge must succeed.",
		"Then a proof with the nonce just given is accepted")
	g.Then(`^it is accepted, or with the newest nonce at the next attempt$`, (*Prober).isAcceptedInTheEnd,
		"A nonce that was replaced is taken, or challenged in a way that the client recovers from.",
		"Then it is accepted, or with the newest nonce at the next attempt")
}

// nonceUses are the ways of {proof-nonce}.
var nonceUses = vocabulary.Meanings[func(*Prober) error]{
	"without nonce":            func(w *Prober) error { return w.sendNonce("a proof without nonce", "") },
	"with the nonce before":    (*Prober).sendPreviousNonce,
	"with a nonce used before": (*Prober).sendUsedNonce,
}

func (w *Prober) nonceIsRequired() error {
	p, err := w.At()
	if err != nil {
		return err
	}
	return w.RequireNonces(p)
}

// RequireNonces lets an embedded server require nonces, and finds out whether a
// real one does at an endpoint.
func (w *Prober) RequireNonces(p world.Endpoint) error {
	w.nonces.required = true
	switch {
	case !w.Session.Embedded(p.Role):
		return w.demandsNonce(p)
	case p.Role == target.ResourceServer:
		return w.ArrangeAPI(world.DefaultAPI, w.withNonces)
	}
	return w.ArrangeAS(func(c *mockas.Config) { c.Nonces, c.NonceLifetime = mockas.NonceRequired, w.NonceLifetime() })
}

func (w *Prober) longNonces(length int) error {
	p, err := w.At()
	if err != nil {
		return err
	}
	if !w.Session.Embedded(p.Role) {
		return world.NotApplicablef("a real server has nonces of its own length")
	}
	if err := w.RequireNonces(p); err != nil {
		return err
	}
	window := dpop.NewNonceWindow(w.NonceLifetime(), w.Clock.Now)
	window.Make = func() string {
		id := dpop.NewID()
		return id + strings.Repeat("n", max(0, length-len(id)))
	}
	if p.Role == target.ResourceServer {
		return w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) { c.Verifier.Nonces = window })
	}
	return w.ArrangeAS(func(c *mockas.Config) { c.NonceSource = window })
}

func (w *Prober) withNonces(c *mockrs.Config) {
	c.Verifier.Nonces = dpop.NewNonceWindow(w.NonceLifetime(), w.Clock.Now)
}

// demandsNonce finds out whether a real server asks for nonces.
func (w *Prober) demandsNonce(p world.Endpoint) error {
	demands, err := w.Session.FindOut("does the server ask for nonces at "+p.Name+"?", func() (string, error) {
		return w.isChallengedWithout(p)
	})
	if err == nil && demands != yes {
		err = world.NotApplicablef("the server asks for no nonce")
	}
	return err
}

const yes, no = "yes", "no"

// handsOutNonces is nonceIsRequired for what holds of any nonce that a server gave.
func (w *Prober) handsOutNonces() error {
	p, err := w.At()
	if err != nil {
		return err
	}
	err = w.RequireNonces(p)
	var none *world.NotApplicable
	if !errors.As(err, &none) {
		return err
	}
	given, err := w.Session.FindOut("does the server give nonces at "+p.Name+"?", func() (string, error) {
		return w.isGivenOne(p)
	})
	if err == nil && given != yes {
		err = world.NotApplicablef("the server asks for no nonce, and gives none with what it grants")
	}
	w.nonces.required, w.nonces.optional = false, true
	return err
}

// isGivenOne sends an honest request, to see whether what grants it has a nonce.
func (w *Prober) isGivenOne(p world.Endpoint) (string, error) {
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	probe, err := w.PrepareAt(p, key.Thumbprint)
	if err != nil {
		return "", err
	}
	e, err := w.SendHonestAt(p, "does this server give nonces?", probe, key)
	if err != nil {
		return "", err
	}
	if answer, _ := p.Classify(e); answer != world.Accepted {
		return "", world.Uncontrolledf("whether the server gives nonces is not known: an honest proof got %s",
			p.Explain(e, nil))
	}
	if nonce, found := e.Answer.One("DPoP-Nonce"); found && dpop.ValidNonce(nonce) {
		return yes, nil
	}
	return no, nil
}

// asNone are the nonces that a server may take for none.
var asNone = []string{"null", "empty", "missing"}

// nonceCounts makes sure that a proof with a defect of its nonce has one that a server
// must look at, where a proof without is good as well.
func (w *Prober) nonceCounts(d forge.Defect) error {
	if w.nonces.optional && d.Part == "nonce" && slices.Contains(asNone, d.Value) {
		return world.NotApplicablef("the server takes proofs without a nonce")
	}
	return nil
}

// isChallengedWithout sends a proof without nonce.
func (w *Prober) isChallengedWithout(p world.Endpoint) (string, error) {
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	probe, err := w.PrepareAt(p, key.Thumbprint)
	if err != nil {
		return "", err
	}
	e, err := w.sendWithNonce("does this server ask for nonces?", probe, key, "")
	if err != nil {
		return "", err
	}
	switch answer, _ := p.Classify(e); answer {
	case world.Challenged:
		return yes, nil
	case world.Accepted:
		return no, nil
	}
	if missing, err := w.missesNonce(p, e, key); missing || err != nil {
		return yes, err
	}
	return "", world.Uncontrolledf("whether the server asks for nonces is not known: a proof without got %s",
		p.Explain(e, nil))
}

// missesNonce reports whether a refusal was a challenge in other words than those of
// RFC 9449 §8 and §9: with the nonce that comes with it the request is granted, and
// without one it is not, each time. Once is chance at a server that refuses at random.
func (w *Prober) missesNonce(p world.Endpoint, refused *wire.Exchange, key *dpop.Key) (bool, error) {
	for range 3 {
		nonces := refused.Answer.Values("DPoP-Nonce")
		if len(nonces) != 1 {
			return false, nil
		}
		granted, _, err := w.answersNonce(p, key, nonces[0])
		if !granted || err != nil {
			return false, err
		}
		if granted, refused, err = w.answersNonce(p, key, ""); granted || err != nil {
			return false, err
		}
	}
	return true, nil
}

// answersNonce sends an honest proof with a nonce, or without.
func (w *Prober) answersNonce(p world.Endpoint, key *dpop.Key, nonce string) (granted bool, e *wire.Exchange, err error) {
	probe, err := w.PrepareAt(p, key.Thumbprint)
	if err != nil {
		return false, nil, err
	}
	if e, err = w.sendWithNonce("is it the nonce that is missing?", probe, key, nonce); err != nil {
		return false, nil, err
	}
	answer, _ := p.Classify(e)
	return answer == world.Accepted, e, nil
}

// withNonce sends the endpoint's request with a proof that is honest but for
// its nonce.
func (w *Prober) withNonce(title, nonce string) (*wire.Exchange, error) {
	key, err := w.Key("client")
	if err != nil {
		return nil, err
	}
	probe, err := w.Prepare(key.Thumbprint)
	if err != nil {
		return nil, err
	}
	return w.sendWithNonce(title, probe, key, nonce)
}

func (w *Prober) sendWithNonce(title string, probe *world.Probe, key *dpop.Key, nonce string) (*wire.Exchange, error) {
	probe.Occasion.Nonce = nonce
	proof, err := dpop.NewProof(key, probe.Occasion, w.Now(probe.Request.URL))
	if err != nil {
		return nil, err
	}
	return w.SendWith(title, probe, "DPoP", []string{proof})
}

// sendNonce sends the endpoint's request with a proof that is honest but for its
// nonce, to be judged; an empty nonce is none.
func (w *Prober) sendNonce(title, nonce string) error {
	return w.Begin(nil).End(w.withNonce(title, nonce))
}

func (w *Prober) sendNonceOf(which string) error {
	send, err := nonceUses.Of(which)
	if err != nil {
		return err
	}
	return send(w)
}

func (w *Prober) sendPreviousNonce() error {
	nonce := w.nonces.before
	if nonce == "" {
		return fmt.Errorf(`there is no nonce before the current one; put "Given the server hands out a newer nonce" first`)
	}
	return w.sendNonce("a proof with the nonce before", nonce)
}

// sendUsedNonce sends a first proof with the newest nonce, which must be
// accepted, and a second one.
func (w *Prober) sendUsedNonce() error {
	nonce, err := w.heldNonce()
	if err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	first, err := w.withNonce("a first proof with this nonce", nonce)
	if err != nil {
		return err
	}
	if answer, _ := p.Classify(first); answer != world.Accepted {
		return world.Inconclusivef("the first proof with this nonce got %s", p.Describe(first, nil))
	}
	return w.sendNonce("a second proof with this nonce", nonce)
}

// challengedAndRepeated does not ask for another token in between: what the challenge
// has done to the first one is what shows.
func (w *Prober) challengedAndRepeated() error {
	p, err := w.At()
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	probe, err := w.Prepare(key.Thumbprint)
	if err != nil {
		return err
	}
	e, err := w.sendWithNonce("a proof without nonce", probe, key, "")
	if err != nil {
		return err
	}
	if answer, _ := p.Classify(e); answer != world.Challenged {
		return world.Inconclusivef("there was no challenge: %s", p.Describe(e, nil))
	}
	nonce := w.Nonce(probe.Request.URL)
	return w.Begin(nil).End(w.sendWithNonce("the same request with the nonce", probe, key, nonce))
}

func (w *Prober) isChallenged() error {
	p, attempt, err := w.Judge("challenged")
	if err != nil {
		return err
	}
	if !w.nonces.required {
		return fmt.Errorf(`nothing says that the server asks for nonces; put "Given the server requires a nonce" first`)
	}
	actual := p.Describe(attempt.Exchange, attempt.Err)
	answer, _ := p.Classify(attempt.Exchange)
	if err := w.Expect(answer == world.Challenged, "a challenge with the error "+dpop.UseNonce, actual); err != nil {
		return err
	}
	status := map[bool]int{true: 401, false: 400}[p.Resource]
	if err := w.Expect(attempt.Exchange.Status == status, fmt.Sprintf("status %d", status), actual); err != nil {
		return err
	}
	if err := w.challengeForm(p); err != nil {
		return err
	}
	if err := w.NothingGranted(); err != nil {
		return err
	}
	nonces := attempt.Exchange.Answer.Values("DPoP-Nonce")
	one := len(nonces) == 1 && dpop.ValidNonce(nonces[0])
	return w.Expect(one, "exactly one DPoP-Nonce with the challenge", fmt.Sprintf("%q", nonces))
}

func (w *Prober) challengeBringsNonce() error {
	p, attempt, err := w.Judge("challenged")
	if err != nil {
		return err
	}
	if code := p.ErrorCode(attempt.Exchange); code != dpop.UseNonce {
		return world.NotApplicablef("the answer has the error %q", code)
	}
	nonces := attempt.Exchange.Answer.Values("DPoP-Nonce")
	one := len(nonces) == 1 && dpop.ValidNonce(nonces[0])
	return w.Expect(one, "exactly one DPoP-Nonce with use_dpop_nonce", fmt.Sprintf("%q", nonces))
}

// challengeForm demands JSON of an authorization server and of a resource
// server a DPoP challenge that names the error.
func (w *Prober) challengeForm(p world.Endpoint) error {
	if !p.Resource {
		answer := w.Latest().Exchange.Answer
		return w.Expect(world.IsJSON(answer), "a JSON body", fmt.Sprintf("Content-Type %q", answer.Values("Content-Type")))
	}
	challenge, err := w.challenge()
	if err != nil {
		return err
	}
	code, _ := challenge.Get("error")
	return w.Expect(code == dpop.UseNonce, "a DPoP challenge with the error "+dpop.UseNonce,
		fmt.Sprintf("%q", challenge.String()))
}

func (w *Prober) newestNonceIsAccepted() error {
	if w.Latest().Exchange == nil {
		return fmt.Errorf("nothing was challenged yet; put a When step before this one")
	}
	nonces := w.Latest().Exchange.Answer.Values("DPoP-Nonce")
	if len(nonces) != 1 {
		return world.Inconclusivef("the challenge gave %d nonces", len(nonces))
	}
	if err := w.sendNonce("a proof with the nonce just given", nonces[0]); err != nil {
		return err
	}
	return w.IsAccepted()
}

func (w *Prober) isAcceptedInTheEnd() error {
	p, attempt, err := w.Judge("accepted")
	if err != nil {
		return err
	}
	if answer, _ := p.Classify(attempt.Exchange); answer == world.Challenged {
		w.Observe("the nonce before was challenged")
		return w.newestNonceIsAccepted()
	}
	return w.IsAccepted()
}

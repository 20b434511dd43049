package proof

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// nonceLifetime is that of the embedded servers' nonces.
const nonceLifetime = 5 * time.Minute

func noncesSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.Given(`^the server requires a nonce$`, (*Prober).nonceIsRequired,
		"The server of the endpoint asks every proof for a nonce (RFC 9449 §8, §9); of a real one it is required.",
		"Given the server requires a nonce")
	g.Given(`^the server hands out a newer nonce$`, (*Prober).rotateNonce,
		"Makes the server replace its current nonce; the client still holds the one before.",
		"Given the server hands out a newer nonce")
	g.When(`^the request carries a proof without nonce$`, (*Prober).sendWithoutNonce,
		"Sends the endpoint's request with a proof that is sound but for a nonce that it lacks.",
		"When the request carries a proof without nonce")
	g.When(`^the request carries a proof with the nonce before$`, (*Prober).sendPreviousNonce,
		"Sends the endpoint's request with the nonce that a newer one has just replaced.",
		"When the request carries a proof with the nonce before")
	g.When(`^the request carries a second proof with the same nonce$`, (*Prober).sendSameNonce,
		"Sends the endpoint's request twice, with two proofs that hold the same nonce and differ in jti.",
		"When the request carries a second proof with the same nonce")
	g.When(`^the server has handed out (\d+) nonces$`, (*Prober).collectNonces,
		"Collects nonces, as many as the server gives for so many requests while time passes.",
		"When the server has handed out 32 nonces")
	g.Then(`^it is challenged for a nonce$`, (*Prober).isChallenged,
		"The answer must be a challenge with a new nonce: 400 and use_dpop_nonce at the authorization server (RFC 9449 §8), 401 and a DPoP challenge at a resource server (§9).",
		"Then it is challenged for a nonce")
	g.Then(`^a proof with the nonce just given is accepted$`, (*Prober).newestNonceIsAccepted,
		"The same request with the nonce of the challenge must succeed.",
		"Then a proof with the nonce just given is accepted")
	g.Then(`^it is accepted, or with the newest nonce at the next attempt$`, (*Prober).isAcceptedInTheEnd,
		"A nonce that was replaced is taken, or challenged in a way that the client recovers from.",
		"Then it is accepted, or with the newest nonce at the next attempt")
	g.Then(`^no answer carries more than one nonce$`, (*Prober).oneNonceAnAnswer,
		"Every answer so far must have at most one DPoP-Nonce field line, with one value.",
		"Then no answer carries more than one nonce")
	g.Then(`^every nonce is well formed$`, (*Prober).noncesAreWellFormed,
		"Every DPoP-Nonce so far must consist of NQCHAR, at least one (RFC 9449 §8.1).",
		"Then every nonce is well formed")
	g.Then(`^no answer with a nonce may be cached$`, (*Prober).noncesAreNotCached,
		"No answer with a DPoP-Nonce may be one that a cache keeps (RFC 9449 §8.2).",
		"Then no answer with a nonce may be cached")
	g.Then(`^nobody can foresee them$`, (*Prober).noncesAreUnpredictable,
		"The collected nonces must be long enough and show no counter, no time and no other structure.",
		"Then nobody can foresee them")
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
	w.nonceState.required = true
	switch {
	case !w.Session.Embedded(p.Role):
		return w.demandsNonce(p)
	case p.Role == target.ResourceServer:
		return w.ArrangeAPI(world.DefaultAPI, w.withNonces)
	}
	return w.ArrangeAS(func(c *mockas.Config) { c.Nonces, c.NonceLifetime = mockas.NonceRequired, nonceLifetime })
}

func (w *Prober) withNonces(c *mockrs.Config) {
	c.Verifier.Nonces = dpop.NewNonceWindow(nonceLifetime, w.Clock.Now)
}

// demandsNonce asks a real server whether it asks for nonces.
func (w *Prober) demandsNonce(p world.Endpoint) error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	probe, err := w.PrepareAt(p, key.Thumbprint)
	if err != nil {
		return err
	}
	e, err := w.sendWithNonce("does this server ask for nonces?", probe, key, "")
	if err != nil {
		return err
	}
	if answer, _ := p.Classify(e); answer != world.Challenged {
		return world.NotApplicablef("the server asks for no nonce")
	}
	return nil
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

func (w *Prober) SendNonce(title, nonce string) error {
	return w.Begin(nil).End(w.withNonce(title, nonce))
}

func (w *Prober) sendWithoutNonce() error { return w.SendNonce("a proof without nonce", "") }

func (w *Prober) sendPreviousNonce() error {
	nonce := w.nonceState.before
	if nonce == "" {
		return fmt.Errorf(`there is no nonce before the current one; put "Given the server hands out a newer nonce" first`)
	}
	return w.SendNonce("a proof with the nonce before", nonce)
}

// rotateNonce keeps the nonce that the client holds and makes the server
// replace it.
func (w *Prober) rotateNonce() error {
	if !w.Controlled() {
		return fmt.Errorf(`the client holds no nonce yet; put "Given an honest proof is accepted" first`)
	}
	var rotate func() string
	switch {
	case !w.EmbeddedEndpoint():
		return world.NotApplicablef("a real server cannot be told to replace its nonce")
	case w.AtAPI():
		api, err := w.API(world.DefaultAPI)
		if err != nil {
			return err
		}
		window, can := api.Verifier.Nonces.(*dpop.NonceWindow)
		if !can {
			return world.NotApplicablef("the API has no window of nonces")
		}
		rotate = window.Rotate
	default:
		as, err := w.AS()
		if err != nil {
			return err
		}
		rotate = as.RotateNonce
	}
	held, err := w.heldNonce()
	if err != nil {
		return err
	}
	w.nonceState.before = held
	rotate()
	return nil
}

// givesNonces reports whether the server that was just asked has given a nonce
// yet. One that asks for nonces and gives none has only the wrong word for its
// refusals (RFC 9449 §8).
func (w *Prober) givesNonces() bool {
	return w.Latest().Exchange != nil && w.Nonce(w.Latest().Exchange.URL) != ""
}

// heldNonce returns the newest nonce of the server under test.
func (w *Prober) heldNonce() (string, error) {
	if len(w.Shown) == 0 {
		return "", fmt.Errorf("nothing was sent that could have brought a nonce")
	}
	nonce := w.Nonce(w.Shown[len(w.Shown)-1].Exchange.URL)
	if nonce == "" {
		return "", world.Inconclusivef("the server gave no usable nonce")
	}
	return nonce, nil
}

func (w *Prober) sendSameNonce() error {
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
	return w.SendNonce("a second proof with this nonce", nonce)
}

// expireNonce lets the nonce that the client holds grow too old, and the server
// hand out another: one that never has another takes the old for good again.
func (w *Prober) expireNonce() error {
	if !w.EmbeddedEndpoint() {
		return world.NotApplicablef("the clock of a real server cannot be moved, and an expired nonce not be told from an unknown one without waiting")
	}
	nonce, err := w.heldNonce()
	if err != nil {
		return err
	}
	w.nonceState.expired = nonce
	w.Clock.Advance(nonceLifetime + time.Second)
	_, err = w.withNonce("asking for the nonce of now", "")
	return err
}

// foreignNonce gets a nonce that another server has handed out.
func (w *Prober) foreignNonce() error {
	as, err := w.AS()
	if err != nil {
		return world.NotApplicablef("it takes an embedded server beside this one that hands out a nonce")
	}
	if w.AtAPI() {
		w.nonceState.foreign = as.RotateNonce()
		return nil
	}
	const other = "invoices"
	if err := w.ArrangeAPI(other, w.withNonces); err != nil {
		return err
	}
	api, err := w.API(other)
	if err != nil {
		return err
	}
	w.nonceState.foreign = api.Verifier.Nonces.Next()
	return nil
}

func (w *Prober) isChallenged() error {
	p, attempt, err := w.Judge("challenged")
	if err != nil {
		return err
	}
	if !w.nonceState.required {
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
	return w.Expect(len(nonces) == 1 && dpop.ValidNonce(nonces[0]), "exactly one DPoP-Nonce with the challenge", fmt.Sprintf("%q", nonces))
}

// challengeForm demands JSON of an authorization server and of a resource
// server a DPoP challenge that names the error.
func (w *Prober) challengeForm(p world.Endpoint) error {
	if !p.Resource {
		return w.Expect(world.IsJSON(w.Latest().Exchange.Answer), "a JSON body", fmt.Sprintf("Content-Type %q", w.Latest().Exchange.Answer.Values("Content-Type")))
	}
	challenge, err := w.challenge()
	if err != nil {
		return err
	}
	code, _ := challenge.Get("error")
	return w.Expect(code == dpop.UseNonce, "a DPoP challenge with the error "+dpop.UseNonce, fmt.Sprintf("%q", challenge.String()))
}

func (w *Prober) newestNonceIsAccepted() error {
	if w.Latest().Exchange == nil {
		return fmt.Errorf("nothing was challenged yet; put a When step before this one")
	}
	nonces := w.Latest().Exchange.Answer.Values("DPoP-Nonce")
	if len(nonces) != 1 {
		return world.Inconclusivef("the challenge gave %d nonces", len(nonces))
	}
	if err := w.SendNonce("a proof with the nonce just given", nonces[0]); err != nil {
		return err
	}
	return w.isAccepted()
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
	return w.isAccepted()
}

// collectNonces asks for nonces while time passes, so that a server which keeps
// one for a while gives others too.
func (w *Prober) collectNonces(count int) error {
	state := &w.nonceState
	for range count {
		if err := w.SendNonce("asking for a nonce", ""); err != nil {
			return err
		}
		for _, nonce := range w.Latest().Exchange.Answer.Values("DPoP-Nonce") {
			if n := len(state.list); n == 0 || state.list[n-1] != nonce {
				state.list = append(state.list, nonce)
			}
		}
		w.Clock.Advance(nonceLifetime/2 + time.Second)
	}
	if len(state.list) == 0 {
		return world.NotApplicablef("the server hands out no nonces")
	}
	return nil
}

// nonceLines calls look for every answer so far that carries a nonce.
func (w *Prober) nonceLines(look func(lines []string, e *wire.Exchange) error) error {
	found := false
	for _, shown := range w.Shown {
		if lines := shown.Exchange.Answer.Values("DPoP-Nonce"); len(lines) > 0 {
			found = true
			if err := look(lines, shown.Exchange); err != nil {
				return err
			}
		}
	}
	if !found {
		return world.Inconclusivef("no answer carried a nonce")
	}
	return nil
}

func (w *Prober) oneNonceAnAnswer() error {
	return w.nonceLines(func(lines []string, _ *wire.Exchange) error {
		return w.Expect(len(lines) == 1 && !strings.Contains(lines[0], ","), "one DPoP-Nonce line with one value", fmt.Sprintf("%q", lines))
	})
}

func (w *Prober) noncesAreWellFormed() error {
	return w.nonceLines(func(lines []string, _ *wire.Exchange) error {
		for _, nonce := range lines {
			if err := w.Expect(dpop.ValidNonce(nonce), "a nonce of 1*NQCHAR", fmt.Sprintf("%q", nonce)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *Prober) noncesAreNotCached() error {
	return w.nonceLines(func(_ []string, e *wire.Exchange) error {
		control := strings.ToLower(strings.Join(e.Answer.Values("Cache-Control"), ","))
		explicit := strings.Contains(control, "max-age") || strings.Contains(control, "public") || len(e.Answer.Values("Expires")) > 0
		// By itself a cache keeps only answers to GET of some statuses, 401 not
		// among them (RFC 9111 §4.2.2, RFC 9110 §15.1).
		kept := explicit || e.Method == "GET" && e.Status == 200
		holds := !kept || strings.Contains(control, "no-store") || strings.Contains(control, "no-cache")
		return w.Expect(holds, "an answer with a nonce that no cache keeps", fmt.Sprintf("Cache-Control: %s", control))
	})
}

func (w *Prober) noncesAreUnpredictable() error {
	list := w.nonceState.list
	if list == nil {
		return fmt.Errorf("no nonces were collected; put a When step before this one")
	}
	w.Observe("%d nonces were given, the first of %d characters", len(list), len(list[0]))
	structure := foreseeable(list, w.Clock.Now())
	return w.Expect(structure == "", "nonces that nobody can foresee", structure)
}

// minNonceBits is how many bits must be able to vary: what RFC 9449 §4.2 asks
// of a jti is the least that guessing must cost.
const minNonceBits = 96

// foreseeable says which structure a series of nonces shows; empty if none.
func foreseeable(list []string, now time.Time) string {
	varying := 0
	for i := range list[0] {
		for _, nonce := range list[1:] {
			if len(nonce) != len(list[0]) || nonce[i] != list[0][i] {
				varying++
				break
			}
		}
	}
	if len(list) == 1 {
		varying = len(list[0])
	}
	seen := map[string]bool{}
	for _, nonce := range list {
		if seen[nonce] {
			return fmt.Sprintf("%q came again after others", nonce)
		}
		seen[nonce] = true
		if number, err := strconv.ParseFloat(nonce, 64); err == nil && !math.IsInf(number, 0) && len(nonce) < 24 {
			for _, unit := range []float64{1, 1e3, 1e6, 1e9} {
				if math.Abs(number/unit-float64(now.Unix())) < 7*24*3600 {
					return fmt.Sprintf("%q is the time", nonce)
				}
			}
		}
	}
	if bits := 6 * varying; bits < minNonceBits {
		return fmt.Sprintf("only %d characters of %q ever vary, at most %d bits", varying, list[0], bits)
	}
	return ""
}

package api

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func arrangeSteps(v *vocabulary.Vocabulary) {
	v.Word("api", "What an API is like.", apis.Forms()...)
	v.Word("introspection-answer", "What introspection says of a bound token in place of the truth.",
		introspectionAnswers.Forms()...)
	g := vocabulary.For[Tester](v)
	g.Given(`^an API that {api}$`, (*Tester).isArranged,
		"Arranges an embedded API so. Of a real one it is found out, by an unbound token as Bearer, its metadata "+
			"(RFC 9728), a preflight (Fetch §3.2) or its configuration; one that is not so makes the case not applicable. "+
			"An embedded API that follows the profile keeps to its algorithms, window of iat, nonces and reading of htu; "+
			"a real one is taken as it is.",
		"Given an API that takes Bearer tokens too")
	g.When(`^introspection answers with {introspection-answer}$`, (*Tester).introspectionAnswers,
		"From now on the answers of introspection are changed so.",
		"When introspection answers with no confirmation")
}

// apis arrange the embedded API of a case, or find out about a real one.
var apis = vocabulary.Meanings[func(*Tester) error]{
	"takes bound tokens alone":     (*Tester).requiresDPoP,
	"takes Bearer tokens too":      (*Tester).allowsBearer,
	"takes opaque access tokens":   (*Tester).takesOpaqueTokens,
	"needs a scope":                (*Tester).needsScope,
	"may need a recent login":      (*Tester).needsRecentLogin,
	"follows the profile":          (*Tester).followsProfile,
	"publishes metadata":           (*Tester).publishesMetadata,
	"scripts in browsers may call": (*Tester).allowsScripts,
	"has a second instance":        (*Tester).hasSecondInstance,
	"is embedded":                  (*Tester).isEmbedded,
	"issues credentials":           (*Tester).issuesCredentials,
}

func (w *Tester) isArranged(how string) error {
	arrange, err := apis.Of(how)
	if err != nil {
		return err
	}
	return arrange(w)
}

func (w *Tester) requiresDPoP() error {
	if w.EmbeddedAPI() {
		return w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) { c.Mode = mockrs.Required })
	}
	taken, err := w.takesBearer()
	if err == nil && taken {
		return world.NotApplicablef("the API takes unbound tokens as Bearer too")
	}
	return err
}

func (w *Tester) allowsBearer() error {
	if w.EmbeddedAPI() {
		return w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) { c.Mode = mockrs.Allowed })
	}
	taken, err := w.takesBearer()
	if err == nil && !taken {
		return world.NotApplicablef("the API takes no unbound tokens as Bearer")
	}
	return err
}

// takesBearer finds out whether a real API takes unbound tokens.
func (w *Tester) takesBearer() (bool, error) {
	resource, err := w.Resource(world.DefaultAPI)
	if err != nil {
		return false, err
	}
	question := "does " + resource.Method + " " + resource.URL + " take an unbound token as Bearer?"
	taken, err := w.Session.FindOut(question, func() (string, error) {
		text, err := w.unboundToken()
		if err != nil {
			return "", err
		}
		e, err := w.SendAside(proof.Call{
			Title: "does the API take an unbound token as Bearer?",
			Token: text, Present: proof.InField("Bearer "), Bare: true,
		})
		if err != nil {
			return "", err
		}
		answer, _ := world.APIEndpoint.Classify(e)
		if answer == world.Unclear || answer == world.Broken {
			return "", world.Inconclusivef("whether the API takes unbound tokens is not known: %s",
				world.APIEndpoint.Explain(e, nil))
		}
		return answer.String(), nil
	})
	return taken == world.Accepted.String(), err
}

// isEmbedded ends a case that says nothing about a real API, whose every path
// may have a policy of its own.
func (w *Tester) isEmbedded() error {
	if !w.EmbeddedAPI() {
		return world.NotApplicablef("which paths of a real API are public is for its owner to say")
	}
	return nil
}

func (w *Tester) needsScope() error {
	if w.EmbeddedAPI() {
		return w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) { c.Scope = "read:orders" })
	}
	api, err := w.RealAPI(world.DefaultAPI)
	if err == nil && api.Scope == "" {
		return world.Lackingf("apis."+api.Name+".scope", "the configuration names no scope that the API %s needs", api.Name)
	}
	return err
}

// needsRecentLogin is the choice of a real API, which the answer tells.
func (w *Tester) needsRecentLogin() error {
	switch {
	case !w.EmbeddedEndpoint():
		return nil
	case !w.AtAPI():
		return w.ArrangeAS(func(c *mockas.Config) { c.MaxAge = time.Hour })
	}
	return w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) { c.MaxAge = time.Hour })
}

// followsProfile configures an embedded API as somebody would who serves
// clients of that profile.
func (w *Tester) followsProfile() error {
	if !w.EmbeddedAPI() {
		return nil
	}
	return w.ArrangeAPI(world.DefaultAPI, Following(w.Profile, w.Clock.Now))
}

// Following configures an API as somebody would who serves clients of a profile.
func Following(p features.Profile, now func() time.Time) func(*mockrs.Config) {
	return func(c *mockrs.Config) {
		v := c.Verifier
		if allowed := p.ProofAlgorithms(); len(allowed) > 0 {
			v.Algorithms = slices.DeleteFunc(v.Algorithms, func(a string) bool { return !slices.Contains(allowed, a) })
		}
		v.Past = min(v.Past, p.IatPast().Refuse-time.Second)
		v.Future = min(v.Future, p.IatFuture().Refuse-time.Second)
		if p.APIRequiresNonces() {
			v.Nonces = dpop.NewNonceWindow(world.NonceLifetime(p), now)
		}
		c.Policy.Status = func(f *mockrs.Failure) int { return profileStatus(p, f) }
		switch p.Name {
		case "camara":
			v.Replays = longMemory{v.Replays, now}
		case "solid":
			c.Policy.Token = mockrs.ValidateWebID
		}
		if p.RefusesHTUQuery() {
			v.Replace("htu", dpop.URI(bareURI))
		}
	}
}

// bareURI compares htu as Solid-OIDC has it: without query and fragment.
func bareURI(htu, target string) error {
	if strings.ContainsAny(htu, "?#") {
		return errors.New("htu has a query or a fragment")
	}
	return dpop.SameURI(htu, target)
}

// longMemory remembers each proof for as long as an access token lives, whatever
// its own time is (CAMARA, Replay Protection Requirements).
type longMemory struct {
	dpop.Replays
	clock func() time.Time
}

// Use implements dpop.Replays.
func (m longMemory) Use(p *dpop.Proof, until time.Time) (bool, error) {
	if alive := m.clock().Add(time.Hour); until.Before(alive) {
		until = alive
	}
	return m.Replays.Use(p, until)
}

// profileStatus is the status that the profile expects of a refusal.
func profileStatus(p features.Profile, f *mockrs.Failure) int {
	cause := features.TokenBad
	switch {
	case f.ProofMissing:
		cause = features.ProofMissing
	case f.Code == dpop.InvalidProof:
		cause = features.ProofBad
	case f.Code != dpop.InvalidToken:
		return f.Status
	}
	expected, _ := p.RefusalStatus(cause)
	return expected[0]
}

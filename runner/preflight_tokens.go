package runner

import (
	"errors"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// refusal is the *world.Denied or *world.Ungranted that an error comes of, else the
// error. A pushed request may be refused for its proof: only a refusal that names
// something else is that of the login.
func refusal(err error) error {
	var unsure *world.Inconclusive
	if !errors.As(err, &unsure) || unsure.Because == nil {
		return err
	}
	var pushed *world.Ungranted
	if !errors.As(unsure.Because, &pushed) || pushed.Endpoint != world.PAREndpoint {
		return unsure.Because
	}
	code := world.PAREndpoint.ErrorCode(pushed.Exchange)
	if _, known := causes[code]; !known || pushed.Exchange.Status/100 != 4 {
		return err
	}
	return &world.Denied{Code: code, Status: pushed.Exchange.Status}
}

// ungranted judges that no token is given for an API: by a grant that gave one before,
// only without the audience and the scope of the API. It reports false if the error
// tells of no such refusal.
func (f *preflight) ungranted(w *world.World, api target.RealAPI, p presenting, err error) bool {
	err = refusal(err)
	var denied *world.Denied
	var refused *world.Ungranted
	if !errors.As(err, &denied) && !errors.As(err, &refused) {
		return false
	}
	client, grant, without := w.ProbeClient()
	if without != nil {
		return false
	}
	ask := func(key *dpop.Key) (*wire.Exchange, error) {
		return f.patiently(func() (*wire.Exchange, error) { return f.asks(w, client, grant, key) })
	}
	a := asking{
		what: p.what, api: api.Name, adds: api.Scope != "", client: client, grant: grant,
		endpoint: world.TokenEndpoint, address: f.session.Metadata.For(client).Token, rests: p.rests,
		with:    func() (*wire.Exchange, error) { return ask(p.key) },
		without: func() (*wire.Exchange, error) { return ask(nil) },
	}
	if refused != nil {
		return !f.granted(a, refused.Exchange, nil)
	}
	f.denied(a, denied)
	return true
}

// named is the problem to name for a request that is refused: one for an API that the
// client credentials grant has met already is not named twice.
func (f *preflight) named(p reports.Problem, a asking) reports.Problem {
	var blocked *target.Blocked
	err := f.session.UsableClient(a.client.ID, mockas.GrantClientCredentials)
	if a.rests != nil && errors.As(err, &blocked) && blocked.Problem.Key == p.Key {
		return blocked.Problem
	}
	return p
}

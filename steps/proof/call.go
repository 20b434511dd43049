package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

// SendAside sends a call that only finds something out: it is not the attempt
// that Then steps judge.
func (w *Prober) SendAside(c Call) (*wire.Exchange, error) {
	return w.Aside(func() error { return w.CallWith(c) })
}

// InField presents the token behind a prefix in the Authorization field.
func InField(prefix string) Presentation {
	return func(r *wire.Request, token string) {
		r.Fields = append(r.Fields, wire.Field{Name: "Authorization", Value: prefix + token})
	}
}

// Call is a request to a resource server that differs from the honest one of
// its endpoint. What is left out is honest.
type Call struct {
	Title   string
	Method  string        // empty: the endpoint's own
	Path    string        // empty: the endpoint's own
	Fields  wire.Fields   // added to the request
	Body    []byte        // with its Content-Type among the fields
	Token   string        // empty: the client's bound token
	Key     *dpop.Key     // signs the proof; nil: the client's
	Bare    bool          // no proof
	Nothing bool          // no access token either, so that nobody needs to have one
	Defect  *forge.Defect // what is wrong with the proof
	Draft   func(*dpop.Draft)
	Present Presentation // nil: in the Authorization field, with the scheme DPoP
	Htu     string       // what the proof names; empty: where the request goes
	Replica string       // URL of another instance of the API to send it to; empty: the API's own
}

// Presentation puts an access token into a request.
type Presentation func(r *wire.Request, token string)

// CallWith sends the endpoint's request as a call describes it and keeps the
// answer as the attempt that Then steps judge. With an honest proof it is sent
// once more if the server asks for a nonce, so that no challenge hides what is
// probed.
func (w *Prober) CallWith(c Call) error {
	p, err := w.At()
	if err != nil {
		return err
	}
	for again := false; ; again = true {
		probe, err := w.ProbeFor(c)
		if err != nil {
			return err
		}
		if c.Replica != "" { // it may have nonces of its own
			probe.Occasion.Nonce = w.Nonce(c.Replica)
		}
		name, lines, err := w.proofLines(c, probe)
		if err != nil {
			return err
		}
		if c.Replica != "" {
			SendTo(c.Replica, &probe.Request)
		}
		attempt := w.Begin(c.Defect)
		if err := attempt.End(w.SendWith(c.Title, probe, name, lines)); err != nil {
			return err
		}
		answer, _ := p.Classify(attempt.Exchange)
		renewed := w.Nonce(probe.Request.URL) != probe.Occasion.Nonce
		if answer != world.Challenged || !renewed || c.Bare || again {
			return nil
		}
	}
}

// ProbeFor makes the request of a call, complete but for its proof.
func (w *Prober) ProbeFor(c Call) (*world.Probe, error) {
	key, err := w.Key("client")
	if err != nil {
		return nil, err
	}
	prepare := w.Prepare
	if c.Nothing {
		prepare = w.PrepareTokenless
	}
	probe, err := prepare(key.Thumbprint)
	if err != nil {
		return nil, err
	}
	if c.Method != "" {
		probe.Request.Method, probe.Occasion.Method = c.Method, c.Method
	}
	if c.Path != "" {
		probe.Request.URL = world.OriginOf(probe.Request.URL) + c.Path
		probe.Occasion.URI = probe.Request.URL
	}
	if c.Token != "" {
		probe.Occasion.AccessToken = c.Token
	}
	if c.Htu != "" {
		probe.Occasion.URI = c.Htu
	}
	present := c.Present
	switch {
	case c.Nothing:
		present = func(*wire.Request, string) {}
	case present == nil:
		present = InField(dpop.Scheme + " ")
	}
	probe.Request.Fields = Without(probe.Request.Fields, "Authorization")
	if c.Body != nil || c.Method != "" { // the endpoint's own body goes with its own method
		probe.Request.Fields = Without(probe.Request.Fields, "Content-Type")
		probe.Request.Body = c.Body
	}
	present(&probe.Request, probe.Occasion.AccessToken)
	probe.Request.Fields = append(probe.Request.Fields, c.Fields...)
	return probe, nil
}

// proofLines makes the DPoP field lines of a call.
func (w *Prober) proofLines(c Call, probe *world.Probe) (name string, lines []string, err error) {
	key := c.Key
	if key == nil {
		if key, err = w.Key("client"); err != nil {
			return "", nil, err
		}
	}
	if c.Bare {
		return "", nil, nil
	}
	if c.Defect == nil {
		draft := dpop.NewDraft(key, probe.Occasion, w.Now(probe.Request.URL))
		if c.Draft != nil {
			c.Draft(&draft)
		}
		proof, err := draft.Sign(key)
		return "DPoP", []string{proof}, err
	}
	other, err := w.Key("another party")
	if err != nil {
		return "", nil, err
	}
	forged, err := c.Defect.Forge(forge.Forgery{
		Key: key, Occasion: probe.Occasion, Now: w.Now(probe.Request.URL), Aids: forge.Aids{Keys: w.KeyFor, Other: other},
	})
	if err != nil {
		return "", nil, fmt.Errorf("forging: %w", err)
	}
	return forged.FieldName, forged.Fields, nil
}

// Without returns fields but for those of a name, in a slice of its own.
func Without(fields wire.Fields, name string) wire.Fields {
	return slices.DeleteFunc(slices.Clone(fields), func(f wire.Field) bool { return strings.EqualFold(f.Name, name) })
}

// SendTo lets a request go to another instance of the server that it is for.
func SendTo(instance string, r *wire.Request) {
	origin := world.OriginOf(r.URL)
	r.Host = strings.TrimPrefix(strings.TrimPrefix(origin, "https://"), "http://")
	r.URL = instance + r.URL[len(origin):]
}

package steps

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// sendAside sends a call that only finds something out: it is not the attempt
// that Then steps judge.
func (w *World) sendAside(c call) (*wire.Exchange, error) {
	before := w.probing
	err := w.callWith(c)
	e := w.Latest().Exchange
	w.probing = before
	return e, err
}

// inField presents the token behind a prefix in the Authorization field.
func inField(prefix string) presentation {
	return func(r *wire.Request, token string) {
		r.Fields = append(r.Fields, wire.Field{Name: "Authorization", Value: prefix + token})
	}
}

// call is a request to a resource server that differs from the honest one of
// its endpoint. What is left out is honest.
type call struct {
	title   string
	method  string       // empty: the endpoint's own
	path    string       // empty: the endpoint's own
	fields  wire.Fields  // added to the request
	body    []byte       // with its Content-Type among the fields
	token   string       // empty: the client's bound token
	key     *dpop.Key    // signs the proof; nil: the client's
	bare    bool         // no proof
	defect  *dpop.Defect // what is wrong with the proof
	draft   func(*dpop.Draft)
	present presentation // nil: in the Authorization field, with the scheme DPoP
	htu     string       // what the proof names; empty: where the request goes
	replica string       // URL of another instance of the API to send it to; empty: the API's own
}

// presentation puts an access token into a request.
type presentation func(r *wire.Request, token string)

// callWith sends the endpoint's request as a call describes it and keeps the
// answer as the attempt that Then steps judge. With an honest proof it is sent
// once more if the server asks for a nonce, so that no challenge hides what is
// probed.
func (w *World) callWith(c call) error {
	place, err := w.At()
	if err != nil {
		return err
	}
	for again := false; ; again = true {
		probe, err := w.probeFor(c)
		if err != nil {
			return err
		}
		if c.replica != "" { // it may have nonces of its own
			probe.Occasion.Nonce = w.nonces[originOf(c.replica)]
		}
		name, lines, err := w.proofLines(c, probe)
		if err != nil {
			return err
		}
		if c.replica != "" {
			sendTo(c.replica, &probe.Request)
		}
		attempt := w.Begin(c.defect)
		if err := attempt.End(w.sendWith(c.title, probe, name, lines)); err != nil {
			return err
		}
		answer, _ := place.Classify(attempt.Exchange)
		renewed := w.nonces[originOf(probe.Request.URL)] != probe.Occasion.Nonce
		if answer != Challenged || !renewed || c.bare || again {
			return nil
		}
	}
}

// probeFor makes the request of a call, complete but for its proof.
func (w *World) probeFor(c call) (*Probe, error) {
	key, err := w.Key("client")
	if err != nil {
		return nil, err
	}
	probe, err := w.prepare(key.Thumbprint)
	if err != nil {
		return nil, err
	}
	if c.method != "" {
		probe.Request.Method, probe.Occasion.Method = c.method, c.method
	}
	if c.path != "" {
		probe.Request.URL = originOf(probe.Request.URL) + c.path
		probe.Occasion.URI = probe.Request.URL
	}
	if c.token != "" {
		probe.Occasion.AccessToken = c.token
	}
	if c.htu != "" {
		probe.Occasion.URI = c.htu
	}
	present := c.present
	if present == nil {
		present = inField(dpop.Scheme + " ")
	}
	probe.Request.Fields = slices.Clone(without(probe.Request.Fields, "Authorization"))
	if c.body != nil || c.method != "" { // the endpoint's own body goes with its own method
		probe.Request.Fields = without(probe.Request.Fields, "Content-Type")
		probe.Request.Body = c.body
	}
	present(&probe.Request, probe.Occasion.AccessToken)
	probe.Request.Fields = append(probe.Request.Fields, c.fields...)
	return probe, nil
}

// proofLines makes the DPoP field lines of a call.
func (w *World) proofLines(c call, probe *Probe) (name string, lines []string, err error) {
	key := c.key
	if key == nil {
		if key, err = w.Key("client"); err != nil {
			return "", nil, err
		}
	}
	if c.bare {
		return "", nil, nil
	}
	if c.defect == nil {
		draft := dpop.NewDraft(key, probe.Occasion, w.Now(probe.Request.URL))
		if c.draft != nil {
			c.draft(&draft)
		}
		proof, err := draft.Sign(key)
		return "DPoP", []string{proof}, err
	}
	other, err := w.Key("another party")
	if err != nil {
		return "", nil, err
	}
	forged, err := c.defect.Forge(dpop.Forgery{
		Key: key, Occasion: probe.Occasion, Now: w.Now(probe.Request.URL), Aids: dpop.Aids{Keys: w.keyFor, Other: other},
	})
	if err != nil {
		return "", nil, fmt.Errorf("forging: %w", err)
	}
	return forged.FieldName, forged.Fields, nil
}

func without(fields wire.Fields, name string) wire.Fields {
	return slices.DeleteFunc(slices.Clone(fields), func(f wire.Field) bool { return strings.EqualFold(f.Name, name) })
}

// sendTo lets a request go to another instance of the server that it is for.
func sendTo(instance string, r *wire.Request) {
	origin := originOf(r.URL)
	r.Host = strings.TrimPrefix(strings.TrimPrefix(origin, "https://"), "http://")
	r.URL = instance + r.URL[len(origin):]
}

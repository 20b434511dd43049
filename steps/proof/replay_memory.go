package proof

import (
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// What a server keeps of a proof, and under which name: a memory that names
// proofs by too much takes a used one for new, one that names them by too
// little takes a new one for used (RFC 9449 §11.1).
func replayMemorySteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.When(`^the same proof comes again with another query$`, (*Prober).sendAgainWithQuery,
		"Repeats the request with the accepted proof and a query in its URL, which htu leaves out.",
		"When the same proof comes again with another query")
	g.When(`^a proof that was made a second before has the same jti$`, (*Prober).sendSameIDEarlier,
		"Sends a proof that differs from the accepted one in its iat, not in its jti.",
		"When a proof that was made a second before has the same jti")
	g.When(`^two proofs have jtis that differ in letter case alone$`, (*Prober).sendCasedIDs,
		"Sends two honest proofs one after the other; the second is the one that is looked at.",
		"When two proofs have jtis that differ in letter case alone")
}

// remembered returns the accepted proof, once it is certain that the server
// keeps a memory at all.
func (w *Prober) remembered() (*made, error) {
	m, err := w.acceptedProof()
	if err != nil {
		return nil, err
	}
	return m, w.remembers(m)
}

func (w *Prober) sendAgainWithQuery() error {
	m, err := w.remembered()
	if err != nil {
		return err
	}
	again := *m.probe
	again.Request.URL += map[bool]string{true: "&", false: "?"}[strings.Contains(again.Request.URL, "?")] + "again=1"
	return w.Begin(replayed("used before, with another query")).End(w.SendWith("the same proof with another query", &again, "DPoP", []string{m.text}))
}

func (w *Prober) sendSameIDEarlier() error {
	m, err := w.remembered()
	if err != nil {
		return err
	}
	iat, err := m.draft.Claims.Number("iat")
	if err != nil {
		return err
	}
	_, err = w.sendMade(replayed("used before, under another iat"), "the same jti, another time", func(d *dpop.Draft) {
		d.Claims.Set("jti", m.id())
		d.Claims.Set("iat", int64(iat)-1)
	})
	return err
}

func (w *Prober) sendCasedIDs() error {
	id := strings.ToLower(dpop.NewID())
	return w.sendIDs("a jti in lower case", id, "a jti in upper case", strings.ToUpper(id))
}

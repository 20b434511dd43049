package world

import (
	"net/url"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// A refused proof leaves the code of its request usable, at most servers: then the
// probes of several cases need one login. That it does shows the control after
// them, which redeems that very code; where it fails, each probe gets its own.

// probeForm is GrantForm for a probe that is expected to be refused: a code with
// which nothing was granted yet is used again.
func (w *World) probeForm(client target.RegisteredClient, grant string) (url.Values, error) {
	if grant != mockas.GrantCode || !w.shares() || w.lane.burns {
		return w.GrantForm(client, grant)
	}
	if kept, found := w.lane.codes[client.ID]; found {
		return kept, nil
	}
	form, err := w.GrantForm(client, grant)
	if err == nil {
		w.lane.codes[client.ID] = form
	}
	return form, err
}

package world

import (
	"slices"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// expectSuccess notes on an answer to the request that the configuration names for an
// API what it lacks to be a success (apis.NAME.probe).
func (w *World) expectSuccess(e *wire.Exchange) {
	if e == nil || e.Status/100 != 2 {
		return
	}
	for _, api := range w.Session.APIs {
		if e.Method != api.Method || withoutQuery(e.URL) != withoutQuery(api.URL+api.Path) || further(api, e) {
			continue
		}
		if lacks := api.Success.Unmet(e); lacks != "" {
			e.Facts = append(e.Facts, wire.Fact{Name: unmet, Value: lacks})
		}
	}
}

// further reports whether a request is one of the further probes of an API, which have
// successes of their own.
func further(api target.RealAPI, e *wire.Exchange) bool {
	return slices.ContainsFunc(api.Probes, func(o target.Operation) bool { return e.URL == api.URL+o.Path })
}

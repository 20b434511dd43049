package world

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Something on the way to a server may answer in its place: with a login page, with
// a redirect, with half an answer. It has a status of success too, so an answer
// counts as the server's own where it looks like that to an honest request.

// Foreign reports whether an answer that refuses nothing looks otherwise than what
// the same server answers to an honest request; known is false if none was seen yet.
func (w *World) Foreign(e *wire.Exchange) (foreign, known bool) {
	if w.lane == nil {
		return false, false
	}
	own, known := w.lane.shapes[shapeOf(e)]
	return known && !alike(own, e), known
}

// shapeOf names the requests whose answers look alike.
func shapeOf(e *wire.Exchange) string { return e.Method + " " + withoutQuery(e.URL) }

// alike compares status, kind of content and, of JSON, whether the answer is whole
// and says anything that the other said.
func alike(own, e *wire.Exchange) bool {
	if own.Status != e.Status || mediaType(own) != mediaType(e) {
		return false
	}
	object, err := dpop.ParseObject(own.Reply)
	if err != nil {
		return json.Valid(own.Reply) == json.Valid(e.Reply)
	}
	other, err := dpop.ParseObject(e.Reply)
	if err != nil {
		return false
	}
	common := func(m dpop.Member) bool { return other.Has(m.Name) }
	return len(object) == 0 || slices.ContainsFunc(object, common)
}

func mediaType(e *wire.Exchange) string {
	kind, _ := e.Answer.One("Content-Type")
	kind, _, _ = strings.Cut(kind, ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

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

// shapes are the answers to the honest requests that were granted, one of each look.
type shapes map[string][]*wire.Exchange

// saw keeps an answer that looks otherwise than those of before. Where honest
// requests get several, none can be trusted to be the server's own.
func (s shapes) saw(e *wire.Exchange) {
	name := shapeOf(e)
	if len(s[name]) < 2 && !slices.ContainsFunc(s[name], func(own *wire.Exchange) bool { return alike(own, e) }) {
		s[name] = append(s[name], e)
	}
}

// Foreign reports whether an answer that refuses nothing looks otherwise than what
// the same server answers to an honest request; known is false if none was seen yet.
func (w *World) Foreign(e *wire.Exchange) (foreign, known bool) {
	if w.lane == nil {
		return false, false
	}
	own := w.lane.shapes[shapeOf(e)]
	return slices.ContainsFunc(own, func(one *wire.Exchange) bool { return !alike(one, e) }), len(own) > 0
}

// shapeOf names the requests whose answers look alike.
func shapeOf(e *wire.Exchange) string { return e.Method + " " + withoutQuery(e.URL) }

// alike compares status, kind of content and, of JSON, whether the answer is whole,
// says anything that the other said, and grants a token of the same type.
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
	kind, _ := object.Text("token_type")
	otherKind, _ := other.Text("token_type")
	if !strings.EqualFold(kind, otherKind) { // as if no proof had come
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

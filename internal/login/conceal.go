package login

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// Concealed is an exchange of a login as reports show it: of a form only the names of
// what it sends, and of a page with a form only its size. Nil stays nil.
func Concealed(e *wire.Exchange) *wire.Exchange {
	if e == nil {
		return nil
	}
	shown := *e
	if len(e.Body) > 0 {
		shown.Body = namesOf(e)
	}
	page := bytes.ToLower(e.Reply)
	if bytes.Contains(page, []byte("<form")) || bytes.Contains(page, []byte("<input")) {
		shown.Reply = fmt.Appendf(nil, "(a page of %d octets with a form)", len(e.Reply))
	}
	return &shown
}

// namesOf is the body of a form without its values.
func namesOf(e *wire.Exchange) []byte {
	kind, _ := e.Fields.One("Content-Type")
	if !strings.Contains(kind, "urlencoded") {
		return fmt.Appendf(nil, "(a form of %d octets)", len(e.Body))
	}
	var names []string
	for part := range strings.SplitSeq(string(e.Body), "&") {
		name, _, _ := strings.Cut(part, "=")
		if known, err := url.QueryUnescape(name); err == nil {
			name = known
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return fmt.Appendf(nil, "(a form with the fields %s)", strings.Join(slices.Compact(names), ", "))
}

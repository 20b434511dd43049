package world

import (
	"context"

	"github.com/dpopspec/dpopspec/internal/login"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// sendLogin sends a request of a login. Pages with forms are not shown in reports: what
// is in them serves their server alone, and a form that is posted may hold a code
// (OAuth 2.0 Form Post Response Mode).
func (w *World) sendLogin(ctx context.Context, title string, r wire.Request) (*wire.Exchange, error) {
	e, err := w.sender().Do(ctx, r)
	return e, w.received(title, r, e, login.Concealed(e), err)
}

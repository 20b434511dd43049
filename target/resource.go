package target

import (
	"context"
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockrs"
)

// ProtectedResource is the metadata of an API (RFC 9728).
type ProtectedResource struct {
	API      string
	Source   string // URL it was read from
	Document dpop.Object
	Missing  error // why there is none
}

// APIOf returns the place of the API that a client gets tokens for: the first that names
// it, else the first that names none; -1 if each names another.
func APIOf(apis []RealAPI, client string) int {
	at := slices.IndexFunc(apis, func(a RealAPI) bool { return client != "" && a.Client == client })
	if at < 0 {
		at = slices.IndexFunc(apis, func(a RealAPI) bool { return a.Client == "" })
	}
	return at
}

// readResource reads the metadata of an API (RFC 9728 §3). That there is none is
// no error; that the API cannot be reached is.
func readResource(ctx context.Context, client *wire.Client, api RealAPI) (ProtectedResource, error) {
	r := ProtectedResource{API: api.Name, Source: mockrs.MetadataURL(api.URL)}
	e, err := client.Do(ctx, wire.Request{Method: "GET", URL: r.Source})
	switch {
	case err != nil && (e == nil || e.Status == 0):
		return r, fmt.Errorf("the API %s: %s: %w", api.Name, r.Source, err)
	case err != nil:
		r.Missing = err
	case e.Status != 200:
		r.Missing = fmt.Errorf("%s answers %d", r.Source, e.Status)
	default:
		r.Document, r.Missing = dpop.ParseObject(e.Reply)
	}
	return r, nil
}

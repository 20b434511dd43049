package world

import (
	"slices"
	"testing"

	"github.com/dpopspec/dpopspec/features"
)

// AddEndpoint adds an endpoint to the list of those that take proofs and to the
// catalogue's, for the time of a test.
func AddEndpoint(t *testing.T, p Endpoint) {
	ours, theirs := endpoints, features.Endpoints
	endpoints, features.Endpoints = append(slices.Clone(ours), p), append(slices.Clone(theirs), p.Name)
	t.Cleanup(func() { endpoints, features.Endpoints = ours, theirs })
}

// EndpointNames are the names of the endpoints that take proofs.
func EndpointNames() []string {
	var names []string
	for _, p := range endpoints {
		names = append(names, p.Name)
	}
	return names
}

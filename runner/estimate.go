package runner

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/target"
)

// What a run will cost a real party is known before it begins, about: one case of
// each scenario is rehearsed with the embedded parties, and what cases share is
// taken into account.

// casesPerControl is about how many cases share one honest request, and one token.
const casesPerControl = 8

// What a token costs at a real authorization server; the embedded one mints it.
const (
	requestsForToken = 1 // client credentials
	requestsForCode  = 3 // authorization, a redirect, the token
)

// estimate is about how many requests a case sends to real parties of which the
// rehearsal sent so many: of several one is the honest request that goes with
// others, and is shared. A case about a client sends nothing but to embedded
// servers.
func estimate(c *Case, rehearsed int, way tokenWay) float64 {
	if c.Subject == target.ClientRole {
		return 0
	}
	n := float64(rehearsed)
	if rehearsed > 1 {
		n += 1.0/casesPerControl - 1
	}
	return n + way.cost(c.Endpoint)/casesPerControl
}

// What a run sends beside its cases: an honest request after some of them, and cases
// again whose words do not tell that the proof was refused. In the beginning no words
// are known; so measured at servers on this machine.
const (
	unsure      = 180  // requests of cases after which the words of a party are known
	whileUnsure = 0.9  // requests beside each until then
	onceSure    = 0.18 // and from then on
)

// beside is about how many requests a run sends beside so many of its cases.
func beside(requests float64) float64 {
	return min(requests, unsure)*whileUnsure + max(requests-unsure, 0)*onceSure
}

// tokenWay is how the access tokens of cases are come by.
type tokenWay struct {
	minted  bool // the embedded authorization server makes them
	machine bool // a client may use client credentials
}

// ofTenant is the way at an authorization server with a client for client
// credentials and one for logins.
var ofTenant = tokenWay{machine: true}

// wayOf is the way to the tokens of a session.
func wayOf(s *target.Session) tokenWay {
	if s.Embedded(target.AuthorizationServer) || s.AuthorizationServer.Unused {
		return tokenWay{minted: true}
	}
	return tokenWay{machine: slices.ContainsFunc(s.AuthorizationServer.Clients, func(c target.RegisteredClient) bool {
		return c.Has("client_credentials")
	})}
}

// cost is how many requests a token for an endpoint takes.
func (w tokenWay) cost(endpoint string) float64 {
	switch {
	case w.minted:
		return 0
	case endpoint == "userinfo", endpoint == "api" && !w.machine:
		return requestsForCode
	case endpoint == "api":
		return requestsForToken
	}
	return 0
}

// inAll is a sum of estimates as people read it.
func inAll(sum float64) int { return int(math.Ceil(sum)) }

// rehearse runs one case of each scenario at each endpoint against the embedded
// parties and counts its requests: the rows of an outline differ in a defect,
// not in what they send.
func (p *Plan) rehearse(ctx context.Context, cases []*Case) (map[string]int, error) {
	session, err := target.Open(ctx, target.Default())
	if err != nil {
		return nil, err
	}
	defer session.Close()
	sample := &Plan{Profile: p.Profile}
	chosen := map[string]string{}
	for _, c := range cases {
		if alike := alike(c); c.Skip == "" && chosen[alike] == "" {
			chosen[alike] = c.ID
			sample.Cases = append(sample.Cases, c)
		}
	}
	counts := map[string]int{}
	for _, c := range Execute(ctx, sample, session, Options{Trace: true}) {
		counts[c.ID] = len(c.Exchanges)
	}
	for _, c := range cases {
		counts[c.ID] = counts[chosen[alike(c)]]
	}
	return counts, ctx.Err()
}

// alike names what the cases of one scenario at one endpoint have in common.
func alike(c *Case) string {
	parts := strings.SplitN(c.ID, "/", 3)
	return strings.Join(parts[:min(2, len(parts))], "/") + "@" + c.Endpoint
}

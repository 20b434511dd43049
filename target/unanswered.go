package target

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
)

// Unanswered ends what rests on an address at which no honest request gets a whole
// answer any more, though somebody is there: the connection breaks, or what comes is no
// HTTP. The address was asked the request of the exchange; at is the name of the
// endpoint that is the API's, if it is one of those.
func (s *Session) Unanswered(e *wire.Exchange, at string) {
	if s.mourn(originOf(e.URL), farewell) {
		return // its program has ended, which says more
	}
	address, _, _ := strings.Cut(e.URL, "?")
	rests := []Dependent{{Address: e.URL}, {Address: address}}
	for endpoint, known := range map[string]string{
		features.TokenEndpoint: s.Metadata.Token, features.PAREndpoint: s.Metadata.PAR,
		features.UserinfoEndpoint: s.Metadata.Userinfo,
	} {
		if known == address {
			rests = append(rests, Dependent{Endpoint: endpoint})
		}
	}
	if at != "" && len(rests) == 2 {
		rests = append(rests, Dependent{Endpoint: at})
	}
	s.Block(reports.Problem{
		Name:   address,
		What:   fmt.Sprintf("%s gives no whole answer any more, not even to an honest request, %s", address, s.moment()),
		Answer: wire.Brief(e.Err.Error()),
		Key:    s.keyAt(originOf(address)),
		Remedy: "see what its log says of these requests, and what stands in front of it; nothing was sent there after that",
	}, rests...)
}

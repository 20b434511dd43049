package target

import (
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/clock"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
)

// EmbeddedAS is the embedded authorization server of one case.
type EmbeddedAS struct {
	*mockas.Server
	HTTP *wire.Server
}

// EmbeddedAPI is an embedded API of one case.
type EmbeddedAPI struct {
	*mockrs.API
	HTTP *wire.Server
}

// StartAuthorizationServer starts the embedded authorization server for a
// case: the honest configuration, changed by the scenario and then by the mutant.
func (s *Session) StartAuthorizationServer(
	clk *clock.Clock, o wire.Options, arrange ...func(*mockas.Config),
) (*EmbeddedAS, error) {
	var server *mockas.Server
	var failed error
	o.Name, o.Clock = AuthorizationServer.Name(), clk.Now
	listener, err := wire.Listen(s.secured.listening(o), func(origin string) http.Handler {
		config := mockas.Config{Clock: clk.Now, Key: s.issuerKey, Look: s.Look}
		if s.issuer != nil {
			config.Issuer = s.issuerURL()
		}
		for _, change := range arrange {
			change(&config)
		}
		if s.Parts.AuthorizationServer != nil {
			s.Parts.AuthorizationServer(&config)
		}
		server, failed = mockas.New(origin, config)
		return server
	})
	if err == nil && failed != nil {
		listener.Close()
		err = failed
	}
	if err != nil {
		return nil, err
	}
	return &EmbeddedAS{server, listener}, nil
}

// StartAPI starts an embedded API for a case.
func (s *Session) StartAPI(clk *clock.Clock, o wire.Options, arrange ...func(*mockrs.Config)) (*EmbeddedAPI, error) {
	var api *mockrs.API
	o.Name, o.Clock = ResourceServer.Name(), clk.Now
	listener, err := wire.Listen(o, func(origin string) http.Handler {
		config := mockrs.Config{Clock: clk.Now, Verifier: dpop.NewVerifier(clk.Now), Policy: mockrs.HonestPolicy()}
		for _, change := range arrange {
			change(&config)
		}
		if s.Parts.API != nil {
			s.Parts.API(&config)
		}
		api = mockrs.New(origin, config)
		return api
	})
	if err != nil {
		return nil, err
	}
	return &EmbeddedAPI{api, listener}, nil
}

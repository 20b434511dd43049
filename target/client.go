package target

import (
	"context"
	"fmt"
	"maps"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// OpenClient starts the client under test for one case.
func (s *Session) OpenClient(ctx context.Context, around Conditions) (Driver, error) {
	if s.Client == nil {
		return newEmbedded(around, s.Parts.Client, s.Limits.Timeout, s.secured.trusting(wire.Connection{}).Roots), nil
	}
	if s.Triggered() {
		return newTrigger(s.Client.Trigger, s.triggeredIssuer(), s.NewClient(nil, nil)), nil
	}
	d, err := s.drive(ctx, around)
	if err == nil {
		s.introduction.keep(d.Hello())
	}
	return d, err
}

// drive starts a real client that can be told what to do.
func (s *Session) drive(ctx context.Context, around Conditions) (Driver, error) {
	if s.Client.Drive != nil {
		return s.Client.Drive(ctx, around)
	}
	around.Env = s.environment(around)
	d, err := openDriven(ctx, s, around)
	if err != nil {
		return nil, fmt.Errorf("the client: %w", err)
	}
	return d, nil
}

// environment is that of an adapter: the scenario's, and what it needs to trust
// the embedded authorization server.
func (s *Session) environment(around Conditions) map[string]string {
	env := s.secured.trustedBy(s.Client.Command.Env)
	maps.Copy(env, around.Env)
	return env
}

// triggeredIssuer is the issuer that an application behind a trigger URL is
// configured with.
func (s *Session) triggeredIssuer() string {
	return s.Look.IssuerAt(s.secured.scheme() + "://" + s.Client.Trigger.AuthorizationServer)
}

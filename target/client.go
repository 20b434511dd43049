package target

import (
	"context"
	"fmt"
)

// OpenClient starts the client under test for one case.
func (s *Session) OpenClient(ctx context.Context, around Conditions) (Driver, error) {
	if s.Client == nil {
		return newEmbedded(around, s.Parts.Client, s.Limits.Timeout), nil
	}
	if s.Triggered() {
		return newTrigger(s.Client.Trigger, s.NewClient(nil, nil)), nil
	}
	if s.Client.Drive != nil {
		return s.Client.Drive(ctx, around)
	}
	d, err := openDriven(ctx, s, around)
	if err != nil {
		return nil, fmt.Errorf("the client: %w", err)
	}
	return d, nil
}

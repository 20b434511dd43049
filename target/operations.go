package target

import (
	"context"
	"time"
)

// operations are those of the adapter protocol, by whatever sends a request and
// reads its answer.
type operations struct {
	ask func(ctx context.Context, op string, request, answer any) error
}

// Configure implements Driver.
func (o operations) Configure(ctx context.Context, s Setup) error {
	return o.ask(ctx, "configure", s, &struct{}{})
}

// Login implements Driver.
func (o operations) Login(ctx context.Context, order LoginOrder) (Told, error) {
	return o.token(ctx, "login", order)
}

// Leave implements Driver.
func (o operations) Leave(ctx context.Context, order LoginOrder) (Left, error) {
	var l Left
	err := o.ask(ctx, "leave", order, &l)
	return l, err
}

// Return implements Driver.
func (o operations) Return(ctx context.Context, order ReturnOrder) (Told, error) {
	return o.token(ctx, "return", order)
}

// Token implements Driver.
func (o operations) Token(ctx context.Context, order TokenOrder) (Told, error) {
	return o.token(ctx, "token", order)
}

func (o operations) token(ctx context.Context, op string, order any) (Told, error) {
	var t Told
	err := o.ask(ctx, op, order, &t)
	return t, err
}

// Fetch implements Driver.
func (o operations) Fetch(ctx context.Context, order FetchOrder) (*Fetched, error) {
	return o.called(ctx, "fetch", order)
}

// Userinfo implements Driver.
func (o operations) Userinfo(ctx context.Context, order SessionOrder) (*Fetched, error) {
	return o.called(ctx, "userinfo", order)
}

func (o operations) called(ctx context.Context, op string, order any) (*Fetched, error) {
	f := &Fetched{}
	if err := o.ask(ctx, op, order, f); err != nil {
		return nil, err
	}
	return f, nil
}

// Logout implements Driver.
func (o operations) Logout(ctx context.Context, order SessionOrder) error {
	return o.ask(ctx, "logout", order, &struct{}{})
}

// Register implements Driver.
func (o operations) Register(ctx context.Context) error {
	return o.ask(ctx, "register", struct{}{}, &struct{}{})
}

// Rotate implements Driver.
func (o operations) Rotate(ctx context.Context, k KeyPair) error {
	return o.ask(ctx, "rotate", k, &struct{}{})
}

// Waits implements Driver: nothing is known of them.
func (o operations) Waits() []time.Duration { return nil }

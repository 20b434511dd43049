package target

import (
	"context"
	"net/url"

	"github.com/dpopspec/dpopspec/client"
)

// Leave implements Driver.
func (d *embedded) Leave(ctx context.Context, order LoginOrder) (Left, error) {
	c, err := d.of(order.Session)
	if err != nil {
		return Left{}, err
	}
	further := url.Values{}
	for name, value := range order.Query {
		further.Set(name, value)
	}
	a, err := c.Authorize(ctx, client.LoginOptions{Parameters: further})
	if err != nil {
		return Left{}, told(err)
	}
	kept, err := a.Keep()
	return Left{URL: a.URL, Kept: kept}, told(err)
}

// Return implements Driver.
func (d *embedded) Return(ctx context.Context, order ReturnOrder) (Told, error) {
	c, err := d.of(order.Session)
	if err != nil {
		return Told{}, err
	}
	a, err := c.Resume(order.Kept)
	if err != nil {
		return Told{}, told(err)
	}
	t, err := c.Exchange(ctx, a, order.Callback)
	return toldOf(t), told(err)
}

// Logout implements Driver.
func (d *embedded) Logout(ctx context.Context, order SessionOrder) error {
	c, err := d.of(order.Session)
	if err != nil {
		return err
	}
	return told(c.Logout(ctx))
}

// Userinfo implements Driver.
func (d *embedded) Userinfo(ctx context.Context, order SessionOrder) (*Fetched, error) {
	c, err := d.of(order.Session)
	if err != nil {
		return nil, err
	}
	response, err := c.Userinfo(ctx)
	if err != nil {
		return nil, told(err)
	}
	return fetchedFrom(response)
}

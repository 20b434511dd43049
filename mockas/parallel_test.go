package mockas_test

import (
	"net/url"
	"sync"
	"testing"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

// together sends twenty requests at once and counts the successes.
func (p *party) together(f url.Values, field func() wire.Field) int {
	p.Helper()
	var fields [20]wire.Field
	for i := range fields {
		fields[i] = field()
	}
	var succeeded int
	var mu sync.Mutex
	var group sync.WaitGroup
	for _, f1 := range fields {
		group.Go(func() {
			status := p.token(f, f1).Status
			mu.Lock()
			defer mu.Unlock()
			if status == 200 {
				succeeded++
			}
		})
	}
	group.Wait()
	return succeeded
}

func TestOfParallelUsesExactlyOneSucceeds(t *testing.T) {
	p := start(t)
	fresh := func() wire.Field { return p.proof(keyA, mockas.PathToken) }
	one := fresh()
	same := func() wire.Field { return one }
	first := p.token(codeGrant("app", p.code("app")), fresh())
	device := p.post(mockas.PathDevice, form("client_id", "app")).text("device_code")
	for name, row := range map[string]struct {
		form  url.Values
		field func() wire.Field
	}{
		"code":          {codeGrant("app", p.code("app")), fresh},
		"refresh token": {refreshGrant("app", first.text("refresh_token")), fresh},
		"device code":   {form("grant_type", mockas.GrantDevice, "client_id", "app", "device_code", device), fresh},
		"proof":         {postGrant(), same},
	} {
		t.Run(name, func(t *testing.T) {
			if n := p.together(row.form, row.field); n != 1 {
				t.Errorf("%d of 20 succeeded", n)
			}
		})
	}
}

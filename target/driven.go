package target

import (
	"context"
	"errors"
	"sync"
)

// driven is a client behind an adapter, in one case. Its program is started, or
// taken from those that wait for a case, once the case asks something of it.
type driven struct {
	operations
	session *Session
	context context.Context // of the case: a program ends with the run at the latest
	around  Conditions
	hello   Hello

	mu      sync.Mutex // guards what follows
	adapter *adapter   // nil: none yet
	served  bool       // it has served other cases before, and was not asked anything in this one
	over    bool       // nothing can be asked any more
}

// errEnded says that a scenario goes on with a process that it has ended.
var errEnded = errors.New("the process of the client was ended: nothing can be asked of it any more")

// openDriven makes sure that the program can introduce itself.
func openDriven(ctx context.Context, s *Session, around Conditions) (*driven, error) {
	d := &driven{session: s, context: ctx, around: around}
	d.operations = operations{d.ask}
	var err error
	d.hello, d.adapter, err = s.adapters.introduced(d.start)
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Hello implements Driver.
func (d *driven) Hello() Hello { return d.hello }

// start starts a program of the case's own.
func (d *driven) start() (*adapter, error) {
	return startAdapter(d.context, d.session.Client.Command, d.around.Env, d.session.Limits.Timeout)
}

// program is that of the case.
func (d *driven) program() (*adapter, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.over:
		return nil, errEnded
	case d.adapter != nil:
		return d.adapter, nil
	}
	if !d.around.Anew {
		if d.adapter = d.session.adapters.take(d.around.Env); d.adapter != nil {
			d.adapter.process.stderr.begin()
			d.served = true
			return d.adapter, nil
		}
	}
	var err error
	d.adapter, err = d.start()
	return d.adapter, err
}

// ask has the program of the case do something. One that came to its end after
// another case is replaced: what it died of is not this case's.
func (d *driven) ask(ctx context.Context, op string, request, answer any) error {
	a, err := d.program()
	if err != nil {
		return err
	}
	err = a.ask(ctx, op, request, answer)
	d.mu.Lock()
	first := d.served
	d.served = false
	d.mu.Unlock()
	if err == nil || !first || a.free() || ctx.Err() != nil {
		return err
	}
	a.Close()
	d.mu.Lock()
	d.adapter, err = d.start()
	a = d.adapter
	d.mu.Unlock()
	if err != nil {
		return err
	}
	return a.ask(ctx, op, request, answer)
}

// Output implements Driver.
func (d *driven) Output() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.over = true
	if d.adapter == nil {
		return ""
	}
	return d.adapter.Output()
}

// End implements Driver.
func (d *driven) End() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.over = true
	if d.adapter != nil {
		d.adapter.Close()
	}
}

// Close implements Driver. The next case need not wait for the end of a program.
func (d *driven) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.adapter != nil && !d.over {
		d.session.adapters.give(d.adapter)
	}
	d.over = true
}

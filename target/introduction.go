package target

import "sync"

// introduction is how the client of a session has introduced itself first.
type introduction struct {
	asking sync.Mutex // held while it is asked for

	mu    sync.Mutex // guards what follows
	hello *Hello     // nil: it has not yet
}

func (i *introduction) keep(h Hello) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.hello == nil {
		i.hello = &h
	}
}

func (i *introduction) known() *Hello {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.hello
}

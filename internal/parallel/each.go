// Package parallel does things side by side, so many at a time.
package parallel

import (
	"context"
	"sync"
)

// Each does something with each of a list, so many at a time, and returns when all is
// done. When the context ends it begins nothing more.
func Each[T any](ctx context.Context, most int, list []T, do func(T)) {
	next := make(chan T)
	var group sync.WaitGroup
	for range min(most, len(list)) {
		group.Go(func() {
			for one := range next {
				do(one)
			}
		})
	}
	for _, one := range list {
		if ctx.Err() != nil {
			break
		}
		next <- one
	}
	close(next)
	group.Wait()
}

package parallel

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

func TestEachIsDoneOnceAndNoMoreAtATimeThanMay(t *testing.T) {
	var lock sync.Mutex
	var done []int
	var now, most atomic.Int32
	Each(t.Context(), 3, []int{1, 2, 3, 4, 5, 6, 7}, func(n int) {
		running := now.Add(1)
		defer now.Add(-1)
		lock.Lock()
		defer lock.Unlock()
		most.Store(max(most.Load(), running))
		done = append(done, n)
	})
	slices.Sort(done)
	if !slices.Equal(done, []int{1, 2, 3, 4, 5, 6, 7}) || most.Load() > 3 {
		t.Errorf("%v, %d at a time", done, most.Load())
	}
}

func TestNothingIsBegunWhenTheContextHasEnded(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	begun := 0
	Each(ctx, 1, []int{1, 2, 3, 4}, func(int) {
		begun++
		end()
	})
	if begun > 2 { // the second may have been handed out already
		t.Errorf("%d were begun", begun)
	}
}

package dpoptest

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
)

// panics is what became of a handler under test that panicked: to the cases it is a server
// error like any other, to its author the place is all.
type panics struct {
	mu    sync.Mutex
	first string
	more  int
}

// stackLines is how many lines of a stack are told.
const stackLines = 40

// watch notes a panic of a handler, and lets it go on as it would.
func (p *panics) watch(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if cause := recover(); cause != nil {
				if cause != http.ErrAbortHandler { // with which a handler hangs up on purpose
					p.note(fmt.Sprintf("%v", cause), string(debug.Stack()))
				}
				panic(cause)
			}
		}()
		handler.ServeHTTP(w, r)
	})
}

func (p *panics) note(cause, stack string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.first != "" {
		p.more++
		return
	}
	lines := strings.Split(strings.TrimSpace(stack), "\n")
	if i := whereItBegan(lines); i > 0 {
		lines = lines[i:]
	}
	p.first = cause + "\n" + strings.Join(lines[:min(len(lines), stackLines)], "\n")
}

// whereItBegan is the line behind those that the recovery itself has left on a stack.
func whereItBegan(lines []string) int {
	for i, line := range lines {
		if strings.HasPrefix(line, "panic(") {
			return i + 2
		}
	}
	return 0
}

// tell logs the first panic, which go test shows if the test fails, and how many came after it.
func (p *panics) tell(t testing.TB) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.first == "" {
		return
	}
	text := "dpoptest: the handler under test panicked: " + p.first
	if p.more > 0 {
		text += fmt.Sprintf("\nand %d more times", p.more)
	}
	t.Log(said(text))
}

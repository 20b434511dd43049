//go:build unix

package target

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestAProgramIsStoppedWithAllThatItStarted(t *testing.T) {
	held := filepath.Join(t.TempDir(), "held")
	if err := syscall.Mkfifo(held, 0o600); err != nil {
		t.Fatal(err)
	}
	script := `(exec 3> "$HELD"; sleep 600) & echo "{\"url\": \"ready\"}"; wait`
	p, err := start(t.Context(), Command{Args: []string{"sh", "-c", script}, Dir: t.TempDir(),
		Env: map[string]string{"HELD": held}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.ready(t.Context(), "url", enough); err != nil {
		t.Fatal(err)
	}
	reader, err := os.Open(held) // returns when the child has opened its end
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	p.Stop()
	if err := reader.SetReadDeadline(time.Now().Add(enough)); err != nil {
		t.Fatal(err)
	}
	if _, err := reader.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("what the program started still runs: %v", err)
	}
}

func TestAProgramThatEndsBeforeItIsReadyIsAnErrorWithItsWords(t *testing.T) {
	p, err := start(t.Context(), Command{Args: []string{"sh", "-c", "echo no port left >&2; exit 1"},
		Dir: t.TempDir()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	if _, err := p.ready(t.Context(), "url", enough); err == nil || !strings.Contains(err.Error(), "no port left") {
		t.Errorf("got %v", err)
	}
}

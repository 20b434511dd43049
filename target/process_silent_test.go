//go:build unix

package target

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What a program does that lives on and says nothing more that can be understood, and
// what is said of it.
var mute = map[string]struct{ does, says string }{
	"closes its output":      {`exec >&-; sleep 600`, "closed its standard output and did not end"},
	"and obeys nobody":       {`trap "" TERM; exec >&-; while :; do sleep 600; done`, "closed its standard output"},
	"writes an endless line": {`tr '\0' x < /dev/zero`, "wrote a line of more than 4 MiB"},
	"and ends its lines":     {`tr '\0' x < /dev/zero | head -c 5000000; echo; sleep 600`, "wrote a line of more than 4 MiB"},
	"has failed":             {`exit 3`, "ended with exit code 3"},
	"and left somebody":      {`sleep 600 & exit 3`, "ended with exit code 3"},
}

func TestAServerThatSaysNothingMoreIsGivenUp(t *testing.T) {
	for name, m := range mute {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			command := Command{Args: []string{"sh", "-c", "echo these are my words >&2; " + m.does}, Dir: t.TempDir()}
			p, err := startServer(t.Context(), command, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = p.ready(t.Context(), "url", time.Hour)
			if err == nil || !strings.Contains(err.Error(), m.says) || !strings.Contains(err.Error(), "these are my words") {
				t.Errorf("got %v", err)
			}
			p.Stop()
			if !p.ended(0) {
				t.Error("it has not ended")
			}
		})
	}
}

func TestAnAdapterThatSaysNothingMoreIsGivenUp(t *testing.T) {
	for name, m := range mute {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			held := filepath.Join(t.TempDir(), "held")
			if err := syscall.Mkfifo(held, 0o600); err != nil {
				t.Fatal(err)
			}
			script := `exec 3<> "$HELD"; echo these are my words >&2; read hello; ` +
				`echo '{"id": 1, "ok": true, "name": "mute"}'; read login; ` + m.does
			a, err := startAdapter(t.Context(), Command{Args: []string{"sh", "-c", script}, Dir: t.TempDir(),
				Env: map[string]string{"HELD": held}}, nil, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			reader, err := os.OpenFile(held, os.O_RDONLY|syscall.O_NONBLOCK, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer reader.Close()
			err = a.ask(t.Context(), "login", struct{}{}, &Told{})
			if err == nil || !strings.Contains(err.Error(), "the program "+m.says) ||
				!strings.Contains(err.Error(), "these are my words") {
				t.Errorf("got %v", err)
			}
			a.Close()
			reader.SetReadDeadline(time.Now().Add(2 * enough))
			if n, err := reader.Read(make([]byte, 1)); n != 0 || err == nil || os.IsTimeout(err) {
				t.Errorf("something of it still runs: %v", err)
			}
		})
	}
}

func TestACommandThatGivesNothingIsGivenUpWithItsWords(t *testing.T) {
	for script, says := range map[string]string{
		`echo these are my words >&2; exit 7`:                    "ended with exit code 7",
		`echo these are my words >&2; exec >&-; exit 7`:          "ended with exit code 7",
		`echo these are my words >&2; sleep 600 & exit 7`:        "ended with exit code 7",
		`echo these are my words >&2; kill -9 $$`:                "ended by signal: killed",
		`tr '\0' x < /dev/zero`:                                  "more than",
		`trap "" TERM PIPE; while :; do echo xxxxxxxxxxxx; done`: "more than",
	} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			c := Command{Args: []string{"sh", "-c", script}, Dir: t.TempDir()}
			_, tokenErr := output(t.Context(), c)
			_, offerErr := (&Offers{Command: c}).NewOffer(t.Context())
			for _, err := range []error{tokenErr, offerErr} {
				if err == nil || !strings.Contains(err.Error(), says) ||
					strings.Contains(script, "words") && !strings.Contains(err.Error(), "these are my words") {
					t.Errorf("got %v", err)
				}
			}
		})
	}
}

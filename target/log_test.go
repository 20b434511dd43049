package target

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// chatty is an adapter that logs a word after its answer, and much besides.
const chatty = `
read hello; echo '{"id":1,"ok":true,"name":"chatty","version":"1","capabilities":[]}'
echo EARLY >&2
i=0; while [ $i -lt 2000 ]; do echo "a line of the log that tells nothing" >&2; i=$((i+1)); done
read token; echo '{"id":2,"ok":true}'
%s
echo LATE >&2
while read more; do :; done
echo LAST >&2
`

// A client that leaks a key just after it has answered leaks it no less, nor does one
// that writes much afterwards.
func TestTheLogOfAnAdapterIsJudgedWhole(t *testing.T) {
	for name, meanwhile := range map[string]string{"at once": "", "late": "sleep 0.3"} {
		t.Run(name, func(t *testing.T) {
			command := Command{Args: []string{"sh", "-c", fmt.Sprintf(chatty, meanwhile)}, Dir: t.TempDir()}
			a, err := startAdapter(t.Context(), command, nil, enough)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			if _, err := a.Token(context.Background(), TokenOrder{}); err != nil {
				t.Fatal(err)
			}
			written := a.Output()
			for _, word := range []string{"EARLY", "LATE", "LAST"} {
				if !strings.Contains(written, word) {
					t.Errorf("%s is not in the %d octets of its log", word, len(written))
				}
			}
			if again := a.Output(); again != written {
				t.Errorf("the log differs when it is asked for again")
			}
		})
	}
}

func TestALogWithoutEndTakesBoundedMemory(t *testing.T) {
	var e standardError
	e.Write([]byte("FIRST\n"))
	line := []byte(strings.Repeat("x", 1<<16) + "\n")
	for range 1024 {
		e.Write(line)
	}
	e.Write([]byte("LAST\n"))
	text := e.String()
	if len(text) > maxLog+2*maxKept || !strings.HasPrefix(text, "FIRST") || !strings.HasSuffix(text, "LAST") {
		t.Errorf("%d octets are kept", len(text))
	}
}

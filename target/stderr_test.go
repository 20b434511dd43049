package target

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/mask"
)

const strangersSecret = "QXzZJ7KVWqx/zjk9vwQ+ZXK2JVqz&xQjWkX5ZKv"

// readable is a part of four characters of the secret that can be read in a text.
func readable(text, secret string) string {
	for i := 0; i+4 <= len(secret); i++ {
		if part := secret[i : i+4]; strings.Contains(text, part) {
			return part
		}
	}
	return ""
}

func TestTheStandardErrorOfAProgramShowsNoEndOfASecret(t *testing.T) {
	const line = "QXzZJ7KVWqxxzjk9vwQ2ZXK2JVqzxxQjWkX5ZKvQXzZJ7KVWqxxzjk9vwQ2ZXK2JV"
	for name, secret := range map[string]string{
		"word":  strangersSecret,
		"lines": strangersSecret + "\n" + strangersSecret,
		"key":   "-----BEGIN PRIVATE KEY-----\n" + line + "\n" + line + "\nQXzZJ7==\n-----END PRIVATE KEY-----",
	} {
		secrets := mask.NewSecrets(strangersSecret)
		if name == "lines" {
			secrets = mask.NewSecrets(secret)
		}
		for at := range len(secret) {
			after := "\nlistening\n" + strings.Repeat("x", 99) + "\n"
			after += strings.Repeat("y", maxKept-len(after)-(len(secret)-at)-1) + "\n"
			var e standardError
			io.WriteString(&e, "started\n"+secret+after[:20])
			io.WriteString(&e, after[20:])
			got := secrets.Mask("the program ended: " + e.shown())
			if part := readable(got, secret); part != "" {
				t.Fatalf("%s, cut at %d: %q can be read in %q", name, at, part, got[:200])
			}
			if !strings.Contains(got, "listening") {
				t.Fatalf("%s, cut at %d: nothing is left of the rest: %q", name, at, got[:200])
			}
		}
	}
}

func TestTheStandardErrorOfAProgramShowsNoBeginningOfASecretThatItStillWrites(t *testing.T) {
	secrets := mask.NewSecrets(strangersSecret)
	for at := range len(strangersSecret) {
		var e standardError
		io.WriteString(&e, "started\nthe secret is "+strangersSecret[:at])
		if part := readable(secrets.Mask(e.shown()), strangersSecret); part != "" {
			t.Fatalf("%d octets of it were written: %q can be read in %q", at, part, e.shown())
		}
	}
}

// unheard is standard input of a program that is none: it takes everything, also what is
// written after the answer was there.
type unheard struct{ io.Writer }

func (unheard) Close() error { return nil }

func TestAnAnswerOfAnAdapterThatIsQuotedShowsNoBeginningOfASecret(t *testing.T) {
	secrets := mask.NewSecrets(strangersSecret)
	for at := range len(strangersSecret) {
		p := &Process{args: []string{"adapter"}, stdin: unheard{io.Discard}, lines: make(chan string, 1)}
		p.lines <- strings.Repeat(".,", maxQuoted)[:maxQuoted-at] + strangersSecret + strings.Repeat(" and more", 9)
		err := newAdapter(p, enough).ask(context.Background(), "login", struct{}{}, &Told{})
		if err == nil || readable(secrets.Mask(err.Error()), strangersSecret) != "" {
			t.Fatalf("cut at %d: %v", at, err)
		}
	}
}

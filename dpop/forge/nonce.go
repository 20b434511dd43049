package forge

import (
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// nonceDefects are about nonce (RFC 9449 §4.3, check 10; §8).
func nonceDefects() []Defect {
	rows := memberDefects("nonce")
	change := func(value, says string, edit func(string) string) {
		rows = append(rows, needing(Needs{Nonce: true}, bad("nonce", value, says, func(f *Forgery) error {
			nonce := edit(f.Nonce)
			if nonce == f.Nonce {
				return unlucky("this nonce is spelled so already")
			}
			f.Draft.Claims.Set("nonce", nonce)
			return nil
		}, "nonce"))...)
	}
	change("made up", "no server handed it out", func(string) string { return dpop.NewID() })
	change("truncated", "the right nonce without its last character", func(n string) string { return n[:len(n)-1] })
	change("without its first character", "the end of the right nonce", func(n string) string { return n[1:] })
	change("the first character of the right one", "a prefix of the right nonce",
		func(n string) string { return n[:1] + n[len(n):] })
	change("with a prefix", "one more character before the right nonce", func(n string) string { return "x" + n })
	change("with a suffix", "one more character behind the right nonce", func(n string) string { return n + "x" })
	change("in upper case", "nonces are compared exactly", strings.ToUpper)
	change("in lower case", "nonces are compared exactly", strings.ToLower)
	change("preceded by a space", "nonces are compared exactly", func(n string) string { return " " + n })
	change("followed by a space", "nonces are compared exactly", func(n string) string { return n + " " })
	change("followed by a line break", "nonces are compared exactly", func(n string) string { return n + "\n" })
	change("given twice in one text", "the right nonce, a comma and the right nonce",
		func(n string) string { return n + "," + n })
	change("a pattern", "no server matches nonces", func(string) string { return "*" })

	aid := func(value, says string, needs Needs, nonce func(*Forgery) string) {
		rows = append(rows, needing(needs, bad("nonce", value, says, func(f *Forgery) error {
			f.Draft.Claims.Set("nonce", nonce(f))
			return nil
		}, "nonce"))...)
	}
	aid("expired", "this server handed it out too long ago", Needs{Nonce: true, OldNonce: true},
		func(f *Forgery) string { return f.OldNonce })
	aid("of another server", "another server handed it out", Needs{Nonce: true, OtherNonce: true},
		func(f *Forgery) string { return f.OtherNonce })

	for _, attack := range injections {
		rows = append(rows, needing(Needs{Nonce: true},
			bad("nonce", attack.name, unharmed, setClaim("nonce", attack.text), "nonce"))...)
	}
	return append(rows,
		moot("nonce", "given though none was asked for", "the server asked for none", func(f *Forgery) error {
			if f.Nonce != "" {
				return lacking("this server asks for a nonce")
			}
			f.Draft.Claims.Set("nonce", dpop.NewID())
			return nil
		}, "nonce"))
}

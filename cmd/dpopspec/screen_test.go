package main

import (
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/visible"
)

// acting is what a stranger could put into a file, a name or a token.
const acting = "\n::error::x\n##[y]\n##vso[z]\x1b]0;owned\x07\x1b[2J\u009b\u202e\u2066\u200b\ufeff\x08"

func TestNoCommandPrintsWhatActsOnATerminal(t *testing.T) {
	token := dpop.EncodeSegment([]byte(`{"alg":"ES256","kid":"\u001b[2J`+"\u202e"+`"}`)) + "." +
		dpop.EncodeSegment([]byte(`{"sub":"`+"\u009b\u200b"+`"}`)) + ".AAAA"
	feature := write(t, "own.feature", "Feature: x"+acting+"\n  Scenario: y"+acting+"\n    Given z"+acting+"\n")
	for _, args := range [][]string{
		{"inspect", token},
		{"inspect", "HTTP/1.1 401 x" + acting + "\nWWW-Authenticate: DPoP error=\"" + acting + "\"\n"},
		{"inspect", `{"cnf":{"` + acting + `":1},"iss":"x"}`},
		{"inspect", acting + "x"},
		{"keys", "thumbprint", write(t, "k"+"\u202e", "x")},
		{"keys", "thumbprint", write(t, "k", `{"kty":"`+"\u202e\u009b"+`"}`)},
		{"keys", "thumbprint", "no" + acting},
		{"keys", "generate", "--alg", "x" + acting},
		{"keys", "env", "no" + acting},
		{"run", "--id", "x" + acting},
		{"run", "--tags", "@x" + acting},
		{"run", "-c", write(t, "bad.yaml", "apis:\n  \"orders\\x1b[2J"+"\u202e"+"\":\n    url: 7\n")},
		{"run", "-c", "no" + acting},
		{"run", "--profile", "x" + acting},
		{"run", "no" + acting},
		{"list", feature}, {"list", feature, "--format", "json"}, {"lint", feature}, {"check", feature},
		{"check", "--at", "x" + acting}, {"mutants", "--id", acting}, {"merge", "no" + acting},
		{"merge", write(t, "run.json", `{"verdict":"`+acting+`"}`)},
		{"surroundings", "--id", acting}, {"steps", "--format", acting}, {"unknown" + acting},
		{"init", write(t, "there\u202e\u200b.yaml", "")},
	} {
		_, out := call(t, args...)
		if out == "" || visible.Text(out) != out || strings.Contains(out, "\r") {
			t.Errorf("%q prints %q", args, out[:min(len(out), 600)])
		}
	}
}

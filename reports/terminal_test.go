package reports

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

func terminal(t *testing.T, run Run, how Terminal) string {
	t.Helper()
	var out strings.Builder
	if err := WriteTerminal(&out, NewRedactor(sampleClientSecret).Run(run), how); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAFailureOnTheTerminalTellsAllThatIsNeededToActOnIt(t *testing.T) {
	out := terminal(t, sampleRun(), Terminal{Width: 100})
	for _, want := range []string{
		"✗ A proof for another method is refused (GET) at token", "proof/htm.feature:12",
		"RFC9449-4.3-43 · §4.3 (8) · MUST",
		"The htm claim matches the HTTP method", "400 with error invalid_dpop_proof",
		"200 with an access token of type DPoP",
		"> POST /oauth/token HTTP/1.1", "< HTTP/1.1 200 OK", `"htm": "GET"`, "replay it as a DELETE",
		"Compare htm with the method",
		"dpopspec run -c tenant.yaml --id proof/htm/another-method/token",
		"NOT CONFORMANT", "profile rfc9449", "15 cases", "2 failed", "1 errored",
		"the authorization server asks for no nonce", "1.7 s",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if strings.Contains(out, "\x1b") {
		t.Error("there are colours that nobody asked for")
	}
	if !strings.Contains(terminal(t, sampleRun(), Terminal{Color: true}), "\x1b[31m✗\x1b[0m") {
		t.Error("there are no colours")
	}
}

func TestProseKeepsToTheWidthOfTheTerminal(t *testing.T) {
	for _, l := range strings.Split(terminal(t, sampleRun(), Terminal{Width: 60}), "\n") {
		if strings.HasPrefix(l, "    ") || strings.Contains(l, " · ") || strings.Contains(l, "dpopspec run") {
			continue // messages, and lines made of short parts, are not broken
		}
		if runeLen(l) > 60 {
			t.Errorf("%d characters: %q", runeLen(l), l)
		}
	}
}

func TestWhatAServerSendsCannotSteerTheTerminal(t *testing.T) {
	run := Run{Cases: []Case{{Scenario: "x\x1b]0;owned\x07", Verdict: Failed, Actual: "\x1b[2J\u202e\x9b",
		Exchanges: []Exchange{{Response: "HTTP/1.1 200 OK\r\n\r\n\x1b[1A\rhidden"}}}}}
	out := terminal(t, run, Terminal{})
	if strings.ContainsAny(out, "\x1b\x07\r\u202e") || !strings.Contains(out, "␛[1A") {
		t.Errorf("got %q", out)
	}
}

func TestProgressElsewhereThanOnATerminalIsPlainLines(t *testing.T) {
	var out strings.Builder
	p := NewProgress(&out, NewRedactor("planted-secret"), Terminal{})
	p.Start(20)
	for i := range 20 {
		c := Case{Scenario: "Fine", Verdict: Passed}
		if i == 4 {
			c = Case{Scenario: "Broken planted-secret", Verdict: Failed}
		}
		p.Done(c)
	}
	got := out.String()
	if !strings.HasPrefix(got, "running 20 cases\n") || !strings.Contains(got, "\n✗ Broken [masked]\n") ||
		!strings.HasSuffix(got, "20/20 ✓19 ✗1\n") {
		t.Errorf("got %q", got)
	}
	if strings.ContainsAny(got, "\r\x1b") || strings.Count(got, "\n") != 12 {
		t.Errorf("got %d lines: %q", strings.Count(got, "\n"), got)
	}
}

func TestProgressOnATerminalIsTwoLinesDrawnNotTooOften(t *testing.T) {
	var out strings.Builder
	p := NewProgress(&out, nil, Terminal{Live: true, Width: 40})
	now := time.Unix(0, 0)
	p.Now = func() time.Time { return now }
	p.Start(100)
	for range 100 {
		now = now.Add(10 * time.Millisecond)
		p.Done(Case{Scenario: strings.Repeat("long title ", 10), Verdict: Passed})
	}
	if drawn := strings.Count(out.String(), "\r"); drawn != 19 {
		t.Errorf("drawn anew %d times in a second", drawn)
	}
	if err := p.Finish(redactedSample()); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.HasPrefix(got, "\x1b[?7l1/100 ✓1\nlong title ") || !strings.Contains(got, "\r\x1b[2K\x1b[1A\x1b[2K\n") {
		t.Errorf("the line was not wiped: %q", got)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestAnOutputThatBreaksIsReportedAtTheEnd(t *testing.T) {
	p := NewProgress(brokenPipe{}, nil, Terminal{})
	p.Start(1)
	p.Done(Case{Verdict: Failed})
	if err := p.Finish(Redacted{}); err == nil || !strings.Contains(err.Error(), "broken pipe") {
		t.Errorf("got %v", err)
	}
}

func TestTheTerminalIsDetectedFromFileAndEnvironment(t *testing.T) {
	file, err := os.Open(os.DevNull) // a character device, and no terminal
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, test := range []struct {
		name string
		env  map[string]string
		want Terminal
	}{
		{"no terminal", nil, Terminal{}},
		{"columns", map[string]string{"COLUMNS": "132"}, Terminal{Width: 132}},
		{"forced colour", map[string]string{"FORCE_COLOR": "1"}, Terminal{Color: true}},
		{"NO_COLOR wins", map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, Terminal{}},
	} {
		if got := DetectTerminal(file, func(name string) string { return test.env[name] }); got != test.want {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestWhereAllIsBrokenTheTerminalGivesOneExampleAndTheHeadOfItsBodies(t *testing.T) {
	c := sampleCases()[0]
	c.Exchanges[0].Response = strings.Repeat("x", 1<<20)
	var run Run
	for range 100 {
		run.Cases = append(run.Cases, c)
	}
	out := terminal(t, run, Terminal{})
	if blocks := strings.Count(out, "  expected "); blocks != 1 || strings.Count(out, c.Repeat) != 1 || len(out) > 10_000 {
		t.Errorf("%d blocks, %d bytes", blocks, len(out))
	}
}

func TestProgressTellsTimeRequestsAndWhyItWaits(t *testing.T) {
	pulse := Pulse{
		Requests: 812, Left: 1934, End: 220 * time.Second,
		Waits: "planted-secret.example answered 429\x1b[2J",
	}
	follow := func(p *Progress) (hour func(time.Duration)) {
		now := time.Unix(0, 0)
		p.Now = func() time.Time { return now }
		p.Start(100)
		p.pulse, p.end = func(time.Time) Pulse { return pulse }, make(chan struct{})
		return func(d time.Duration) {
			now = now.Add(d)
			p.beat()
		}
	}
	var out strings.Builder
	p := NewProgress(&out, NewRedactor("planted-secret"), Terminal{})
	later := follow(p)
	later(29 * time.Second)
	if got := out.String(); got != "running 100 cases\n" {
		t.Errorf("before half a minute was over: %q", got)
	}
	later(time.Second)
	const want = "running 100 cases\n" +
		"0/100 · 0:30, about 3:40 left · 812 requests, about 1900 left\n" +
		"waiting: [masked].example answered 429␛[2J\n"
	if got := out.String(); got != want {
		t.Errorf("got\n%q, want\n%q", got, want)
	}

	out.Reset()
	p = NewProgress(&out, NewRedactor("planted-secret"), Terminal{Live: true, Width: 80})
	later = follow(p)
	later(time.Hour)
	if got := out.String(); !strings.Contains(got, "0/100 · 1:00:00, about 3:40 left") ||
		!strings.Contains(got, "\nwaiting: [masked].example answered 429␛[2J\x1b[?7h") {
		t.Errorf("got %q", got)
	}
	out.Reset()
	if _, err := p.Aside(&out).Write([]byte("Log in here\n")); err != nil || !strings.HasSuffix(out.String(), "\x1b[2KLog in here\n") {
		t.Errorf("what is said aside: %v %q", err, out.String())
	}
	if err := p.Finish(redactedSample()); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	later(time.Hour)
	if out.Len() > 0 {
		t.Errorf("after the end: %q", out.String())
	}
}

func TestARunThatIsFollowedEndsItsTicker(t *testing.T) {
	var out strings.Builder
	p := NewProgress(&out, nil, Terminal{})
	p.Start(1)
	p.Follow(func(time.Time) Pulse { return Pulse{} })
	end := p.end
	if err := p.Finish(redactedSample()); err != nil {
		t.Fatal(err)
	}
	<-end
}

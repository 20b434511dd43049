package client

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func wordsSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Given(`^the variable (AUTH0_\w+) is "([^"]*)"$`, (*Actor).variableIs,
		"Sets a variable of the client's environment.",
		`Given the variable AUTH0_RETRY_DELAY is "400"`)
	g.Given(`^the client's clock(Skew|Tolerance) is (-?\d+) seconds$`, (*Actor).clockOption,
		"Sets the option clockSkew or clockTolerance in code.",
		"Given the client's clockTolerance is 20 seconds")
	g.Given(`^the servers' clocks are (-?\d+) seconds ahead of the client's$`, (*Actor).serversAhead,
		"Moves the clocks of both servers against the client's.",
		"Given the servers' clocks are 25 seconds ahead of the client's")
	g.Given(`^the client runs in this process$`, (*Actor).inProcess,
		"Requires a client whose clock the scenario sets, so that a second counts.",
		"Given the client runs in this process")
	g.Given(`^the client waits (\d+) milliseconds before a retry, (with|without) jitter$`, (*Actor).retryOption,
		"Sets delay and jitter of the nonce retry in code.",
		"Given the client waits 200 milliseconds before a retry, without jitter")
	g.Given(`^the (API|other API) demands nonces of the client$`, (*Actor).noncesDemanded,
		"Lets an API demand nonces (RFC 9449 §9); the other API trusts the same tokens.",
		"Given the API demands nonces of the client")
	g.Given(`^the (token endpoint|API) refuses the proof of the client$`, (*Actor).proofRefused,
		"Lets a server answer every request of the client with invalid_dpop_proof.",
		"Given the API refuses the proof of the client")
	g.When(`^the client is challenged (\d+) times$`, (*Actor).challengedTimes,
		"Lets the client call the API so many times; each call is challenged once for a new nonce.",
		"When the client is challenged 60 times")
	g.Then(`^the client waited (\d+) milliseconds$`, (*Actor).waited,
		"Every wait of the client before a retry must have been so long.",
		"Then the client waited 200 milliseconds")
	g.Then(`^the client waited between (\d+) and (\d+) milliseconds, not always the same$`, (*Actor).waitedBetween,
		"Every wait must lie within, and they must differ.",
		"Then the client waited between 100 and 200 milliseconds, not always the same")
	g.Then(`^the client was challenged once by each server$`, (*Actor).challengedOnce,
		"Each server that demands nonces must have had to ask for one exactly once.",
		"Then the client was challenged once by each server")
	g.Then(`^the client's error has the code (\w+)$`, (*Actor).errorCode,
		"The client must report an error with that code; letter case does not count.",
		"Then the client's error has the code DPOP_KEY_EXPORT_FAILED")
	g.Then(`^the client's error names (both clocks)$`, (*Actor).errorClocks,
		"The client must report an error that shows two times or dates.",
		"Then the client's error names both clocks")
	g.Then(`^the client's error names ([^b].*)$`, (*Actor).errorNames,
		"The client must report an error whose text has those words.",
		"Then the client's error names AUTH0_DPOP_PRIVATE_KEY")
	g.Then(`^the client's error speaks of the (clock|nonce)$`, (*Actor).errorSpeaks,
		"The client must report an error about the clock, or about the nonce.",
		"Then the client's error speaks of the nonce")
	g.Then(`^the client's error is a DPoPError$`, (*Actor).errorTyped,
		"The client must report an error of the documented type for DPoP, with a code.",
		"Then the client's error is a DPoPError")
	g.Then(`^the client's error, if there is one, is no DPoPError$`, (*Actor).errorUntyped,
		"An error that the client reports must be of another type than those of DPoP.",
		"Then the client's error, if there is one, is no DPoPError")
	g.Then(`^the client reports an error or a warning about "([^"]+)"$`, (*Actor).notices,
		"The client must report an error, or write a warning that has the word.",
		`Then the client reports an error or a warning about "Bearer"`)
	g.Then(`^the client's output warns of "([^"]+)" and "([^"]+)"$`, (*Actor).warns,
		"What the client writes must hold a line with both words.",
		`Then the client's output warns of "60" and "30"`)
	g.Then(`^the debug output shows (URL, method, status and headers|the audience of the token)$`, (*Actor).debugShows,
		"The client's debug output must show that.",
		"Then the debug output shows the audience of the token")
	g.Then(`^nothing that the client writes holds a token or a proof that could be used$`, (*Actor).hidesTokens,
		"What the client writes must hold no access token, refresh token or proof as it was sent.",
		"Then nothing that the client writes holds a token or a proof that could be used")
}

func (w *Actor) variableIs(name, value string) error {
	a, err := w.ownEnvironment()
	if err != nil {
		return err
	}
	a.env[name] = value
	if name == "AUTH0_DPOP_CLOCK_SKEW" && value == "100" {
		a.skew = 100 * time.Second
	}
	w.restart(a)
	return nil
}

func (w *Actor) clockOption(name string, seconds int) error {
	a, err := w.can(target.HasClockSkew)
	if err != nil {
		return err
	}
	if name == "Skew" {
		a.setup.Options.ClockSkew = &seconds
		a.skew = time.Duration(seconds) * time.Second
		return nil
	}
	a.setup.Options.ClockTolerance = &seconds
	return nil
}

func (w *Actor) serversAhead(seconds int) error {
	a, err := w.arranged()
	if err != nil {
		return err
	}
	if w.Session.Triggered() {
		return w.ClientKeeps() // a token made at another time would outlive the case
	}
	a.drift = time.Duration(seconds) * time.Second
	w.Clock.Advance(a.drift)
	return nil
}

func (w *Actor) inProcess() error {
	_, err := w.can(target.InProcess)
	return err
}

func (w *Actor) retryOption(milliseconds int, jitter string) error {
	a, err := w.can(target.HasRetryOptions)
	if err != nil {
		return err
	}
	with := jitter == "with"
	a.setup.Options.Retry = &target.RetryChoice{Delay: &milliseconds, Jitter: &with}
	return nil
}

func (w *Actor) noncesDemanded(which string) error {
	if _, err := w.arranged(); err != nil {
		return err
	}
	name := map[string]string{"API": world.DefaultAPI, "other API": "invoices"}[which]
	return w.ArrangeAPI(name, func(c *mockrs.Config) {
		c.Audience = world.AudienceOf(world.DefaultAPI)
		c.Verifier.Nonces = dpop.NewNonceWindow(5*time.Minute, c.Clock)
	})
}

func (w *Actor) proofRefused(kind string) error {
	script, match, err := w.provoked(kind)
	if err != nil {
		return err
	}
	fields := wire.Fields{{Name: "Content-Type", Value: "application/json"}}
	status := http.StatusBadRequest
	if kind == toAPI {
		status = http.StatusUnauthorized
		fields = append(fields, wire.Field{Name: "WWW-Authenticate", Value: `DPoP error="invalid_dpop_proof", algs="ES256"`})
	}
	script.Then(wire.Answer{Match: match, Times: -1, Play: wire.Reply(status, fields, `{"error":"invalid_dpop_proof"}`)})
	return nil
}

func (w *Actor) challengedTimes(count int) error {
	if _, err := w.can(target.InProcess); err != nil {
		return err
	}
	script, match, err := w.provoked(toAPI)
	if err != nil {
		return err
	}
	newest := ""
	script.Then(wire.Answer{Match: match, Times: -1, Play: func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		if _, claims, err := readProof(strings.Join(r.Header["Dpop"], "")); err == nil {
			if nonce, _ := claims.Text("nonce"); nonce == newest && newest != "" {
				newest = "" // the next call is challenged again
				rw.WriteHeader(http.StatusOK)
				return
			}
		}
		newest = dpop.NewID()
		nonceChallenge(toAPI, newest)(rw, r, next)
	}})
	if err := w.holding(); err != nil || w.early != nil {
		return err
	}
	a := w
	a.isAsked(toAPI)
	return a.outcome(a.fetchMany(w.Context, count))
}

func (w *Actor) waits() ([]time.Duration, error) {
	a, err := w.can(target.InProcess)
	if err != nil {
		return nil, err
	}
	if err := w.began(); err != nil {
		return nil, err
	}
	return a.driver.Waits(), nil
}

func (w *Actor) waited(milliseconds int) error {
	waits, err := w.waits()
	if err != nil {
		return err
	}
	want := time.Duration(milliseconds) * time.Millisecond
	right := len(waits) > 0 && !slices.ContainsFunc(waits, func(d time.Duration) bool { return d != want })
	return w.expect(right, fmt.Sprintf("waits of %v", want), fmt.Sprintf("%d waits, %v", len(waits), waits[:min(len(waits), 5)]))
}

func (w *Actor) waitedBetween(least, most int) error {
	waits, err := w.waits()
	if err != nil {
		return err
	}
	if len(waits) < 10 {
		return w.expect(false, "a wait before every retry", fmt.Sprintf("%d waits", len(waits)))
	}
	low, high := slices.Min(waits), slices.Max(waits)
	within := low >= time.Duration(least)*time.Millisecond && high <= time.Duration(most)*time.Millisecond
	return w.Expect(within && low != high, fmt.Sprintf("waits from %d to %d ms, not all equal", least, most), fmt.Sprintf("%d waits from %v to %v", len(waits), low, high))
}

func (w *Actor) challengedOnce() error {
	if err := w.began(); err != nil {
		return err
	}
	count := map[string]int{}
	for _, s := range w.sentTo(toAPI) {
		count[s.origin] += 0
		if s.Status == http.StatusUnauthorized {
			count[s.origin]++
		}
	}
	for origin, n := range count {
		if n != 1 {
			return w.expect(false, "one challenge by each API", fmt.Sprintf("%d by %s", n, origin))
		}
	}
	return w.expect(len(count) > 0, "one challenge by each API", fmt.Sprintf("so it is with %d", len(count)))
}

// clientProblem is the error that the client reported; none is a violation.
func (w *Actor) failedWith(expected string) (*target.ClientError, error) {
	a, err := w.arranged()
	if err != nil {
		return nil, err
	}
	if err := w.began(); err != nil {
		return nil, err
	}
	if a.problem == nil {
		return nil, w.expect(false, expected, a.ending())
	}
	return a.problem, nil
}

func (w *Actor) errorCode(code string) error {
	e, err := w.failedWith("an error with the code " + code)
	if err != nil {
		return err
	}
	return w.expect(strings.EqualFold(e.Code, code), "the code "+code, clipped(e.Error()))
}

func (w *Actor) errorNames(words string) error {
	e, err := w.failedWith("an error that names " + words)
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(e.Text(), `\"`, `"`)
	return w.expect(strings.Contains(text, words), "an error that names "+words, clipped(e.Error()))
}

func (w *Actor) errorClocks(string) error {
	e, err := w.failedWith("an error that names both clocks")
	if err != nil {
		return err
	}
	found := dateTime.FindAllString(e.Text(), -1)
	slices.Sort(found)
	return w.expect(len(slices.Compact(found)) >= 2, "an error that names both clocks", clipped(e.Error()))
}

var subjectWords = map[string]*regexp.Regexp{
	"clock": regexp.MustCompile(`(?i)clock|drift|\biat\b|\btime\b`),
	"nonce": regexp.MustCompile(`(?i)nonce`),
}

func (w *Actor) errorSpeaks(subject string) error {
	e, err := w.failedWith("an error about the " + subject)
	if err != nil {
		return err
	}
	return w.expect(subjectWords[subject].MatchString(e.Text()), "an error about the "+subject, clipped(e.Error()))
}

func (w *Actor) errorTyped() error {
	e, err := w.failedWith("a DPoPError with a code")
	if err != nil {
		return err
	}
	return w.expect(e.Name == "DPoPError" && e.Code != "", "a DPoPError with a code", clipped(e.Error()))
}

func (w *Actor) errorUntyped() error {
	a, err := w.arranged()
	if err != nil {
		return err
	}
	if err := w.began(); err != nil {
		return err
	}
	return w.expect(a.problem == nil || a.problem.Name != "DPoPError", "no DPoPError", a.ending())
}

func (w *Actor) notices(word string) error {
	a, err := w.arranged()
	if err != nil {
		return err
	}
	if err := w.began(); err != nil {
		return err
	}
	said := slices.ContainsFunc(strings.Split(a.output(), "\n"), func(line string) bool {
		return strings.Contains(strings.ToLower(line), "warn") && strings.Contains(line, word)
	})
	return w.expect(a.problem != nil || said, "an error or a warning about "+word, a.ending()+", no warning")
}

func (w *Actor) warns(first, second string) error {
	if err := w.began(); err != nil {
		return err
	}
	warned := slices.ContainsFunc(strings.Split(w.output(), "\n"), func(line string) bool {
		return spellsSeconds(line, first) && spellsSeconds(line, second)
	})
	return w.expect(warned, "a line that names "+first+" and "+second, "none")
}

// spellsSeconds reports whether a line has a number of seconds, as 60 or as 1m0s.
func spellsSeconds(line, seconds string) bool {
	d, err := time.ParseDuration(seconds + "s")
	return strings.Contains(line, seconds) || err == nil && strings.Contains(line, d.String())
}

func (w *Actor) debugShows(what string) error {
	a, err := w.can(target.WritesDebugLog)
	if err != nil {
		return err
	}
	if err := w.began(); err != nil {
		return err
	}
	words := []string{a.setup.API.URL + "/orders", "GET", "200", "Authorization", "Content-Type"}
	if what == "the audience of the token" {
		words = []string{world.AudienceOf(world.DefaultAPI), "aud"}
	}
	for _, word := range words {
		if !strings.Contains(a.output(), word) {
			return w.expect(false, "debug output that shows "+what, "nothing of "+word)
		}
	}
	return w.Expect(true, "debug output that shows "+what, "so it does")
}

func (w *Actor) hidesTokens() error {
	if err := w.began(); err != nil {
		return err
	}
	written := w.output()
	for _, s := range w.sentTo("") {
		secrets := append([]string{}, s.Fields.Values("DPoP")...)
		if c, ok := s.credentials(); ok {
			secrets = append(secrets, c.Token)
		}
		secrets = append(secrets, s.form().Get("refresh_token"), s.form().Get("client_secret"), s.form().Get("code"))
		for _, secret := range secrets {
			if len(secret) > 4 && strings.Contains(written, secret) {
				return w.Expect(false, "no token and no proof in what the client writes", "one that went to the "+s.kind)
			}
		}
	}
	return w.expect(true, "no token and no proof in what the client writes", fmt.Sprintf("none in %d octets", len(written)))
}

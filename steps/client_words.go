package steps

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
	"github.com/dpopspec/dpopspec/target"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.Given(`^the variable (AUTH0_\w+) is "([^"]*)"$`, (*World).clientVariableIs,
			"Sets a variable of the client's environment.",
			`Given the variable AUTH0_RETRY_DELAY is "400"`)
		v.Given(`^the client's clock(Skew|Tolerance) is (-?\d+) seconds$`, (*World).clientClockOption,
			"Sets the option clockSkew or clockTolerance in code.",
			"Given the client's clockTolerance is 20 seconds")
		v.Given(`^the servers' clocks are (-?\d+) seconds ahead of the client's$`, (*World).clientServersAhead,
			"Moves the clocks of both servers against the client's.",
			"Given the servers' clocks are 25 seconds ahead of the client's")
		v.Given(`^the client runs in this process$`, (*World).clientInProcess,
			"Requires a client whose clock the scenario sets, so that a second counts.",
			"Given the client runs in this process")
		v.Given(`^the client waits (\d+) milliseconds before a retry, (with|without) jitter$`, (*World).clientRetryOption,
			"Sets delay and jitter of the nonce retry in code.",
			"Given the client waits 200 milliseconds before a retry, without jitter")
		v.Given(`^the (API|other API) demands nonces of the client$`, (*World).clientNoncesDemanded,
			"Lets an API demand nonces (RFC 9449 §9); the other API trusts the same tokens.",
			"Given the API demands nonces of the client")
		v.Given(`^the (token endpoint|API) refuses the proof of the client$`, (*World).clientProofRefused,
			"Lets a server answer every request of the client with invalid_dpop_proof.",
			"Given the API refuses the proof of the client")
		v.When(`^the client is challenged (\d+) times$`, (*World).clientChallengedTimes,
			"Lets the client call the API so many times; each call is challenged once for a new nonce.",
			"When the client is challenged 60 times")
		v.Then(`^the client waited (\d+) milliseconds$`, (*World).clientWaited,
			"Every wait of the client before a retry must have been so long.",
			"Then the client waited 200 milliseconds")
		v.Then(`^the client waited between (\d+) and (\d+) milliseconds, not always the same$`, (*World).clientWaitedBetween,
			"Every wait must lie within, and they must differ.",
			"Then the client waited between 100 and 200 milliseconds, not always the same")
		v.Then(`^the client was challenged once by each server$`, (*World).clientChallengedOnce,
			"Each server that demands nonces must have had to ask for one exactly once.",
			"Then the client was challenged once by each server")
		v.Then(`^the client's error has the code (\w+)$`, (*World).clientErrorCode,
			"The client must report an error with that code; letter case does not count.",
			"Then the client's error has the code DPOP_KEY_EXPORT_FAILED")
		v.Then(`^the client's error names (both clocks)$`, (*World).clientErrorClocks,
			"The client must report an error that shows two times or dates.",
			"Then the client's error names both clocks")
		v.Then(`^the client's error names ([^b].*)$`, (*World).clientErrorNames,
			"The client must report an error whose text has those words.",
			"Then the client's error names AUTH0_DPOP_PRIVATE_KEY")
		v.Then(`^the client's error speaks of the (clock|nonce)$`, (*World).clientErrorSpeaks,
			"The client must report an error about the clock, or about the nonce.",
			"Then the client's error speaks of the nonce")
		v.Then(`^the client's error is a DPoPError$`, (*World).clientErrorTyped,
			"The client must report an error of the documented type for DPoP, with a code.",
			"Then the client's error is a DPoPError")
		v.Then(`^the client's error, if there is one, is no DPoPError$`, (*World).clientErrorUntyped,
			"An error that the client reports must be of another type than those of DPoP.",
			"Then the client's error, if there is one, is no DPoPError")
		v.Then(`^the client reports an error or a warning about "([^"]+)"$`, (*World).clientNotices,
			"The client must report an error, or write a warning that has the word.",
			`Then the client reports an error or a warning about "Bearer"`)
		v.Then(`^the client's output warns of "([^"]+)" and "([^"]+)"$`, (*World).clientWarns,
			"What the client writes must hold a line with both words.",
			`Then the client's output warns of "60" and "30"`)
		v.Then(`^the debug output shows (URL, method, status and headers|the audience of the token)$`, (*World).clientDebugShows,
			"The client's debug output must show that.",
			"Then the debug output shows the audience of the token")
		v.Then(`^nothing that the client writes holds a token or a proof that could be used$`, (*World).clientHidesTokens,
			"What the client writes must hold no access token, refresh token or proof as it was sent.",
			"Then nothing that the client writes holds a token or a proof that could be used")
	})
}

func (w *World) clientVariableIs(name, value string) error {
	a, err := w.clientOwnEnvironment()
	if err != nil {
		return err
	}
	a.env[name] = value
	if name == "AUTH0_DPOP_CLOCK_SKEW" && value == "100" {
		a.skew = 100 * time.Second
	}
	w.clientRestart(a)
	return nil
}

func (w *World) clientClockOption(name string, seconds int) error {
	a, err := w.clientCan(target.HasClockSkew)
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

func (w *World) clientServersAhead(seconds int) error {
	a, err := w.clientActor()
	if err != nil {
		return err
	}
	if w.Session.Triggered() {
		return w.clientKeeps() // a token made at another time would outlive the case
	}
	a.drift = time.Duration(seconds) * time.Second
	w.Clock.Advance(a.drift)
	return nil
}

func (w *World) clientInProcess() error {
	_, err := w.clientCan(target.InProcess)
	return err
}

func (w *World) clientRetryOption(milliseconds int, jitter string) error {
	a, err := w.clientCan(target.HasRetryOptions)
	if err != nil {
		return err
	}
	with := jitter == "with"
	a.setup.Options.Retry = &target.RetryChoice{Delay: &milliseconds, Jitter: &with}
	return nil
}

func (w *World) clientNoncesDemanded(which string) error {
	if _, err := w.clientActor(); err != nil {
		return err
	}
	name := map[string]string{"API": defaultAPI, "other API": "invoices"}[which]
	return w.ArrangeAPI(name, func(c *mockrs.Config) {
		c.Audience = audienceOf(defaultAPI)
		c.Verifier.Nonces = dpop.NewNonceWindow(5*time.Minute, c.Clock)
	})
}

func (w *World) clientProofRefused(kind string) error {
	script, match, err := w.clientProvoked(kind)
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

func (w *World) clientChallengedTimes(count int) error {
	if _, err := w.clientCan(target.InProcess); err != nil {
		return err
	}
	script, match, err := w.clientProvoked(toAPI)
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
	if err := w.clientHolding(); err != nil || of[actor](w).early != nil {
		return err
	}
	a := of[actor](w)
	a.isAsked(toAPI)
	return a.outcome(a.fetchMany(w.Context, count))
}

func (w *World) clientWaits() ([]time.Duration, error) {
	a, err := w.clientCan(target.InProcess)
	if err != nil {
		return nil, err
	}
	if err := w.clientBegan(); err != nil {
		return nil, err
	}
	return a.driver.Waits(), nil
}

func (w *World) clientWaited(milliseconds int) error {
	waits, err := w.clientWaits()
	if err != nil {
		return err
	}
	want := time.Duration(milliseconds) * time.Millisecond
	right := len(waits) > 0 && !slices.ContainsFunc(waits, func(d time.Duration) bool { return d != want })
	return w.clientExpect(right, fmt.Sprintf("waits of %v", want), fmt.Sprintf("%d waits, %v", len(waits), waits[:min(len(waits), 5)]))
}

func (w *World) clientWaitedBetween(least, most int) error {
	waits, err := w.clientWaits()
	if err != nil {
		return err
	}
	if len(waits) < 10 {
		return w.clientExpect(false, "a wait before every retry", fmt.Sprintf("%d waits", len(waits)))
	}
	low, high := slices.Min(waits), slices.Max(waits)
	within := low >= time.Duration(least)*time.Millisecond && high <= time.Duration(most)*time.Millisecond
	return w.Expect(within && low != high, fmt.Sprintf("waits from %d to %d ms, not all equal", least, most), fmt.Sprintf("%d waits from %v to %v", len(waits), low, high))
}

func (w *World) clientChallengedOnce() error {
	if err := w.clientBegan(); err != nil {
		return err
	}
	count := map[string]int{}
	for _, s := range w.clientSentTo(toAPI) {
		count[s.origin] += 0
		if s.Status == http.StatusUnauthorized {
			count[s.origin]++
		}
	}
	for origin, n := range count {
		if n != 1 {
			return w.clientExpect(false, "one challenge by each API", fmt.Sprintf("%d by %s", n, origin))
		}
	}
	return w.clientExpect(len(count) > 0, "one challenge by each API", fmt.Sprintf("so it is with %d", len(count)))
}

// clientProblem is the error that the client reported; none is a violation.
func (w *World) clientProblem(expected string) (*target.ClientError, error) {
	a, err := w.clientActor()
	if err != nil {
		return nil, err
	}
	if err := w.clientBegan(); err != nil {
		return nil, err
	}
	if a.problem == nil {
		return nil, w.clientExpect(false, expected, a.ending())
	}
	return a.problem, nil
}

func (w *World) clientErrorCode(code string) error {
	e, err := w.clientProblem("an error with the code " + code)
	if err != nil {
		return err
	}
	return w.clientExpect(strings.EqualFold(e.Code, code), "the code "+code, clipped(e.Error()))
}

func (w *World) clientErrorNames(words string) error {
	e, err := w.clientProblem("an error that names " + words)
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(e.Text(), `\"`, `"`)
	return w.clientExpect(strings.Contains(text, words), "an error that names "+words, clipped(e.Error()))
}

func (w *World) clientErrorClocks(string) error {
	e, err := w.clientProblem("an error that names both clocks")
	if err != nil {
		return err
	}
	found := dateTime.FindAllString(e.Text(), -1)
	slices.Sort(found)
	return w.clientExpect(len(slices.Compact(found)) >= 2, "an error that names both clocks", clipped(e.Error()))
}

var subjectWords = map[string]*regexp.Regexp{
	"clock": regexp.MustCompile(`(?i)clock|drift|\biat\b|\btime\b`),
	"nonce": regexp.MustCompile(`(?i)nonce`),
}

func (w *World) clientErrorSpeaks(subject string) error {
	e, err := w.clientProblem("an error about the " + subject)
	if err != nil {
		return err
	}
	return w.clientExpect(subjectWords[subject].MatchString(e.Text()), "an error about the "+subject, clipped(e.Error()))
}

func (w *World) clientErrorTyped() error {
	e, err := w.clientProblem("a DPoPError with a code")
	if err != nil {
		return err
	}
	return w.clientExpect(e.Name == "DPoPError" && e.Code != "", "a DPoPError with a code", clipped(e.Error()))
}

func (w *World) clientErrorUntyped() error {
	a, err := w.clientActor()
	if err != nil {
		return err
	}
	if err := w.clientBegan(); err != nil {
		return err
	}
	return w.clientExpect(a.problem == nil || a.problem.Name != "DPoPError", "no DPoPError", a.ending())
}

func (w *World) clientNotices(word string) error {
	a, err := w.clientActor()
	if err != nil {
		return err
	}
	if err := w.clientBegan(); err != nil {
		return err
	}
	said := slices.ContainsFunc(strings.Split(a.output(), "\n"), func(line string) bool {
		return strings.Contains(strings.ToLower(line), "warn") && strings.Contains(line, word)
	})
	return w.clientExpect(a.problem != nil || said, "an error or a warning about "+word, a.ending()+", no warning")
}

func (w *World) clientWarns(first, second string) error {
	if err := w.clientBegan(); err != nil {
		return err
	}
	warned := slices.ContainsFunc(strings.Split(of[actor](w).output(), "\n"), func(line string) bool {
		return spellsSeconds(line, first) && spellsSeconds(line, second)
	})
	return w.clientExpect(warned, "a line that names "+first+" and "+second, "none")
}

// spellsSeconds reports whether a line has a number of seconds, as 60 or as 1m0s.
func spellsSeconds(line, seconds string) bool {
	d, err := time.ParseDuration(seconds + "s")
	return strings.Contains(line, seconds) || err == nil && strings.Contains(line, d.String())
}

func (w *World) clientDebugShows(what string) error {
	a, err := w.clientCan(target.WritesDebugLog)
	if err != nil {
		return err
	}
	if err := w.clientBegan(); err != nil {
		return err
	}
	words := []string{a.setup.API.URL + "/orders", "GET", "200", "Authorization", "Content-Type"}
	if what == "the audience of the token" {
		words = []string{audienceOf(defaultAPI), "aud"}
	}
	for _, word := range words {
		if !strings.Contains(a.output(), word) {
			return w.clientExpect(false, "debug output that shows "+what, "nothing of "+word)
		}
	}
	return w.Expect(true, "debug output that shows "+what, "so it does")
}

func (w *World) clientHidesTokens() error {
	if err := w.clientBegan(); err != nil {
		return err
	}
	written := of[actor](w).output()
	for _, s := range w.clientSentTo("") {
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
	return w.clientExpect(true, "no token and no proof in what the client writes", fmt.Sprintf("none in %d octets", len(written)))
}

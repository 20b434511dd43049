package client

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/target"
)

func waitSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Then(`^the client waited (\d+) milliseconds$`, (*Actor).waited,
		"Every wait of the client before a retry must have been so long.",
		"Then the client waited 200 milliseconds")
	g.Then(`^the client waited between (\d+) and (\d+) milliseconds, not always the same$`, (*Actor).waitedBetween,
		"Every wait must lie within, and they must differ.",
		"Then the client waited between 100 and 200 milliseconds, not always the same")
	g.Then(`^the client was challenged once by each server$`, (*Actor).challengedOnce,
		"Each API that the client called must have had to ask for a nonce exactly once.",
		"Then the client was challenged once by each server")
}

// waits are those of a client in this process before its retries.
func (a *Actor) waits() ([]time.Duration, error) {
	if err := a.needs(target.InProcess); err != nil {
		return nil, err
	}
	if err := a.began(); err != nil {
		return nil, err
	}
	return a.driver.Waits(), nil
}

func (a *Actor) waited(milliseconds int) error {
	waits, err := a.waits()
	if err != nil {
		return err
	}
	want := time.Duration(milliseconds) * time.Millisecond
	right := len(waits) > 0 && !slices.ContainsFunc(waits, func(d time.Duration) bool { return d != want })
	return a.expect(right, fmt.Sprintf("waits of %v", want),
		fmt.Sprintf("%d waits, %v", len(waits), waits[:min(len(waits), 5)]))
}

func (a *Actor) waitedBetween(least, most int) error {
	waits, err := a.waits()
	if err != nil {
		return err
	}
	if len(waits) < 10 {
		return a.expect(false, "a wait before every retry", fmt.Sprintf("%d waits", len(waits)))
	}
	low, high := slices.Min(waits), slices.Max(waits)
	within := low >= time.Duration(least)*time.Millisecond && high <= time.Duration(most)*time.Millisecond
	return a.Expect(within && low != high, fmt.Sprintf("waits from %d to %d ms, not all equal", least, most),
		fmt.Sprintf("%d waits from %v to %v", len(waits), low, high))
}

func (a *Actor) challengedOnce() error {
	const expected = "one challenge by each API"
	if err := a.began(); err != nil {
		return err
	}
	count := map[string]int{}
	for _, s := range a.sentTo(toAPI) {
		count[s.origin] += 0 // called, be it challenged or not
		if s.Status == http.StatusUnauthorized {
			count[s.origin]++
		}
	}
	for origin, n := range count {
		if n != 1 {
			return a.expect(false, expected, fmt.Sprintf("%d by %s", n, origin))
		}
	}
	return a.expect(len(count) > 0, expected, fmt.Sprintf("so it is with %d", len(count)))
}

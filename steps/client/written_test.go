package client

import "testing"

// A log line has digits of its own: in its time, its date, a port.
func TestSecondsAreNumbersOfTheirOwn(t *testing.T) {
	for line, spelt := range map[string]bool{
		"clockTolerance of 60 seconds, at most 30 are advised": true,
		"tolerance 60s > 30s":           true,
		"clock_tolerance=60":            true,
		"a tolerance of 1m0s":           true,
		"it is 60.":                     true,
		"2026-11-60 10:30:01 a warning": false,
		"10:60:01 a warning":            false,
		"160 seconds":                   false,
		"0.60 of them":                  false,
		"600":                           false,
		"127.0.0.1:60":                  false,
	} {
		if spellsSeconds(line, "60") != spelt {
			t.Errorf("%q: %v", line, !spelt)
		}
	}
}

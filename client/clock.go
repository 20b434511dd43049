package client

import "time"

// withinTolerance compares the clocks to the second, as Date does.
func withinTolerance(a *Answer) error {
	drift := a.Drift.Truncate(time.Second)
	if !a.Dated || drift.Abs() <= a.Tolerance {
		return nil
	}
	return failureAt(a.Status, ClockDrift,
		"the server's clock says %s, the client's with its skew %s: %v apart, %v are tolerated; "+
			"correct the clocks, or adjust %s or %s",
		clockText(a.Now.Add(a.Drift)), clockText(a.Now), drift.Abs(), a.Tolerance, EnvClockSkew, EnvClockTolerance)
}

// clockText is how an error writes a time.
func clockText(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

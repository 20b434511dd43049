package target

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/features"
)

type limitsSection struct {
	Rate     string `yaml:"rate"`
	Timeout  string `yaml:"timeout"`
	Budget   int    `yaml:"budget"`
	Pause    string `yaml:"pause"`
	Patience string `yaml:"patience"`
	Level    string `yaml:"level"`
	Time     string `yaml:"time"`
}

func (l limitsSection) apply(t *Target, line int) error {
	for _, part := range []struct {
		name, value string
		read        func(*Target, string) error
	}{
		{"rate", l.Rate, readRate}, {"timeout", l.Timeout, readTimeout},
		{"pause", l.Pause, readPause}, {"patience", l.Patience, readPatience}, {"time", l.Time, readTime},
		{"level", l.Level, readLevel},
	} {
		if part.value == "" {
			continue
		}
		if err := part.read(t, part.value); err != nil {
			return &ConfigError{t.File, line, "limits." + part.name + ": " + err.Error()}
		}
	}
	if l.Budget < 0 {
		what := fmt.Sprintf("limits.budget: %d is not a number of requests; 0 means no limit", l.Budget)
		return &ConfigError{t.File, line, what}
	}
	t.Limits.Budget = l.Budget
	return nil
}

func readRate(t *Target, value string) error {
	number, unit, divided := strings.Cut(value, "/")
	rate, err := strconv.ParseFloat(number, 64)
	per, known := map[string]float64{"s": 1, "m": 60, "min": 60}[unit]
	if err != nil || !(rate > 0 && rate <= 1e6) || divided && !known {
		return fmt.Errorf("%q is not a number of requests in a second or a minute, such as 5/s or 30/m", value)
	}
	if divided {
		rate /= per
	}
	t.Limits.Rate = rate
	return nil
}

func readTimeout(t *Target, value string) error {
	timeout, err := time.ParseDuration(value)
	if err != nil || timeout <= 0 {
		return fmt.Errorf("%q is not a duration such as 10s", value)
	}
	t.Limits.Timeout = timeout
	return nil
}

func readPause(t *Target, value string) error {
	pause, err := time.ParseDuration(value)
	if err != nil || pause < 0 {
		return fmt.Errorf("%q is not a duration such as 60s", value)
	}
	t.Limits.Pause = pause
	return nil
}

func readPatience(t *Target, value string) error {
	patience, err := time.ParseDuration(value)
	if err != nil || patience < 0 {
		return fmt.Errorf("%q is not a duration such as 10m; 0 means that no measurement may wait", value)
	}
	t.Limits.Patience = patience
	return nil
}

func readLevel(t *Target, value string) error {
	if err := features.KnownLevel(value); err != nil {
		return err
	}
	t.Limits.Level = value
	return nil
}

func readTime(t *Target, value string) error {
	whole, err := time.ParseDuration(value)
	if err != nil || whole < 0 {
		return fmt.Errorf("%q is not a duration such as 10m; 0 means no limit", value)
	}
	t.Limits.Time = whole
	return nil
}

func readBudget(t *Target, value string) error {
	budget, err := strconv.Atoi(value)
	if err != nil || budget < 0 {
		return fmt.Errorf("%q is not a number of requests; 0 means no limit", value)
	}
	t.Limits.Budget = budget
	return nil
}

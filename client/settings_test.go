package client

import (
	"strings"
	"testing"
	"time"
)

func TestSettingsComeFromCodeThenEnvironmentThenDefault(t *testing.T) {
	standard := settings{tolerance: 30 * time.Second, delay: 100 * time.Millisecond, jitter: true}
	all := map[string]string{EnvClockSkew: "-100", EnvClockTolerance: "5", EnvRetryDelay: "250", EnvRetryJitter: "no"}
	inCode := DPoPOptions{
		ClockSkew: new(time.Second), ClockTolerance: new(2 * time.Second),
		Retry: RetryOptions{Delay: new(3 * time.Second), Jitter: new(true)},
	}
	for _, row := range []struct {
		name string
		o    DPoPOptions
		env  map[string]string
		want settings
	}{
		{"defaults", DPoPOptions{}, nil, standard},
		{"environment", DPoPOptions{}, all,
			settings{skew: -100 * time.Second, tolerance: 5 * time.Second, delay: 250 * time.Millisecond}},
		{"one field in code", DPoPOptions{ClockTolerance: new(time.Duration(0))}, all,
			settings{skew: -100 * time.Second, delay: 250 * time.Millisecond}},
		{"all in code", inCode, all,
			settings{skew: time.Second, tolerance: 2 * time.Second, delay: 3 * time.Second, jitter: true}},
		{"TRUE", DPoPOptions{}, map[string]string{EnvRetryJitter: "TRUE"}, standard},
	} {
		got, err := row.o.resolve(environment(row.env))
		if err != nil || got != row.want {
			t.Errorf("%s: %+v, %v, want %+v", row.name, got, err, row.want)
		}
	}
}

func TestAValueThatIsNoNumberOrNoTruthIsRefusedByName(t *testing.T) {
	for _, row := range []struct{ name, value string }{
		{EnvClockSkew, "abc"}, {EnvClockSkew, "1e3"}, {EnvClockSkew, ""}, {EnvClockSkew, "30s"}, {EnvClockSkew, "--1"},
		{EnvClockSkew, "99999999999"}, {EnvClockSkew, "+1"}, {EnvClockSkew, " 1"},
		{EnvClockTolerance, "-5"}, {EnvClockTolerance, "0x10"}, {EnvClockTolerance, "1.5"},
		{EnvRetryDelay, "-1"}, {EnvRetryDelay, ""},
		{EnvRetryJitter, "yep"}, {EnvRetryJitter, ""}, {EnvRetryJitter, "2"},
	} {
		_, err := New(Options{Env: environment(map[string]string{row.name: row.value})})
		if codeOf(err) != ConfigurationError || !strings.Contains(err.Error(), row.name) ||
			!strings.Contains(err.Error(), `"`+row.value+`"`) {
			t.Errorf("%s=%q: %v", row.name, row.value, err)
		}
	}
	_, err := New(Options{Env: environment(nil), DPoP: DPoPOptions{ClockTolerance: new(-time.Second)}})
	if codeOf(err) != ConfigurationError {
		t.Errorf("negative tolerance in code: %v", err)
	}
}

func TestAToleranceAboveTheAdviceIsWarnedAbout(t *testing.T) {
	for seconds, warned := range map[string]bool{"30": false, "31": true, "300": true} {
		c, err := New(Options{Env: environment(map[string]string{EnvClockTolerance: seconds})})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(c.Warnings()) == 1; got != warned {
			t.Errorf("%s seconds: warnings %q", seconds, c.Warnings())
		}
	}
}

package target

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/internal/wire"
)

func TestRequestsLeaveEvenlySpaced(t *testing.T) {
	l := newLimiter(Limits{Rate: 4})
	start := time.Now()
	for i := range 5 {
		at, err := l.book(start)
		if err != nil || at.Sub(start) != time.Duration(i)*250*time.Millisecond {
			t.Errorf("request %d leaves after %v, %v", i+1, at.Sub(start), err)
		}
	}
	late := start.Add(time.Hour)
	if at, _ := l.book(late); !at.Equal(late) {
		t.Error("what was not sent in an hour must not be sent at once now")
	}
}

func TestRetryAfterIsReadInBothForms(t *testing.T) {
	date := "Fri, 31 Dec 1999 23:59:00 GMT"
	for _, test := range []struct {
		fields wire.Fields
		want   time.Duration
	}{
		{wire.Fields{{Name: "Retry-After", Value: "120"}}, 2 * time.Minute},
		{wire.Fields{{Name: "retry-after", Value: "0"}}, 0},
		{wire.Fields{{Name: "Retry-After", Value: "Fri, 31 Dec 1999 23:59:59 GMT"}, {Name: "Date", Value: date}},
			59 * time.Second},
		{wire.Fields{{Name: "Retry-After", Value: "Fri, 31 Dec 1999 23:58:00 GMT"}, {Name: "Date", Value: date}}, 0},
		{wire.Fields{{Name: "Retry-After", Value: "-5"}}, unsaidPause},
		{wire.Fields{{Name: "Retry-After", Value: "99999999999999999999"}}, unsaidPause},
		{wire.Fields{{Name: "Retry-After", Value: "1"}, {Name: "Retry-After", Value: "2"}}, unsaidPause},
		{nil, unsaidPause},
	} {
		if got := retryAfter(&wire.Exchange{Answer: test.fields, At: time.Now()}); got != test.want {
			t.Errorf("%v: %v; want %v", test.fields, got, test.want)
		}
	}
}

// throttled is a session whose party has just answered 429.
func throttled(after time.Duration) (*Session, error) {
	l := Limits{Rate: 10, Pause: time.Minute}
	s := &Session{Target: &Target{Limits: l, APIs: []RealAPI{{}}}, limiter: newLimiter(l)}
	e := &wire.Exchange{Status: 429, URL: "https://API.example/orders",
		Answer: wire.Fields{{Name: "Retry-After", Value: fmt.Sprint(after.Seconds())}}}
	return s, fmt.Errorf("a step: %w", s.limiter.judge(e))
}

func TestA429IsObeyedAndTheCaseRunAgainMoreSlowly(t *testing.T) {
	began := time.Now()
	s, err := throttled(20 * time.Second)
	note, again := s.Again(t.Context(), err, 1)
	if !again || !strings.Contains(note, "https://api.example answered 429") || !strings.Contains(note, "20s") {
		t.Fatal(note, again)
	}
	if at, _ := s.limiter.book(time.Now()); at.Sub(began) < 20*time.Second {
		t.Errorf("the next request leaves after %v", at.Sub(began))
	}
	if s.limiter.rate() != 5 {
		t.Errorf("the rate is %v", s.limiter.rate())
	}
}

func TestAPartyThatAnswers429ForEverIsAskedNothingMore(t *testing.T) {
	again429 := func(s *Session) error {
		return s.limiter.judge(&wire.Exchange{Status: 429, URL: "https://api.example/orders",
			Answer: wire.Fields{{Name: "Retry-After", Value: "0"}}})
	}
	for name, test := range map[string]struct {
		after time.Duration
		times int
		key   string
	}{
		"time after time":                {0, mostInVain + 1, "limits.rate"},
		"a longer pause than is granted": {time.Hour, 1, "limits.pause"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := throttled(test.after)
			for i := 1; i < test.times; i++ {
				if _, again := s.Again(t.Context(), err, i); !again {
					t.Fatalf("given up after %d", i)
				}
				err = again429(s)
			}
			if _, again := s.Again(t.Context(), err, test.times); again {
				t.Fatal("it is tried again and again")
			}
			var blocked *Blocked
			if err := s.answers("https://api.example/other"); !errors.As(err, &blocked) || blocked.Problem.Key != test.key {
				t.Errorf("the next request: %v", err)
			}
			if err := s.Final(err); !errors.As(err, &blocked) {
				t.Errorf("the case ended with %v", err)
			}
			if n := len(s.SetUp()); n != 1 {
				t.Errorf("it is said %d times", n)
			}
		})
	}
}

func TestAnswersBetweenTwo429AreNoReasonToGiveUp(t *testing.T) {
	s, err := throttled(0)
	for attempt := range 3 * mostInVain {
		if _, again := s.Again(t.Context(), err, 1); !again {
			t.Fatalf("given up after %d", attempt)
		}
		s.limiter.judge(&wire.Exchange{Status: 200, URL: "https://api.example/orders"})
		err = s.limiter.judge(&wire.Exchange{Status: 429, URL: "https://api.example/orders",
			Answer: wire.Fields{{Name: "Retry-After", Value: "0"}}})
	}
	if slow := s.limiter.every; slow > slowest {
		t.Errorf("a request each %v", slow)
	}
	for range 100 * settled {
		s.limiter.judge(&wire.Exchange{Status: 200, URL: "https://api.example/orders"})
	}
	if rate := s.limiter.rate(); rate != 10 {
		t.Errorf("the pace was not picked up again: %v", rate)
	}
}

// brokenConnection is the error of a request to a server that hangs up.
func brokenConnection(t *testing.T) error {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter,
		*http.Request) {
		panic(http.ErrAbortHandler)
	}))
	defer server.Close()
	client := wire.NewClient(wire.Connection{Timeout: enough})
	defer client.Close()
	_, err := client.Do(t.Context(), wire.Request{Method: "POST", URL: server.URL, Body: []byte("x")})
	return err
}

func TestOnlyABrokenConnectionToARealPartyEarnsASecondRun(t *testing.T) {
	real, _ := throttled(0)
	ours := &Session{Target: Default(), limiter: newLimiter(Limits{})}
	broken := fmt.Errorf("a step: %w", brokenConnection(t))
	for _, test := range []struct {
		name    string
		s       *Session
		err     error
		attempt int
		want    bool
	}{
		{"broken", real, broken, 1, true},
		{"broken twice", real, broken, 2, false},
		{"broken, but ours", ours, broken, 1, false},
		{"another error", real, errors.New("no whole answer within 10s"), 1, false},
		{"no error", real, nil, 1, false},
	} {
		note, again := test.s.Again(t.Context(), test.err, test.attempt)
		if again != test.want || again && !strings.HasPrefix(note, "flaky: ") {
			t.Errorf("%s: %v %q", test.name, again, note)
		}
	}
}

package proof

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/clock"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/steps/world/worldtest"
)

// proofSteps are the steps of this room.
var proofSteps = sync.OnceValue(func() *vocabulary.Vocabulary {
	v := &vocabulary.Vocabulary{}
	Register(v)
	return v
})

// play runs steps as a feature file would and returns the first error.
func play(t *testing.T, w *Prober, scenario string) error {
	t.Helper()
	return worldtest.Play(t, proofSteps(), w.World, scenario)
}

// waiting is the World of a case at the token endpoint of a real server, whose
// clock moves when the case sleeps.
func waiting(
	t *testing.T, patience time.Duration, nonces func(now func() time.Time) nonceBook,
) (*Prober, *clock.Clock) {
	t.Helper()
	period := clock.At(time.Unix(1_800_000_000, 0))
	issuer := worldtest.RealServer(t, func(c *mockas.Config) {
		c.Nonces, c.NonceSource = mockas.NonceRequired, nonces(period.Now)
	})
	client := world.StandardClients()[0]
	client.Grants = []string{mockas.GrantClientCredentials}
	configured := worldtest.Stranger(t, issuer, client, func(http.ResponseWriter, *http.Request) {})
	configured.Limits.Patience = patience
	w := world.Of[Prober](worldtest.Open(t, configured, "token"))
	w.watch = watch{period.Now, func(ctx context.Context, d time.Duration) error {
		period.Advance(d)
		return ctx.Err()
	}}
	return w, period
}

// theLifetime plays the scenario and returns between which ages a nonce ended;
// least is 0 where nothing was measured, and most where the end was not seen.
func theLifetime(t *testing.T, w *Prober) (least, most time.Duration, err error) {
	t.Helper()
	err = play(t, w, "Given the server requires a nonce\nAnd an honest proof is accepted\n"+
		"When the lifetime of a nonce is measured\nThen it ends within a day")
	for _, m := range w.Measurements() {
		value := time.Duration(m.Value * float64(time.Second))
		switch m.Name + " in " + m.Unit {
		case "lifetime of a nonce, at least at " + w.Endpoint.Name + " in s":
			least = value
		case "lifetime of a nonce, at most at " + w.Endpoint.Name + " in s":
			most = value
		default:
			t.Errorf("%+v", m)
		}
	}
	return least, most, err
}

func TestTheLifetimeOfARealServersNoncesIsMeasuredInOnePeriodOfWaiting(t *testing.T) {
	tests := []struct {
		name   string
		nonces func(now func() time.Time) nonceBook
		life   time.Duration // which must lie between the numbers
		width  time.Duration // that may lie between them
		within time.Duration // that the waiting may take
		shared bool
	}{
		{"a lifetime of five minutes", func(now func() time.Time) nonceBook { return each(now, young(5*time.Minute)) },
			5 * time.Minute, 15 * time.Second, 530 * time.Second, false},
		{"a lifetime of a few seconds", func(now func() time.Time) nonceBook { return each(now, young(7*time.Second)) },
			7 * time.Second, 1500 * time.Millisecond, 10 * time.Second, false},
		{"nonces for a single use", func(now func() time.Time) nonceBook {
			return each(now, func(age time.Duration, uses int) bool { return age < 5*time.Minute && uses == 0 })
		}, 5 * time.Minute, 15 * time.Second, 530 * time.Second, false},
		{"windows of a minute, of which the latest four are taken", inWindows(time.Minute, 4),
			4 * time.Minute, 70 * time.Second, 400 * time.Second, true},
		{"windows, of which the latest two are taken", inWindows(150*time.Second, 2),
			5 * time.Minute, 160 * time.Second, 10 * time.Minute, true},
		{"windows, of which the current one is taken alone", inWindows(100*time.Second, 1),
			100 * time.Second, 70 * time.Second, 10 * time.Minute, true},
		{"windows, the first of which ends soon after the beginning", func(now func() time.Time) nonceBook {
			return windows(func() time.Time { return now().Add(95 * time.Second) }, 100*time.Second, 1)
		}, 100 * time.Second, 70 * time.Second, 10 * time.Minute, true},
		{"one nonce for all until it is used", func(now func() time.Time) nonceBook { return untilUsed(now, 2*time.Minute) },
			2 * time.Minute, 70 * time.Second, 10 * time.Minute, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w, period := waiting(t, 10*time.Minute, test.nonces)
			began := period.Now()
			least, most, err := theLifetime(t, w)
			if err != nil {
				t.Fatal(err)
			}
			if least > test.life || most < test.life || most-least > test.width {
				t.Errorf("from %v to %v; want %v, and it closer than %v", least, most, test.life, test.width)
			}
			if waited := period.Now().Sub(began); waited > test.within {
				t.Errorf("it waited %v, more than %v", waited, test.within)
			}
			since := "when it was handed out"
			if test.shared {
				since = "when it was first seen, for the server hands out the same nonce for a while"
			}
			notes := strings.Join(w.Observations, "\n")
			if !strings.Contains(notes, "counted from "+since) || !strings.Contains(notes, "and refused at") {
				t.Errorf("the report says %q", notes)
			}
		})
	}
}

func TestWhatPatienceDoesNotLastForIsNotTakenForTheEnd(t *testing.T) {
	for name, nonces := range map[string]func(func() time.Time) nonceBook{
		"nonces that never expire":         func(now func() time.Time) nonceBook { return each(now, young(1<<62)) },
		"nonces that live a little longer": func(now func() time.Time) nonceBook { return each(now, young(62*time.Second)) },
		"one nonce for ever":               inWindows(1000000*time.Hour, 1),
	} {
		t.Run(name, func(t *testing.T) {
			w, period := waiting(t, time.Minute, nonces)
			began := period.Now()
			least, most, err := theLifetime(t, w)
			var unsure *world.Inconclusive
			const says = "limits.patience (1m0s) was used up; allow more with --patience"
			if !errors.As(err, &unsure) || !strings.Contains(err.Error(), says) {
				t.Errorf("got %v", err)
			}
			if least < 57*time.Second || least > time.Minute || most != 0 {
				t.Errorf("from %v to %v", least, most)
			}
			if waited := period.Now().Sub(began); waited != time.Minute {
				t.Errorf("it waited %v", waited)
			}
			notes := strings.Join(w.Observations, "\n")
			if !strings.Contains(notes, "still taken") || strings.Contains(notes, "refused") {
				t.Errorf("the report says %q", notes)
			}
		})
	}
}

func TestANonceThatIsTakenForADayBreaksTheExpectation(t *testing.T) {
	w, _ := waiting(t, 48*time.Hour, func(now func() time.Time) nonceBook { return each(now, young(1<<62)) })
	least, most, err := theLifetime(t, w)
	var violation *world.Violation
	if !errors.As(err, &violation) || least < longestLifetime || least > enough || most != 0 {
		t.Errorf("from %v to %v, %v", least, most, err)
	}
}

func TestWhereNotTimeEndsANonceItsLifetimeIsNotMeasured(t *testing.T) {
	constant := func(uses int) func(func() time.Time) nonceBook {
		return func(func() time.Time) nonceBook {
			return nonceBook{next: func() string { return "the-one-nonce" }, accept: func(string) error {
				if uses--; uses < 0 {
					return errUnknownNonce
				}
				return nil
			}}
		}
	}
	restarted := func(now func() time.Time) nonceBook {
		up := now().Add(10 * time.Second) // after that every nonce is refused
		return each(now, func(time.Duration, int) bool { return now().Before(up) })
	}
	for name, test := range map[string]struct {
		nonces func(now func() time.Time) nonceBook
		want   string
	}{
		"a nonce is refused from the start": {
			func(now func() time.Time) nonceBook { return each(now, young(0)) }, "refuses a nonce at its first use",
		},
		"a newer nonce ends an older": {
			func(func() time.Time) nonceBook { return newestOnly() }, "as soon as it has handed out another",
		},
		"what is refused is handed out again":    {constant(0), "hands out a nonce that it has refused"},
		"one nonce that may be used three times": {constant(3), "hands out a nonce that it has refused"},
		"then new ones are refused as well":      {restarted, "but a new one is too"},
	} {
		t.Run(name, func(t *testing.T) {
			w, _ := waiting(t, time.Minute, test.nonces)
			err := play(t, w, "When the lifetime of a nonce is measured\nThen it ends within a day")
			var unsure *world.Inconclusive
			if !errors.As(err, &unsure) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v; want %q", err, test.want)
			}
			if list := w.Measurements(); list != nil {
				t.Errorf("measured %v", list)
			}
		})
	}
}

func TestWithoutPatienceNothingIsSentAndTheReasonNamesTheRemedy(t *testing.T) {
	w, _ := waiting(t, 0, func(now func() time.Time) nonceBook { return each(now, young(time.Minute)) })
	err := play(t, w, "When the lifetime of a nonce is measured")
	var skip *world.NotApplicable
	if !errors.As(err, &skip) || !strings.Contains(err.Error(), "--patience 10m") || len(w.Shown) > 0 {
		t.Errorf("%v; %d requests", err, len(w.Shown))
	}
}

func TestAnInterruptionEndsTheWaitingAtOnce(t *testing.T) {
	w, _ := waiting(t, time.Hour, func(now func() time.Time) nonceBook { return each(now, young(time.Minute)) })
	ctx, cancel := context.WithCancel(t.Context())
	w.Context = ctx
	w.watch = watch{} // real time, an hour of it
	go func() { time.Sleep(50 * time.Millisecond); cancel() }()
	began := time.Now()
	err := play(t, w, "When the lifetime of a nonce is measured")
	if !errors.Is(err, context.Canceled) || world.IsOutcome(err) || time.Since(began) > 5*time.Minute {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

func TestNoNonceIsTriedTwiceUnlessItWasHandedOutAgain(t *testing.T) {
	var mu sync.Mutex
	var log []string
	noted := func(b nonceBook) nonceBook {
		return nonceBook{
			next: func() string {
				mu.Lock()
				defer mu.Unlock()
				nonce := b.next()
				log = append(log, "given "+nonce)
				return nonce
			},
			accept: func(nonce string) error {
				mu.Lock()
				defer mu.Unlock()
				log = append(log, "tried "+nonce)
				return b.accept(nonce)
			},
		}
	}
	for name, nonces := range map[string]func(now func() time.Time) nonceBook{
		"one each": func(now func() time.Time) nonceBook { return noted(each(now, young(3*time.Minute))) },
		"windows":  func(now func() time.Time) nonceBook { return noted(windows(now, time.Minute, 3)) },
	} {
		t.Run(name, func(t *testing.T) {
			log = nil
			w, _ := waiting(t, 10*time.Minute, nonces)
			if err := play(t, w, "When the lifetime of a nonce is measured"); err != nil {
				t.Fatal(err)
			}
			tries := 0
			for i, line := range log {
				nonce, tried := strings.CutPrefix(line, "tried ")
				if !tried {
					continue
				}
				tries++
				given := slices.Index(log[i:], "given "+nonce)
				again := slices.Index(log[i+1:], line)
				if again >= 0 && (given < 0 || given > again+1) {
					t.Errorf("%s was tried again before it was handed out again", nonce)
				}
			}
			if tries < 8 || tries > 20 {
				t.Errorf("%d tries; a dozen tells enough", tries)
			}
		})
	}
}

// TestAnOldAccessTokenIsNotTakenForAnOldNonce measures at an API whose access
// tokens live for ten seconds, and its nonces for a minute.
func TestAnOldAccessTokenIsNotTakenForAnOldNonce(t *testing.T) {
	period := clock.At(time.Unix(1_800_000_000, 0))
	nonces := each(period.Now, young(time.Minute))
	first := map[string]time.Time{}
	var mu sync.Mutex
	client := world.StandardClients()[0]
	client.Grants = []string{mockas.GrantClientCredentials}
	issuer := worldtest.RealServer(t, func(*mockas.Config) {})
	api := func(rw http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		token := r.Header.Get("Authorization")
		if token == "" {
			rw.Header().Set("WWW-Authenticate", `DPoP algs="ES256"`)
			rw.WriteHeader(401)
			return
		}
		if _, known := first[token]; !known {
			first[token] = period.Now()
		}
		_, payload, _, err := dpop.SplitCompact(r.Header.Get("DPoP"), dpop.DecodeSegment)
		if err != nil {
			t.Error(err)
		}
		claims, err := dpop.ParseObject(payload)
		if err != nil {
			t.Error(err)
		}
		nonce, _ := claims.Text("nonce")
		switch {
		case period.Now().Sub(first[token]) > 10*time.Second:
			rw.Header().Set("WWW-Authenticate", `DPoP error="invalid_token"`)
		case nonces.Accept(nonce) != nil:
			rw.Header().Set("WWW-Authenticate", `DPoP error="use_dpop_nonce"`)
			rw.Header().Set("DPoP-Nonce", nonces.Next())
		default:
			return
		}
		rw.WriteHeader(http.StatusUnauthorized)
	}
	w := world.Of[Prober](worldtest.Open(t, worldtest.Stranger(t, issuer, client, api), ""))
	w.Endpoint = world.APIEndpoint
	limited := *w.Session.Target
	limited.Limits.Patience = 10 * time.Minute
	w.Session.Target = &limited
	w.watch = watch{period.Now, func(_ context.Context, d time.Duration) error { period.Advance(d); return nil }}
	least, most, err := theLifetime(t, w)
	if err != nil || least < 55*time.Second || least > time.Minute || most < time.Minute || most > 65*time.Second {
		t.Errorf("from %v to %v, %v", least, most, err)
	}
}

func TestFewNoncesAreCollected(t *testing.T) {
	for patience, want := range map[time.Duration]int{
		0: 0, 30 * time.Second: 30, 10 * time.Minute: 130, 48 * time.Hour: 300,
	} {
		if n := RequestsWhileWaiting(patience); n > want || n < want*3/4 {
			t.Errorf("%d for %v; want about %d", n, patience, want)
		}
	}
}

package proof

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// nonceQualitySteps are about the nonces that a server gives.
func nonceQualitySteps(v *vocabulary.Vocabulary) {
	v.Word("nonce-quality", "What a server's nonces must be.", nonceQualities.Forms()...)
	g := vocabulary.For[Prober](v)
	g.When(`^the server has handed out (\d+) nonces$`, (*Prober).collectNonces,
		"Collects nonces, as many as the server gives for so many requests while time passes.",
		"When the server has handed out 32 nonces")
	g.Then(`^every nonce is {nonce-quality}$`, (*Prober).noncesAre,
		"Every DPoP-Nonce so far: of NQCHAR, at least one (RFC 9449 §8.1); the only field line of that name in its answer, "+
			"with one value; in no answer that a cache keeps (§8.2). "+
			"Those that were collected: long enough, and with no counter, no time and no other structure (§8).",
		"Then every nonce is well formed")
}

// nonceQualities are the ways of {nonce-quality}.
var nonceQualities = vocabulary.Meanings[func(*Prober) error]{
	"well formed":                (*Prober).noncesAreWellFormed,
	"the only one of its answer": (*Prober).oneNonceAnAnswer,
	"kept out of caches":         (*Prober).noncesAreNotCached,
	"unpredictable":              (*Prober).noncesAreUnpredictable,
}

func (w *Prober) noncesAre(quality string) error {
	holds, err := nonceQualities.Of(quality)
	if err != nil {
		return err
	}
	return holds(w)
}

// collectNonces asks for nonces while time passes, so that a server which keeps
// one for a while gives others too.
func (w *Prober) collectNonces(count int) error {
	state := &w.nonces
	for range count {
		if err := w.sendNonce("asking for a nonce", ""); err != nil {
			return err
		}
		for _, nonce := range w.Latest().Exchange.Answer.Values("DPoP-Nonce") {
			if n := len(state.list); n == 0 || state.list[n-1] != nonce {
				state.list = append(state.list, nonce)
			}
		}
		w.Clock.Advance(w.NonceLifetime()/2 + time.Second)
	}
	if len(state.list) == 0 {
		return world.NotApplicablef("the server hands out no nonces")
	}
	return nil
}

// nonceLines calls look for every answer so far that carries a nonce.
func (w *Prober) nonceLines(look func(lines []string, e *wire.Exchange) error) error {
	found := false
	for _, shown := range w.Shown {
		if lines := shown.Exchange.Answer.Values("DPoP-Nonce"); len(lines) > 0 {
			found = true
			if err := look(lines, shown.Exchange); err != nil {
				return err
			}
		}
	}
	if !found {
		return world.Inconclusivef("no answer carried a nonce")
	}
	return nil
}

func (w *Prober) oneNonceAnAnswer() error {
	return w.nonceLines(func(lines []string, _ *wire.Exchange) error {
		holds := len(lines) == 1 && !strings.Contains(lines[0], ",")
		return w.Expect(holds, "one DPoP-Nonce line with one value", fmt.Sprintf("%q", lines))
	})
}

func (w *Prober) noncesAreWellFormed() error {
	return w.nonceLines(func(lines []string, _ *wire.Exchange) error {
		for _, nonce := range lines {
			if err := w.Expect(dpop.ValidNonce(nonce), "a nonce of 1*NQCHAR", fmt.Sprintf("%q", nonce)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *Prober) noncesAreNotCached() error {
	return w.nonceLines(func(_ []string, e *wire.Exchange) error {
		control := strings.ToLower(strings.Join(e.Answer.Values("Cache-Control"), ","))
		explicit := strings.Contains(control, "max-age") || strings.Contains(control, "public") ||
			len(e.Answer.Values("Expires")) > 0
		// By itself a cache keeps only answers to GET of some statuses, 401 not
		// among them (RFC 9111 §4.2.2, RFC 9110 §15.1).
		kept := explicit || e.Method == "GET" && e.Status == 200
		holds := !kept || strings.Contains(control, "no-store") || strings.Contains(control, "no-cache")
		return w.Expect(holds, "an answer with a nonce that no cache keeps", fmt.Sprintf("Cache-Control: %s", control))
	})
}

func (w *Prober) noncesAreUnpredictable() error {
	list := w.nonces.list
	if list == nil {
		return fmt.Errorf("no nonces were collected; put a When step before this one")
	}
	w.Observe("%d nonces were given, the first of %d characters", len(list), len(list[0]))
	structure := foreseeable(list, w.Clock.Now())
	if structure == "" && len(list) == 1 {
		return world.NotApplicablef("the server gave one nonce all the time; " +
			"whether the next can be foreseen is not to be seen from one")
	}
	return w.Expect(structure == "", "nonces that nobody can foresee", structure)
}

// longestRun is how often one character may follow itself: eight times in a nonce of
// 64 hexadecimal digits is chance once in five million.
const longestRun = 8

// monotonous reports whether a text has one character many times in a row.
func monotonous(text string) bool {
	for i := range text {
		if strings.HasPrefix(text[i:], strings.Repeat(text[i:i+1], longestRun)) {
			return true
		}
	}
	return false
}

// minNonceBits is how many bits must be able to vary: what RFC 9449 §4.2 asks
// of a jti is the least that guessing must cost.
const minNonceBits = 96

// foreseeable says which structure a series of nonces shows; empty if none.
func foreseeable(list []string, now time.Time) string {
	varying := 0
	for i := range list[0] {
		for _, nonce := range list[1:] {
			if len(nonce) != len(list[0]) || nonce[i] != list[0][i] {
				varying++
				break
			}
		}
	}
	if len(list) == 1 {
		varying = len(list[0])
	}
	seen := map[string]bool{}
	for _, nonce := range list {
		if seen[nonce] {
			return fmt.Sprintf("%q came again after others", nonce)
		}
		seen[nonce] = true
		if monotonous(nonce) {
			return fmt.Sprintf("%q has one character many times in a row", nonce)
		}
		if number, err := strconv.ParseFloat(nonce, 64); err == nil && !math.IsInf(number, 0) && len(nonce) < 24 {
			for _, unit := range []float64{1, 1e3, 1e6, 1e9} {
				if math.Abs(number/unit-float64(now.Unix())) < 7*24*3600 {
					return fmt.Sprintf("%q is the time", nonce)
				}
			}
		}
	}
	if bits := 6 * varying; bits < minNonceBits {
		return fmt.Sprintf("only %d characters of %q ever vary, at most %d bits", varying, list[0], bits)
	}
	return ""
}

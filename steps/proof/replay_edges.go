package proof

import (
	"fmt"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// replayEdgesSteps are about proofs that are taken only just: a memory that forgets
// by another time than the one until which a proof is good never knew them (RFC 9449
// §11.1).
func replayEdgesSteps(v *vocabulary.Vocabulary) {
	v.Word("edge", "A place in the time window of a server.", edges.Forms()...)
	g := vocabulary.For[Prober](v)
	g.When(`^a proof {edge} comes twice$`, (*Prober).sendTwiceAt,
		"Measures the time window of the server, once in a run, and sends a proof that was made two seconds within its end, "+
			"or half way to it, and the same again at once. No clock has to be moved. A server that takes every "+
			"proof twice makes the case not applicable.",
		"When a proof as old as the server takes comes twice")
}

// edges tell how far from now the iat of a proof lies.
var edges = vocabulary.Meanings[func(window) time.Duration]{
	"as old as the server takes":       func(s window) time.Duration { return -within(s.past) },
	"half as old as the server takes":  func(s window) time.Duration { return -s.past / 2 },
	"as far ahead as the server takes": func(s window) time.Duration { return within(s.future) },
	"half as far ahead as the server takes": func(s window) time.Duration {
		return s.future / 2
	},
}

// within is two seconds nearer, so that the second use is still in time.
func within(d time.Duration) time.Duration { return max(d-2*time.Second, 0) }

func (w *Prober) sendTwiceAt(edge string) error {
	at, err := edges.Of(edge)
	if err != nil {
		return err
	}
	m, err := w.first("the first use of a proof", nil)
	if err != nil {
		return err
	}
	if err := w.remembers(m); err != nil {
		return err
	}
	if err := w.knowWindow(); err != nil {
		return err
	}
	distance := at(w.window).Truncate(time.Second)
	if distance == 0 {
		return world.NotApplicablef("the server takes no such proof: its window ends at its own time")
	}
	title := fmt.Sprintf("a proof whose iat is %+.0f s from now", distance.Seconds())
	if m, err = w.first(title, w.issued(distance)); err != nil {
		return err
	}
	if _, err := w.first(title+", another one", w.issued(distance)); err != nil { // it is in time still
		return err
	}
	return w.resend(replayed("used before"), title+", again", m, m.text)
}

// issued moves the iat of a proof.
func (w *Prober) issued(distance time.Duration) func(*dpop.Draft) {
	return func(d *dpop.Draft) {
		iat, err := d.Claims.Number("iat")
		if err == nil { // a draft of ours has one
			d.Claims.Set("iat", int64(iat)+int64(distance/time.Second))
		}
	}
}

// knowWindow measures the time window of a real server once in a run.
func (w *Prober) knowWindow() error {
	if w.EmbeddedEndpoint() {
		return w.measureWindow()
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	told, err := w.Session.FindOut("the time window at "+p.Name, func() (string, error) {
		if err := w.measureWindow(); err != nil {
			return "", err
		}
		return fmt.Sprint(int64(w.window.past), " ", int64(w.window.future)), nil
	})
	if err != nil {
		return err
	}
	_, err = fmt.Sscan(told, &w.window.past, &w.window.future)
	return err
}

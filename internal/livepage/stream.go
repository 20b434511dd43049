package livepage

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// stream is a reader of server-sent events (HTML, "Server-sent events").
type stream struct {
	messages chan string
	lost     chan struct{} // closed when it fell behind
	busy     atomic.Bool   // something is being sent
}

// message is one event of a stream; a number of 0 leaves the last one as it is.
func message(kind string, number int, value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	id := ""
	if number > 0 {
		id = fmt.Sprintf("id: %d\n", number)
	}
	return fmt.Sprintf("%sevent: %s\ndata: %s\n\n", id, kind, data)
}

// send gives a message to every reader. It waits for none: who falls behind is cut off,
// and asks again from where it was.
func (p *Page) send(kind string, number int, value any) {
	if len(p.streams) == 0 {
		return
	}
	text := message(kind, number, value)
	for s := range p.streams {
		select {
		case s.messages <- text:
		default:
			delete(p.streams, s)
			close(s.lost)
		}
	}
}

// since begins a stream after the event of that number.
func (p *Page) since(number int) (s *stream, before []string, enough bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.streams) >= mostStreams {
		return nil, nil, false
	}
	s = &stream{messages: make(chan string, mostBehind), lost: make(chan struct{})}
	p.streams[s] = true
	before = append(before, message("boot", 0, p.boot), message("summary", 0, p.summary))
	for _, e := range p.events {
		if e.Number > number {
			before = append(before, message("event", e.Number, e))
		}
	}
	return s, before, true
}

func (p *Page) leave(s *stream) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.streams, s)
}

// mostWait is how long a reader may take for what it is sent.
const mostWait = 10 * time.Second

// beat is how often a stream without events says that it goes on.
const beat = 15 * time.Second

func (p *Page) stream(w http.ResponseWriter, r *http.Request) {
	number, err := strconv.Atoi(r.Header.Get("Last-Event-ID"))
	if err != nil {
		number, _ = strconv.Atoi(r.URL.Query().Get("after"))
	}
	s, before, enough := p.since(number)
	if !enough {
		http.Error(w, fmt.Sprintf("%d pages watch already", mostStreams), http.StatusServiceUnavailable)
		return
	}
	defer p.leave(s)
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	control := http.NewResponseController(w)
	write := func(text string) bool {
		if control.SetWriteDeadline(time.Now().Add(mostWait)) != nil {
			return false
		}
		if _, err := w.Write([]byte(text)); err != nil {
			return false
		}
		return control.Flush() == nil
	}
	for _, text := range before {
		if !write(text) {
			return
		}
	}
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		text := ": still here\n\n"
		select {
		case <-r.Context().Done():
			return
		case <-s.lost:
			return
		case text = <-s.messages:
		case <-tick.C:
		}
		s.busy.Store(true)
		sent := write(text)
		s.busy.Store(false)
		if !sent {
			return
		}
	}
}

// Settle waits until every reader has been sent what there was, and no longer than that.
func (p *Page) Settle(most time.Duration) {
	for end := time.Now().Add(most); time.Now().Before(end) && p.behind(); {
		time.Sleep(20 * time.Millisecond)
	}
}

// behind reports whether a reader has still to be sent something.
func (p *Page) behind() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := range p.streams {
		if len(s.messages) > 0 || s.busy.Load() {
			return true
		}
	}
	return false
}

package runner

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// maxShown bounds how much of one text of a message a report shows, such as its body or
// a field line, and maxHead how much of all field lines.
const (
	maxShown = 4096
	maxHead  = 16 << 10
)

// maxSecrets bounds how many octets of tokens are kept of a case.
const maxSecrets = 256 << 10

// cameBy returns the tokens that a case saw presented or issued, in their order. Of a
// long one its beginning will do, since no more than that is shown: a text that was cut
// is masked by it. So it is with those far back in a long answer.
func cameBy(shown []world.Shown) []string {
	var all, tokens []string
	for _, s := range shown {
		all = append(all, mask.Presented(s.Exchange.Fields.Values("Authorization"))...)
	}
	for _, s := range shown {
		all = append(all, mask.Issued(s.Exchange.Reply)...)
	}
	octets := 0
	for _, token := range all {
		token = strings.Clone(token[:min(len(token), 2*maxShown)])
		if octets += len(token); octets > maxSecrets {
			break
		}
		tokens = append(tokens, token)
	}
	slices.Sort(tokens)
	return slices.Compact(tokens)
}

// exchanges turns what a case saw on the wire into what a report shows, in the order in
// which the requests were sent: a room shows what it saw of one party at a time.
func exchanges(shown []world.Shown) []reports.Exchange {
	list := make([]reports.Exchange, 0, len(shown))
	shown = slices.Clone(shown)
	slices.SortStableFunc(shown, func(a, b world.Shown) int { return a.Exchange.Began.Compare(b.Exchange.Began) })
	for _, s := range shown {
		e := s.Exchange
		list = append(list, reports.Exchange{
			Title:    s.Title,
			Request:  request(e),
			Response: response(e),
			Proof:    decoded(e.Fields.Values("DPoP")),
			URL:      mask.Head(address(e), maxShown), Began: e.Began, Took: e.Took,
		})
	}
	return list
}

// address is where a request went, as its sender wrote it or as its server saw it.
func address(e *wire.Exchange) string {
	switch {
	case e.URL != "":
		return e.URL
	case !strings.HasPrefix(e.Target, "/"): // of another form (RFC 9112 §3.2)
		return e.Target
	case e.Secure:
		return "https://" + e.Host + e.Target
	}
	return "http://" + e.Host + e.Target
}

func request(e *wire.Exchange) string {
	fields := e.Fields
	if len(fields.Values("Host")) == 0 { // the sending side leaves it to net/http
		fields = append(wire.Fields{{Name: "Host", Value: e.Host}}, fields...)
	}
	return message(fmt.Sprintf("%s %s HTTP/1.1", e.Method, mask.Head(e.Target, maxShown)), fields, e.Body)
}

func response(e *wire.Exchange) string {
	if e.Status == 0 {
		return fmt.Sprintf("no answer: %v", e.Err)
	}
	text := message(fmt.Sprintf("HTTP/1.1 %d", e.Status), e.Answer, e.Reply)
	var throttled *target.Throttled
	if e.Err != nil && !errors.As(e.Err, &throttled) { // its end did not come, and may be within a secret
		text += fmt.Sprintf("…\n(%v)", e.Err)
	}
	for _, fact := range e.Facts {
		text += fmt.Sprintf("\n(noted by the embedded server: %s %s)", fact.Name, mask.Head(fact.Value, maxShown))
	}
	return text
}

func message(start string, fields wire.Fields, body []byte) string {
	var b strings.Builder
	b.WriteString(start)
	for i, f := range fields {
		if b.Len() >= maxHead {
			b.WriteString("\n" + furtherLines(fields[i:]))
			break
		}
		b.WriteString("\n" + mask.Head(f.Name, maxShown) + ": " + mask.Head(f.Value, maxShown))
	}
	if len(body) > 0 {
		b.WriteString("\n\n" + mask.Head(printable(body), maxShown))
	}
	return b.String()
}

// furtherLines says how much is not shown. A line is shown whole or not at all: what
// stands in it may be secret because of its name.
func furtherLines(fields wire.Fields) string {
	octets := 0
	for _, f := range fields {
		octets += len(f.Name) + len(": \r\n") + len(f.Value)
	}
	return fmt.Sprintf("… and %d more field lines (%d octets)", len(fields), octets)
}

func printable(body []byte) string {
	if utf8.Valid(body) {
		return string(body)
	}
	return fmt.Sprintf("%q", body)
}

// decoded reads the proof of a request for a human eye: leniently, since the
// proofs worth looking at are often the malformed ones.
func decoded(lines []string) *reports.Proof {
	if len(lines) == 0 {
		return nil
	}
	if len(lines) > 1 {
		return &reports.Proof{Problem: fmt.Sprintf("%d DPoP field lines", len(lines))}
	}
	segments := strings.SplitN(lines[0], ".", 4)
	if len(segments) != 3 {
		return &reports.Proof{Problem: "not three segments"}
	}
	header, err := indented(segments[0])
	if err != nil {
		return &reports.Proof{Problem: "the header: " + err.Error()}
	}
	claims, err := indented(segments[1])
	if err != nil {
		return &reports.Proof{Header: header, Problem: "the payload: " + err.Error()}
	}
	return &reports.Proof{Header: header, Claims: claims}
}

func indented(segment string) (string, error) {
	data, err := dpop.DecodeSegment(segment)
	if err != nil {
		return "", err
	}
	if len(data) > maxShown { // laid out, a deep one is a thousand times as long
		return mask.Head(printable(data), maxShown), nil
	}
	var b bytes.Buffer
	if err := json.Indent(&b, data, "", "  "); err != nil {
		return "", fmt.Errorf("not JSON: %s", mask.Head(printable(data), maxShown))
	}
	return mask.Head(b.String(), maxShown), nil
}

package pasted

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

var (
	requestLine = regexp.MustCompile(`^([!#$%&'*+.^_|~0-9A-Za-z-]+) (\S+) HTTP/[0-9.]+$`)
	statusLine  = regexp.MustCompile(`^HTTP/[0-9.]+ ([0-9]{3}(?: .*)?)$`)
	fieldLine   = regexp.MustCompile(`^(:?[!#$%&'*+.^_|~0-9A-Za-z-]+)[ \t]*:[ \t]*(.*)$`)
	frameField  = regexp.MustCompile(`^\[HTTP/[23]\] \[[0-9]+\] \[(:?[^:\]]+): ?(.*)\]$`)
	wrapped     = regexp.MustCompile(`\\\r?\n[ \t]*`) // as in figures of RFCs (RFC 8792 §7)
	connected   = regexp.MustCompile(`^\* +Connected to .* port ([0-9]+)`)
)

// messages reads HTTP messages: as they stand on the wire, as curl -v prints them,
// as browsers copy their headers. nil: there are none.
func messages(text string) []Item {
	text = wrapped.ReplaceAllString(text, "")
	r := &reader{verbose: verbose(text)}
	for line := range strings.Lines(text) {
		r.line(strings.TrimRight(line, "\r\n"))
	}
	r.end()
	for i := range r.items {
		r.items[i].settle()
		if i > 0 && r.items[i].Kind == Answer && r.items[i-1].Kind == Request && r.items[i-1].At.IsZero() {
			if dates := r.items[i].Fields.Values("Date"); len(dates) == 1 {
				r.items[i-1].At, _ = http.ParseTime(dates[0])
			}
		}
	}
	return r.items
}

// verbose reports whether lines bear the marks of curl -v.
func verbose(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		for _, mark := range []string{"> ", "< "} {
			if rest, marked := strings.CutPrefix(line, mark); marked &&
				(requestLine.MatchString(rest) || statusLine.MatchString(rest) || telltale(rest)) {
				return true
			}
		}
	}
	return false
}

// telltale reports whether a line is a field of DPoP: such a line needs no start line
// above it.
func telltale(line string) bool {
	if pseudo[line] {
		return true
	}
	m := fieldLine.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	for _, name := range telling {
		if strings.EqualFold(m[1], name) {
			return true
		}
	}
	return strings.HasPrefix(m[1], ":") && pseudo[m[1]]
}

// pseudo are the pseudo-header fields of HTTP/2 and HTTP/3 (RFC 9113 §8.3).
var pseudo = map[string]bool{":method": true, ":scheme": true, ":authority": true, ":path": true, ":status": true}

// reader reads messages line by line.
type reader struct {
	verbose bool
	scheme  string // of the connection, as curl tells it

	items   []Item
	current *Item
	body    bool
	lines   []string // of the body
	pending string   // a name whose value stands on the next line
}

func (r *reader) line(line string) {
	if !r.verbose {
		r.plain(line)
		return
	}
	mark, rest := marked(line)
	kind := Request
	switch mark {
	case '*':
		r.told(line)
		return
	case 0: // curl prints what comes, and not what it sends
		if r.current != nil && r.current.Kind == Answer {
			r.body = true
			r.lines = append(r.lines, line)
		}
		return
	case '<':
		kind = Answer
	}
	if !starts(rest) && (r.current == nil || r.current.Kind != kind) {
		r.begin(kind)
	}
	if !r.body || starts(rest) { // else a trailer
		r.plain(rest)
	}
}

// marked takes the mark of curl -v off a line; 0: it has none.
func marked(line string) (mark byte, rest string) {
	if line == ">" || line == "<" {
		return line[0], ""
	}
	if strings.HasPrefix(line, "{ [") || strings.HasPrefix(line, "} [") { // how much came
		return '*', line
	}
	if len(line) > 1 && strings.IndexByte("><*", line[0]) >= 0 && line[1] == ' ' {
		return line[0], line[2:]
	}
	return 0, line
}

// told is what curl says of the connection: of TLS only once it is there.
func (r *reader) told(line string) {
	switch {
	case strings.Contains(line, "SSL connection using"), strings.Contains(line, "ALPN"):
		r.scheme = "https"
	case connected.MatchString(line):
		if r.scheme = "http"; connected.FindStringSubmatch(line)[1] == "443" {
			r.scheme = "https"
		}
	}
}

func starts(line string) bool { return requestLine.MatchString(line) || statusLine.MatchString(line) }

// plain is a line without marks.
func (r *reader) plain(line string) {
	if m := requestLine.FindStringSubmatch(line); m != nil {
		r.begin(Request)
		r.current.Method, r.current.Target = m[1], m[2]
		return
	}
	if m := statusLine.FindStringSubmatch(line); m != nil {
		r.begin(Answer)
		r.current.Status = strings.TrimSpace(m[1])
		return
	}
	if r.current == nil {
		if !telltale(line) && !frameField.MatchString(line) {
			return
		}
		r.begin(guess(line))
	}
	switch {
	case r.body:
		r.lines = append(r.lines, line)
	case r.pending != "":
		r.current.Add(r.pending, line)
		r.pending = ""
	case strings.TrimSpace(line) == "":
		r.body = len(r.current.Fields) > 0 || r.current.Method != "" || r.current.Status != ""
	case (line[0] == ' ' || line[0] == '\t') && len(r.current.Fields) > 0:
		r.folded(strings.TrimSpace(line))
	default:
		r.field(line)
	}
}

// guess is which message a field line without a start line belongs to.
func guess(line string) Kind {
	if m := fieldLine.FindStringSubmatch(line); m != nil {
		switch strings.ToLower(m[1]) {
		case "www-authenticate", "dpop-nonce", ":status":
			return Answer
		}
	}
	return Request
}

// maxFolded is how long a field may grow by lines that go on with it.
const maxFolded = 64 << 10

// folded is a line that goes on with the field before it (RFC 9112 §5.2). Of a token
// that was broken for display the pieces belong together without a blank.
func (r *reader) folded(rest string) {
	last := &r.current.Fields[len(r.current.Fields)-1]
	if len(last.Value) > maxFolded {
		return
	}
	if strings.EqualFold(last.Name, "DPoP") || strings.EqualFold(last.Name, "Authorization") {
		if segments.MatchString(rest) {
			last.Value += rest
			r.current.note("the line breaks inside " + last.Name + " were taken out")
			return
		}
	}
	last.Value += " " + rest
}

var segments = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// note adds a note, once.
func (i *Item) note(text string) {
	if !slices.Contains(i.Notes, text) {
		i.Notes = append(i.Notes, text)
	}
}

func (r *reader) field(line string) {
	if pseudo[line] {
		r.pending = line
		return
	}
	m := frameField.FindStringSubmatch(line)
	if m == nil {
		m = fieldLine.FindStringSubmatch(line)
	}
	if m == nil {
		return
	}
	if m[2] == "" && (strings.HasPrefix(m[1], ":") || telltale(line)) { // as some browsers copy them
		r.pending = m[1]
		return
	}
	r.current.Add(m[1], m[2])
}

func (r *reader) begin(kind Kind) {
	r.end()
	r.current = &Item{Kind: kind, Scheme: r.scheme}
	r.body = false
}

func (r *reader) end() {
	if r.current != nil {
		r.current.Body = strings.TrimSpace(strings.Join(r.lines, "\n"))
		if len(r.current.Fields) > 0 || r.current.Status != "" {
			r.items = append(r.items, *r.current)
		}
	}
	r.current, r.lines, r.pending = nil, nil, ""
}

// settle takes the pseudo-header fields out of the others and puts the URL together.
func (i *Item) settle() {
	kept := i.Fields[:0:0]
	host := ""
	for _, f := range i.Fields {
		switch f.Name {
		case ":method":
			i.Method = f.Value
		case ":scheme":
			i.Scheme = f.Value
		case ":path":
			i.Target = f.Value
		case ":authority":
			host = f.Value
		case ":status":
			i.Status = f.Value
		default:
			kept = append(kept, f)
		}
	}
	i.Fields = kept
	if one, found := i.Fields.One("Host"); found && host == "" {
		host = one
	}
	if i.Kind != Request {
		return
	}
	if scheme, _, absolute := strings.Cut(i.Target, "://"); absolute && !strings.HasPrefix(i.Target, "/") {
		i.URL, i.Scheme = i.Target, scheme
	} else if host != "" && i.Target != "" {
		i.URL = "https://" + host + i.Target
		if i.Scheme != "" {
			i.URL = i.Scheme + "://" + host + i.Target
		}
	}
}

package har

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// mostShown is how much of a body, or of a line, an archive holds, in octets.
const mostShown = 64 << 10

// entry is an exchange. HAR 1.2 has each of these members; those that it leaves to
// whoever writes one begin with an underscore.
type entry struct {
	Page     string    `json:"pageref"`
	Started  time.Time `json:"startedDateTime"`
	Time     float64   `json:"time"` // in milliseconds
	Request  request   `json:"request"`
	Response response  `json:"response"`
	Cache    struct{}  `json:"cache"`
	Timings  timings   `json:"timings"`
	Comment  string    `json:"comment"`
	Error    string    `json:"_error,omitempty"` // why no whole answer came
}

// timings of an exchange, in milliseconds. Nobody has measured its parts: all of it is
// the waiting.
type timings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

type pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type request struct {
	Method   string   `json:"method"`
	URL      string   `json:"url"`
	Version  string   `json:"httpVersion"`
	Cookies  []pair   `json:"cookies"` // they stand among the fields, masked
	Headers  []pair   `json:"headers"`
	Query    []pair   `json:"queryString"`
	PostData *content `json:"postData,omitempty"`
	Head     int      `json:"headersSize"` // -1: not known
	Body     int      `json:"bodySize"`
}

type response struct {
	Status   int     `json:"status"` // 0: no answer
	Text     string  `json:"statusText"`
	Version  string  `json:"httpVersion"`
	Cookies  []pair  `json:"cookies"`
	Headers  []pair  `json:"headers"`
	Content  content `json:"content"`
	Redirect string  `json:"redirectURL"`
	Head     int     `json:"headersSize"`
	Body     int     `json:"bodySize"`
}

// content is a body. Size is that on the wire; nil in a request, which has none there.
type content struct {
	Size     *int   `json:"size,omitempty"`
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
	Encoding string `json:"encoding,omitempty"` // base64
	Comment  string `json:"comment,omitempty"`
}

func entryOf(page, title string, e *wire.Exchange, m Masker) entry {
	took := float64(e.Took) / float64(time.Millisecond)
	address := cut(m.Text(addressOf(e)))
	n := entry{
		Page: page, Started: e.Began, Time: took, Timings: timings{Wait: took}, Comment: cut(m.Text(title)),
		Request: request{
			Method: e.Method, URL: address, Version: "HTTP/1.1", Cookies: []pair{}, Headers: fields(e.Fields, m),
			Query: query(address), Head: -1, Body: len(e.Body),
		},
		Response: response{
			Status: e.Status, Text: http.StatusText(e.Status), Version: "HTTP/1.1", Cookies: []pair{},
			Headers: fields(e.Answer, m), Content: body(e.Reply, e.Answer, m), Head: -1, Body: len(e.Reply),
		},
	}
	if location, one := e.Answer.One("Location"); one {
		n.Response.Redirect = line("Location", location, m)
	}
	size := len(e.Reply)
	n.Response.Content.Size = &size
	if len(e.Body) > 0 {
		posted := body(e.Body, e.Fields, m)
		n.Request.PostData = &posted
	}
	if e.Err != nil {
		n.Error = cut(m.Text(e.Err.Error()))
	}
	return n
}

// addressOf is where a request went, as its sender wrote it or as its server saw it.
func addressOf(e *wire.Exchange) string {
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

func fields(list wire.Fields, m Masker) []pair {
	pairs := make([]pair, 0, len(list))
	for _, f := range list {
		pairs = append(pairs, pair{cut(m.Text(f.Name)), line(f.Name, f.Value, m)})
	}
	return pairs
}

// line is the value of a field line. It is masked behind its name, which gives away that
// it is secret.
func line(name, value string, m Masker) string {
	masked := m.Text(name + ": " + value)
	if rest, behind := strings.CutPrefix(masked, name+": "); behind {
		return cut(rest)
	}
	return cut(masked)
}

// query is that of a masked address.
func query(address string) []pair {
	pairs := []pair{}
	_, text, _ := strings.Cut(address, "?")
	text, _, _ = strings.Cut(text, "#")
	for _, item := range strings.Split(text, "&") {
		if item == "" {
			continue
		}
		name, value, _ := strings.Cut(item, "=")
		pairs = append(pairs, pair{unescaped(name), unescaped(value)})
	}
	return pairs
}

func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil && utf8.ValidString(plain) {
		return plain
	}
	return text
}

// body is a body as text, or in base64 if it is none. One that is no text and holds a
// secret is quoted, since what is masked must be a text.
func body(data []byte, around wire.Fields, m Masker) content {
	c := content{MimeType: strings.Join(around.Values("Content-Type"), ", ")}
	c.MimeType = cut(m.Text(c.MimeType))
	if utf8.Valid(data) {
		c.Text = cut(m.Text(string(data)))
		return c
	}
	quoted := fmt.Sprintf("%q", data)
	if masked := m.Text(quoted); masked != quoted {
		c.Text, c.Comment = cut(masked), "quoted, since it holds a secret that is masked"
		return c
	}
	c.Text, c.Encoding = base64.StdEncoding.EncodeToString(data[:min(len(data), mostShown)]), "base64"
	if len(data) > mostShown {
		c.Comment = fmt.Sprintf("the first %d of %d octets", mostShown, len(data))
	}
	return c
}

// cut bounds a masked text.
func cut(masked string) string { return mask.HeadMasked(masked, mostShown) }

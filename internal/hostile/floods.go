package hostile

import (
	"bytes"
	"compress/gzip"
	"strings"
	"sync"
)

// floods are answers without end, or larger than they look.
func floods() []Misbehaviour {
	packed := bomb() // now, since whoever asks for it waits for half a second alone
	return []Misbehaviour{
		{Name: "an endless body", Does: "sends a body without end", act: func(c *conversation) {
			c.say(head("200 OK", asJSON) + `{"access_token":"`)
			c.flood("a")
		}},
		{Name: "endless chunks", Does: "sends chunks without end", act: func(c *conversation) {
			c.say(head("200 OK", "Transfer-Encoding: chunked"))
			c.flood("1\r\n \r\n")
		}},
		{Name: "an endless field", Does: "sends a field value without end", act: func(c *conversation) {
			c.say("HTTP/1.1 200 OK\r\nX-Long: ")
			c.flood("a")
		}},
		{Name: "endless fields", Does: "sends field lines without end", act: func(c *conversation) {
			c.say("HTTP/1.1 200 OK\r\n")
			c.flood("X-Many: of them\r\n")
		}},
		{Name: "an endless status line", Does: "sends a reason phrase without end", act: func(c *conversation) {
			c.say("HTTP/1.1 200 ")
			c.flood("OK ")
		}},
		{Name: "endless early hints", Does: "sends 103 without end", act: func(c *conversation) {
			c.flood(head("103 Early Hints", "Link: </style.css>"))
		}},
		{Name: "endless continues", Does: "sends 100 without end", act: func(c *conversation) {
			c.flood(head("100 Continue"))
		}},
		{Name: "endless trailers", Does: "sends trailers without end", act: func(c *conversation) {
			c.say(head("200 OK", "Transfer-Encoding: chunked") + "0\r\n")
			c.flood("X-Many: of them\r\n")
		}},
		{Name: "a gzip bomb", Does: "sends little that unpacks to much", act: func(c *conversation) {
			c.say(closing("200 OK", asJSON, "Content-Encoding: gzip"))
			c.Write(packed)
		}},
		answer("gzip that is none", "calls plain text gzip", closing("200 OK", asJSON, "Content-Encoding: gzip")+"{}"),
	}
}

// flood says the same until the other side has had enough.
func (c *conversation) flood(text string) {
	block := strings.Repeat(text, 1+16384/len(text))
	for c.say(block) {
	}
}

// bomb is 8 MiB of blanks in 8 KiB.
var bomb = sync.OnceValue(func() []byte {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	blank := bytes.Repeat([]byte(" "), 1<<20)
	for range 8 {
		w.Write(blank)
	}
	w.Close()
	return packed.Bytes()
})
